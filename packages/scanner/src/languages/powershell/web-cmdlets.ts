import { headerSets, joinHeaderSets, NO_HEADERS, type HeaderSet } from '../scripting/requests.ts';
import { textOf, unknown, type Values } from '../scripting/values.ts';
import { bind, type Bound, type Signature, type Word } from './arguments.ts';
import { headersOf, isVersion1Disabled } from './dotnet.ts';
import type { Interpreter } from './interpreter.ts';
import { DROPS_NULL, KEEPS_NULL, send } from './send.ts';

/** Parameters of Invoke-RestMethod and Invoke-WebRequest, Windows PowerShell 5.1 and PowerShell 7. Source: their reference pages. */
const INVOKE: Signature = {
  parameters: [
    'Uri',
    'Method',
    'Headers',
    'Body',
    'ContentType',
    'CustomMethod',
    'TimeoutSec',
    'OutFile',
    'InFile',
    'UserAgent',
    'WebSession',
    'SessionVariable',
    'Credential',
    'Proxy',
    'ProxyCredential',
    'MaximumRedirection',
    'MaximumRetryCount',
    'RetryIntervalSec',
    'TransferEncoding',
    'Certificate',
    'CertificateThumbprint',
    'Authentication',
    'Token',
    'Form',
    'ResponseHeadersVariable',
    'StatusCodeVariable',
    'HttpVersion',
    'SslProtocol',
    'MaximumFollowRelLink',
    'ConnectionTimeoutSeconds',
    'OperationTimeoutSeconds',
    'UnixSocket',
    'ErrorAction',
    'ErrorVariable',
    'WarningAction',
    'OutVariable',
    'InformationAction',
    'PipelineVariable',
    'OutBuffer',
    'WarningVariable',
    'ProgressAction',
  ],
  switches: [
    'UseBasicParsing',
    'DisableKeepAlive',
    'UseDefaultCredentials',
    'ProxyUseDefaultCredentials',
    'SkipCertificateCheck',
    'SkipHttpErrorCheck',
    'SkipHeaderValidation',
    'NoProxy',
    'PassThru',
    'Resume',
    'PreserveAuthorizationOnRedirect',
    'AllowUnencryptedAuthentication',
    'FollowRelLink',
    'PreserveHttpMethodOnRedirect',
    'AllowInsecureRedirect',
    'Verbose',
    'Debug',
    'WhatIf',
    'Confirm',
  ],
  positions: ['Uri'],
  aliases: {
    ea: 'ErrorAction',
    ev: 'ErrorVariable',
    ov: 'OutVariable',
    wa: 'WarningAction',
    h: 'Headers',
    m: 'Method',
    cm: 'CustomMethod',
    vb: 'Verbose',
    rhv: 'ResponseHeadersVariable',
  },
};

/** Cmdlets by every name that they go by. */
const CMDLETS: ReadonlyMap<string, string> = new Map([
  ['invoke-restmethod', 'invoke-restmethod'],
  ['irm', 'invoke-restmethod'],
  ['invoke-webrequest', 'invoke-webrequest'],
  ['iwr', 'invoke-webrequest'],
  ['curl', 'invoke-webrequest'],
  ['wget', 'invoke-webrequest'],
]);

/** Runs a cmdlet that sends a request; undefined for any other command, and for `curl` with options that only the program has. */
export function runWebCmdlet(
  interpreter: Interpreter,
  name: string,
  words: readonly Word[],
  place: { readonly start: number; readonly end: number },
): Values | undefined {
  const client = CMDLETS.get(name);
  if (client !== undefined) {
    if ((name === 'curl' || name === 'wget') && isProgram(words)) return undefined;
    return invoke(interpreter, client, bind(interpreter, words, INVOKE), place);
  }
  if (name === 'start-bitstransfer') return transfer(interpreter, words, place);
  if (name === 'get-ec2instancemetadata') return instanceMetadata(interpreter, place);
  return undefined;
}

/** Whether the options are those of curl or wget themselves. PowerShell 7 has no such aliases. */
function isProgram(words: readonly Word[]): boolean {
  return words.some((word, index) => {
    if (word.parameter === undefined)
      return word.values.some(
        (value) =>
          value.kind === 'text' && value.pieces[0]?.kind === 'literal' && value.pieces[0].value.startsWith('--'),
      );
    const name = word.parameter;
    const next = words[index + 1];
    if (/^(?:[sSfXkLIoOq]+|qO-?|H|XPUT|XGET|sS?f?L?X?)$/.test(name)) {
      // -H with a dictionary is -Headers cut short; -O and the like are no parameters of the cmdlets in this casing.
      return name !== 'H' || next?.values.some((value) => value.kind === 'text') === true;
    }
    return false;
  });
}

function invoke(
  interpreter: Interpreter,
  client: string,
  bound: Bound,
  place: { readonly start: number; readonly end: number },
): Values {
  const { values, open } = bound;
  const { state } = interpreter.machine;
  const url = values.get('uri') ?? unknown('-Uri', open ?? 'it is not given');
  const method =
    values.get('custommethod') ??
    values.get('method') ??
    (open === undefined ? textOf('GET') : unknown('-Method', open));
  const given = values.get('headers');
  const own: readonly HeaderSet[] =
    given === undefined && open !== undefined
      ? [{ headers: [], choices: new Map(), unread: open }]
      : headerSets(given, state);
  const session = values.get('websession')?.[0];
  const defaults =
    session?.kind === 'ref'
      ? headersOf(interpreter, session, 'headers')
      : session === undefined || session.kind === 'null'
        ? NO_HEADERS
        : [{ headers: [], choices: new Map(), unread: 'the session that is passed on has its own' }];
  return send(interpreter, place, { client, url, method, headers: joinHeaderSets(defaults, own), habits: DROPS_NULL });
}

const BITS: Signature = {
  parameters: [
    'Source',
    'Destination',
    'Asynchronous',
    'Authentication',
    'Credential',
    'Description',
    'DisplayName',
    'Priority',
    'ProxyAuthentication',
    'ProxyBypass',
    'ProxyList',
    'ProxyUsage',
    'RetryInterval',
    'RetryTimeout',
    'TransferPolicy',
    'TransferType',
    'CustomHeaders',
    'HttpMethod',
    'ErrorAction',
  ],
  switches: ['Suspended', 'UseStoredCredential', 'Dynamic'],
  positions: ['Source', 'Destination'],
};

function transfer(
  interpreter: Interpreter,
  words: readonly Word[],
  place: { readonly start: number; readonly end: number },
): Values {
  const bound = bind(interpreter, words, BITS);
  const headers: readonly HeaderSet[] = bound.values.has('customheaders')
    ? [{ headers: [], choices: new Map(), unread: '-CustomHeaders gives them' }]
    : NO_HEADERS;
  return send(interpreter, place, {
    client: 'bits',
    url: bound.values.get('source') ?? unknown('-Source', bound.open ?? 'it is not given'),
    method: bound.values.get('httpmethod') ?? textOf('GET'),
    headers,
    habits: KEEPS_NULL,
  });
}

/** The AWS Tools ask by themselves: from 4.0.1.0 on with a token first, without one after that unless told not to. Source: facts/aws.md §4.5. */
function instanceMetadata(interpreter: Interpreter, place: { readonly start: number; readonly end: number }): Values {
  const disabled = isVersion1Disabled(interpreter);
  return send(interpreter, place, {
    client: 'get-ec2instancemetadata',
    url: textOf('http://169.254.169.254/latest/meta-data/'),
    method: textOf('GET'),
    habits: KEEPS_NULL,
    headers: disabled
      ? NO_HEADERS
      : [
          {
            headers: [],
            choices: new Map(),
            unread: 'the version of the AWS Tools decides them, 4.0.1.0 and later ask for a token first and fall back',
          },
        ],
    ...(disabled ? { sdk: 'version-2' as const, evidence: [{ message: 'EC2MetadataV1Disabled is set.' }] } : {}),
  });
}
