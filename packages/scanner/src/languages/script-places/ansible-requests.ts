import {
  factId,
  isTokenHeader,
  known,
  literal,
  type Alternatives,
  type MappedText,
  type Request,
  type RequestHeader,
  type RequestVariant,
  type Text,
  type TokenFlow,
} from 'imdsv2-core';
import { get, textOf, type Node } from '../structured/node.ts';
import { resolveText, type AnsibleVariables } from './ansible-variables.ts';
import { textWithHoles } from './find.ts';
import type { Found } from './format.ts';

/** Modules that send HTTP requests, with their entries of the client table. */
const CLIENTS = {
  uri: 'ansible-uri',
  win_uri: 'ansible-win-uri',
  get_url: 'ansible-get-url',
  win_get_url: 'ansible-win-uri',
} as const;

export function isRequestModule(module: string): module is keyof typeof CLIENTS {
  return module in CLIENTS;
}

/** The request of a `uri` or `get_url` task. `place`: from the module's name to the end of its options. */
export function ansibleRequest(
  found: Found,
  module: keyof typeof CLIENTS,
  place: { readonly start: number; readonly end: number },
  options: Node,
  role: string,
  variables: AnsibleVariables,
): Request | undefined {
  const { document } = found;
  const option = (name: string): MappedText | undefined =>
    options.kind === 'scalar' ? inlineOption(found, options, name) : (found.text(get(options, name)) ?? undefined);
  const url = option('url');
  if (url === undefined) return undefined;
  const methodText = option('method');
  const method =
    methodText === undefined ? 'GET' : known(textWithHoles(methodText, document, found.format))?.toUpperCase();
  const { headers, unread } = headersOf(found, options, variables);
  const location = document.map.range(place.start, place.end);
  const variants = resolveText(textWithHoles(url, document, found.format), variables).map((address): RequestVariant => {
    const token = tokenOf(headers);
    return {
      method,
      url: address,
      headers,
      ...(unread === undefined ? {} : { unreadHeaders: unread }),
      ...(token === undefined ? {} : { token }),
      evidence: [],
    };
  });
  return {
    kind: 'request',
    id: factId('request', location),
    location,
    client: CLIENTS[module],
    variants,
    launches: document.launches,
    runner: document.runner,
    role: document.role === '' ? role : `${role} in ${document.role}`,
  };
}

/**
 * Modules that ask the metadata service by themselves. `ec2_facts` was there until Ansible 2.7 and knows version 1 only; `ec2_metadata_facts` asks with a token since
 * amazon.aws 1.5.0 (its changelog), and fails without one. The module of that name in Ansible 2.9 and before does not.
 */
const METADATA_MODULES: Readonly<Record<string, Pick<RequestVariant, 'sdk' | 'unreadHeaders' | 'evidence'>>> = {
  ec2_facts: { sdk: 'version-1', evidence: [{ message: 'ec2_facts has no version 2 of the metadata service.' }] },
  ec2_metadata_facts: {
    unreadHeaders:
      "the version of the module decides them, amazon.aws 1.5.0 and later ask for a token first, Ansible's own until 2.9 does not",
    evidence: [],
  },
  'amazon.aws.ec2_metadata_facts': {
    sdk: 'version-2',
    evidence: [{ message: 'amazon.aws.ec2_metadata_facts asks for a token since 1.5.0.' }],
  },
};

/** The request of a task that gathers what the metadata service says; undefined for every other module. */
export function metadataRequest(
  { document }: Found,
  module: string,
  place: { readonly start: number; readonly end: number },
  role: string,
): Request | undefined {
  const what = Object.hasOwn(METADATA_MODULES, module) ? METADATA_MODULES[module] : undefined;
  if (what === undefined) return undefined;
  const location = document.map.range(place.start, place.end);
  return {
    kind: 'request',
    id: factId('request', location),
    location,
    client: 'ansible-ec2-metadata-facts',
    variants: [{ method: 'GET', url: literal('http://169.254.169.254/latest/meta-data/'), headers: [], ...what }],
    launches: document.launches,
    runner: document.runner,
    role: document.role === '' ? role : `${role} in ${document.role}`,
  };
}

/** `uri: url=http://… method=PUT HEADER_X=…`. */
function inlineOption(found: Found, options: Node, name: string): MappedText | undefined {
  const text = found.text(options);
  const match =
    text === undefined
      ? null
      : new RegExp(`(?:^|\\s)${name}=(?:"([^"]*)"|'([^']*)'|((?:\\{\\{.*?\\}\\}|\\S)+))`).exec(text.text);
  const value = match?.[1] ?? match?.[2] ?? match?.[3];
  if (text === undefined || match === null || value === undefined) return undefined;
  const start = match.index + match[0].lastIndexOf(value);
  return { text: value, map: text.map.slice(start, start + value.length) };
}

function headersOf(
  found: Found,
  options: Node,
  variables: AnsibleVariables,
): { headers: readonly RequestHeader[]; unread?: string } {
  const { document, format } = found;
  if (options.kind === 'scalar') return inlineHeaders(found, options, variables);
  const said = get(options, 'headers');
  const old =
    options.kind === 'map' ? options.entries.filter(({ key }) => textOf(key)?.startsWith('HEADER_') === true) : [];
  const oldHeaders = old.flatMap(({ key, value }): readonly RequestHeader[] => {
    const name = (textOf(key) ?? '').slice('HEADER_'.length);
    const text = found.text(value);
    return text === undefined
      ? []
      : [header(literal(name), resolveText(textWithHoles(text, document, format), variables), found, key)];
  });
  if (said === undefined) return { headers: oldHeaders };
  let map: Node | undefined = said;
  if (said.kind === 'scalar') {
    const text = textWithHoles(said.mapped, document, format);
    const [piece, ...more] = text.pieces;
    if (piece?.kind !== 'hole' || more.length > 0) return plainHeaders(found, said, variables);
    map = variables.nodes.get(piece.name);
    if (map === undefined) return { headers: oldHeaders, unread: `they are in ${piece.name}` };
  }
  if (map.kind !== 'map') return { headers: oldHeaders, unread: 'they are put together when the task runs' };
  const headers = map.entries.map(({ key, value }) => {
    const name =
      key.kind === 'scalar'
        ? (resolveText(textWithHoles(key.mapped, document, format), variables)[0] ?? literal(''))
        : literal('');
    const values: Alternatives =
      value.kind === 'scalar' ? resolveText(textWithHoles(value.mapped, document, format), variables) : [literal('')];
    return header(name, values, found, key);
  });
  return { headers: [...oldHeaders, ...headers] };
}

/** `get_url` also takes `headers: "a:b,c:d"`. */
function plainHeaders(
  found: Found,
  said: Node,
  variables: AnsibleVariables,
): { headers: readonly RequestHeader[]; unread?: string } {
  const text = textOf(said) ?? '';
  if (!/^[\w-]+:/.test(text)) return { headers: [], unread: 'they are put together when the task runs' };
  const headers = text.split(',').flatMap((pair): readonly RequestHeader[] => {
    const colon = pair.indexOf(':');
    if (colon <= 0) return [];
    const value = textWithHoles(
      { text: pair.slice(colon + 1).trim(), map: found.document.map.slice(said.start, said.end) },
      found.document,
      found.format,
    );
    return [header(literal(pair.slice(0, colon).trim()), resolveText(value, variables), found, said)];
  });
  return { headers };
}

function inlineHeaders(
  found: Found,
  options: Node,
  variables: AnsibleVariables,
): { headers: readonly RequestHeader[] } {
  const text = found.text(options);
  const headers = [
    ...(text?.text.matchAll(/(?:^|\s)HEADER_([\w-]+)=(?:"([^"]*)"|'([^']*)'|((?:\{\{.*?\}\}|\S)+))/g) ?? []),
  ].map((match) => {
    const value = match[2] ?? match[3] ?? match[4] ?? '';
    const start = match.index + match[0].lastIndexOf(value);
    const mapped = { text: value, map: (text ?? found.document).map.slice(start, start + value.length) };
    return header(
      literal(match[1] ?? ''),
      resolveText(textWithHoles(mapped, found.document, found.format), variables),
      found,
      options,
    );
  });
  return { headers };
}

function header(name: Text, values: Alternatives, found: Found, at: Node): RequestHeader {
  return {
    name,
    value: values[0] ?? literal(''),
    location: found.document.map.range(at.start, at.end),
    place: 'headers',
  };
}

/** Ansible sends an empty header for an empty value, and fails for an undefined one. */
function tokenOf(headers: readonly RequestHeader[]): TokenFlow | undefined {
  const token = headers.find(({ name }) => isTokenHeader(known(name) ?? ''));
  return token === undefined ? undefined : { values: [token.value], dropsHeader: false };
}
