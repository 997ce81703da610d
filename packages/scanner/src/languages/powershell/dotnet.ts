import { headerSets, joinHeaderSets, NO_HEADERS, resolveUrl, type HeaderSet } from '../scripting/requests.ts';
import { EMPTY_CELL } from '../scripting/state.ts';
import type { SyntaxNode } from '../scripting/syntax.ts';
import {
  booleanOf,
  knownText,
  NULL,
  textOf,
  truth,
  type RefValue,
  type Value,
  type Values,
} from '../scripting/values.ts';
import type { Interpreter } from './interpreter.ts';
import { KEEPS_NULL, send } from './send.ts';

/** Classes of .NET (and COM) that send requests, in lower case and without `System.`: the id of the client, and where their objects keep headers. */
const CLASSES: ReadonlyMap<string, { readonly client: string; readonly headers: string }> = new Map([
  ['net.webclient', { client: 'webclient', headers: 'headers' }],
  ['net.webrequest', { client: 'webrequest', headers: 'headers' }],
  ['net.httpwebrequest', { client: 'webrequest', headers: 'headers' }],
  ['net.http.httpclient', { client: 'httpclient', headers: 'defaultrequestheaders' }],
  ['net.http.httprequestmessage', { client: 'httpclient', headers: 'headers' }],
  ['microsoft.powershell.commands.webrequestsession', { client: 'invoke-webrequest', headers: 'headers' }],
  ['com:xmlhttp', { client: 'xmlhttp', headers: 'headers' }],
]);

/** Objects that hold entries and nothing else. */
const DICTIONARIES =
  /^(?:collections\.(?:hashtable|specialized\.\w*dictionary|generic\.dictionary.*|ordereddictionary)|hashtable|net\.webheadercollection)$|^collections\.generic\.dictionary|^amazon\..*\.model\./;

/** Makes an object; undefined for classes that are not known. */
export function constructDotNet(interpreter: Interpreter, path: string, args: readonly Values[]): Values | undefined {
  const { machine } = interpreter;
  if (DICTIONARIES.test(path)) return [machine.allocate({ ...EMPTY_CELL, type: 'dictionary', of: path })];
  if (/^collections\.(?:arraylist|generic\.list)/.test(path))
    return [machine.allocate({ ...EMPTY_CELL, type: 'list', of: path })];
  if (path === 'uri' || path === 'uribuilder')
    return args.length > 1 && args[0] !== undefined && args[1] !== undefined ? resolveUrl(args[0], args[1]) : args[0];
  if (path === 'net.http.httpmethod') return args[0];
  if (!CLASSES.has(path)) return undefined;
  return [makeObject(interpreter, path, args)];
}

function makeObject(interpreter: Interpreter, path: string, args: readonly Values[]): RefValue {
  const { machine } = interpreter;
  const headers: Values = [machine.allocate({ ...EMPTY_CELL, type: 'dictionary', of: 'net.webheadercollection' })];
  const fields = new Map<string, Values>([[CLASSES.get(path)?.headers ?? 'headers', headers]]);
  if (path === 'net.http.httprequestmessage') {
    fields.set('method', args[0] ?? textOf('GET'));
    if (args[1] !== undefined) fields.set('requesturi', args[1]);
  }
  return machine.allocate({ ...EMPTY_CELL, type: 'object', of: path, fields });
}

/** `New-Object -ComObject …`. */
export function constructCom(interpreter: Interpreter, name: string): Values | undefined {
  return /^(?:msxml2\.(?:server)?xmlhttp|microsoft\.xmlhttp|winhttp\.winhttprequest)/i.test(name)
    ? [makeObject(interpreter, 'com:xmlhttp', [])]
    : undefined;
}

/** A static property that is a value. */
export function readDotNet(path: string, name: string): Values | undefined {
  if (path === 'net.http.httpmethod' || path === 'microsoft.powershell.commands.webrequestmethod')
    return textOf(name.toUpperCase());
  if (path === 'string' && name === 'empty') return textOf('');
  return undefined;
}

/** Static properties that change what the AWS Tools do. */
export function setDotNetStatic(interpreter: Interpreter, path: string, name: string, values: Values): void {
  if (path === 'amazon.util.ec2instancemetadata' && name === 'ec2metadatav1disabled')
    interpreter.machine.state.set(
      'aws:v1disabled',
      values.every((value) => truth(value) === true) ? booleanOf(true) : values,
    );
}

/** Whether the AWS Tools were told not to speak version 1. */
export function isVersion1Disabled(interpreter: Interpreter): boolean {
  const values =
    interpreter.machine.state.get('aws:v1disabled') ??
    interpreter.machine.state.get('env:aws_ec2_metadata_v1_disabled') ??
    [];
  return (
    values.length > 0 &&
    values.every(
      (value) => truth(value) === true && (value.kind !== 'text' || knownText([value])?.toLowerCase() === 'true'),
    )
  );
}

/** Methods by class: what is sent, and at which position the URL stands. */
const WEBCLIENT = /^(download|upload|open)(string|data|file|values|read|write)(?:taskasync|async)?$/;
const HTTPCLIENT = /^(get|put|post|delete|patch)(?:string|bytearray|stream)?async$/;

/** Calls a method that sends or prepares a request; undefined for any other. */
export function callDotNet(
  interpreter: Interpreter,
  receiver: Value,
  name: string,
  args: readonly Values[],
  node: SyntaxNode,
): Values | undefined {
  if (receiver.kind === 'named') {
    if (
      (receiver.path === 'net.webrequest' || receiver.path === 'net.httpwebrequest') &&
      /^create(?:http|default)?$/.test(name)
    ) {
      const made = makeObject(interpreter, 'net.webrequest', []);
      interpreter.machine.state.update(made, (cell) => ({
        ...cell,
        fields: new Map([
          ...cell.fields,
          ['requesturi', args[0] ?? NULL],
          ['<start>', [numberAt(node.start)]],
          ['<end>', [numberAt(node.end)]],
        ]),
      }));
      return [made];
    }
    return undefined;
  }
  if (receiver.kind !== 'ref') return undefined;
  const cell = interpreter.machine.state.cellOf(receiver);
  switch (cell?.of) {
    case 'net.webclient':
      return callWebClient(interpreter, receiver, name, args, node);
    case 'net.webrequest':
    case 'net.httpwebrequest':
      return callWebRequest(interpreter, receiver, name, node);
    case 'net.http.httpclient':
      return callHttpClient(interpreter, receiver, name, args, node);
    case 'com:xmlhttp':
      return callXmlHttp(interpreter, receiver, name, args, node);
    default:
      return undefined;
  }
}

function callWebClient(
  interpreter: Interpreter,
  receiver: RefValue,
  name: string,
  args: readonly Values[],
  node: SyntaxNode,
): Values | undefined {
  const match = WEBCLIENT.exec(name);
  if (match === null) return undefined;
  const [url = NULL, second, third] = args;
  const uploads = match[1] === 'upload' || match[2] === 'write';
  // UploadString(url, data) posts; UploadString(url, method, data) says how.
  const method = !uploads ? textOf('GET') : third !== undefined && second !== undefined ? second : textOf('POST');
  const base = interpreter.machine.state.field(receiver, 'baseaddress');
  return send(interpreter, node, {
    client: 'webclient',
    url: base === undefined ? url : resolveUrl(base, url),
    method,
    headers: headersOf(interpreter, receiver, 'headers'),
    habits: KEEPS_NULL,
  });
}

function callWebRequest(
  interpreter: Interpreter,
  receiver: RefValue,
  name: string,
  node: SyntaxNode,
): Values | undefined {
  if (!/^(?:getresponse|begingetresponse|getresponseasync)$/.test(name)) return undefined;
  const { state } = interpreter.machine;
  const [start] = state.field(receiver, '<start>') ?? [];
  const [end] = state.field(receiver, '<end>') ?? [];
  const place = start?.kind === 'number' && end?.kind === 'number' ? { start: start.value, end: end.value } : node;
  return send(interpreter, place, {
    client: 'webrequest',
    url: state.field(receiver, 'requesturi') ?? NULL,
    method: state.field(receiver, 'method') ?? textOf('GET'),
    headers: headersOf(interpreter, receiver, 'headers'),
    habits: KEEPS_NULL,
  });
}

function callHttpClient(
  interpreter: Interpreter,
  receiver: RefValue,
  name: string,
  args: readonly Values[],
  node: SyntaxNode,
): Values | undefined {
  const { state } = interpreter.machine;
  const defaults = headersOf(interpreter, receiver, 'defaultrequestheaders');
  const base = state.field(receiver, 'baseaddress');
  const placed = (url: Values): Values => (base === undefined ? url : resolveUrl(base, url));
  const verb = HTTPCLIENT.exec(name)?.[1];
  const [first = NULL] = args;
  if (verb !== undefined)
    return send(interpreter, node, {
      client: 'httpclient',
      url: placed(first),
      method: textOf(verb.toUpperCase()),
      headers: defaults,
      habits: KEEPS_NULL,
    });
  if (name !== 'sendasync' && name !== 'send') return undefined;
  return first.flatMap((message) => {
    if (message.kind !== 'ref')
      return send(interpreter, node, {
        client: 'httpclient',
        url: [message],
        method: textOf('GET'),
        headers: defaults,
        habits: KEEPS_NULL,
      });
    return send(interpreter, node, {
      client: 'httpclient',
      url: placed(state.field(message, 'requesturi') ?? NULL),
      method: state.field(message, 'method') ?? textOf('GET'),
      headers: joinHeaderSets(defaults, headersOf(interpreter, message, 'headers')),
      habits: KEEPS_NULL,
    });
  });
}

/** `.open('GET', url, $false)`, `.setRequestHeader(name, value)`, `.send()`. */
function callXmlHttp(
  interpreter: Interpreter,
  receiver: RefValue,
  name: string,
  args: readonly Values[],
  node: SyntaxNode,
): Values | undefined {
  const { state } = interpreter.machine;
  const [first = NULL, second = NULL] = args;
  switch (name) {
    case 'open':
      state.setField(receiver, 'method', first);
      state.setField(receiver, 'requesturi', second);
      return NULL;
    case 'setrequestheader': {
      const [headers] = state.field(receiver, 'headers') ?? [];
      if (headers?.kind === 'ref')
        state.update(headers, (cell) => ({
          ...cell,
          entries: [...cell.entries, { key: first, value: second, start: node.start, end: node.end }],
        }));
      return NULL;
    }
    case 'send': {
      const response = send(interpreter, node, {
        client: 'xmlhttp',
        url: state.field(receiver, 'requesturi') ?? NULL,
        method: state.field(receiver, 'method') ?? textOf('GET'),
        headers: headersOf(interpreter, receiver, 'headers'),
        habits: KEEPS_NULL,
      });
      for (const field of ['responsetext', 'responsebody']) state.setField(receiver, field, response);
      return NULL;
    }
    default:
      return undefined;
  }
}

export function headersOf(interpreter: Interpreter, receiver: RefValue, field: string): readonly HeaderSet[] {
  const values = interpreter.machine.state.field(receiver, field);
  return values === undefined ? NO_HEADERS : headerSets(values, interpreter.machine.state);
}

function numberAt(value: number): Value {
  return { kind: 'number', value, choices: new Map() };
}
