import type { TSESTree } from '@typescript-eslint/types';
import { isTokenHeader, known, knownOnly, TOKEN_HEADER, TTL_HEADER, type Request } from 'imdsv2-core';
import { toTexts } from '../evaluation/value.ts';
import { isFunction, isNode, unwrap, type FunctionNode, type Module, type Node } from '../syntax/module.ts';
import { quoted, type Site } from './site.ts';
import { Kind } from '../syntax/kind.ts';

/** How the repaired request comes by its token. */
export type TokenSource =
  /** A variable that holds one already. */
  | { readonly kind: 'value'; readonly text: string }
  /** A function of the file that asks for one: the source of a call that gives a promise of it. */
  | { readonly kind: 'helper'; readonly text: string }
  /** Nothing of the kind is in reach: the request for a token has to be written out. */
  | { readonly kind: 'none' };

/** What in reach of a request holds or fetches a token already. `takesShared`: it may be a function of another file. */
export function tokenInReach(site: Site, takesShared = false): TokenSource {
  return (
    variableInReach(site) ??
    site.others
      .filter(({ judgement }) => judgement.verdict === 'token-request')
      .map(({ request }) => helperAround(site, request))
      .find((helper) => helper !== undefined) ??
    (takesShared ? sharedInReach(site) : undefined) ?? { kind: 'none' }
  );
}

/** The function of another file, where that asks the endpoint that is asked here. */
function sharedInReach({ shared, judgement, module, call }: Site): TokenSource | undefined {
  if (shared === undefined || judgement.ipv6) return undefined;
  const isFree = shared.edits.length === 0 || module.visible(shared.name, call) === undefined;
  return isFree ? { kind: 'helper', text: `${shared.name}()` } : undefined;
}

/** The function of a file around one of its token requests that other files may call to get a token. */
export function exportedHelper(module: Module, requests: readonly Request[]): string | undefined {
  for (const { focus, location } of requests) {
    const { path, start, end } = focus ?? location;
    const inner = module.calls.find(({ range }) => range[0] === start && range[1] === end);
    const fn = inner === undefined || path !== module.path ? undefined : helperFunction(module, inner);
    const name = fn === undefined ? undefined : nameOf(fn, module)?.name;
    if (name !== undefined && /token/i.test(name) && isExported(module, name)) return name;
  }
  return undefined;
}

/** Whether a file exports one of its functions under its own name. */
function isExported({ text }: Module, name: string): boolean {
  return [
    String.raw`^\s*export\s+(?:async\s+function|const|let)\s+${name}\b`,
    String.raw`^\s*export\s*\{[^}]*\b${name}\s*[,}]`,
    String.raw`^\s*(?:module\.)?exports\.${name}\s*=`,
    String.raw`^\s*module\.exports\s*=\s*\{[^}]*\b${name}\s*[,}]`,
  ].some((form) => new RegExp(form, 'm').test(text));
}

/** The variable that another request of the file sends as its token, where it also means something here. */
function variableInReach(site: Site): TokenSource | undefined {
  const { module, call, others } = site;
  for (const { request, judgement } of others) {
    if (judgement.verdict !== 'token') continue;
    for (const { name, location } of request.variants.flatMap((variant) => variant.headers)) {
      if (location?.path !== module.path || !isTokenHeader(known(name) ?? '')) continue;
      const text = module.text.slice(location.start, location.end);
      const word = /[:,]\s*([A-Za-z_$][\w$]*)\s*\)?$/.exec(text)?.[1];
      const variable = word === undefined ? undefined : module.visible(word, call);
      const [definition] = variable?.defs ?? [];
      if (variable === undefined || definition === undefined || word === undefined) continue;
      const isSame = variable.references.some(
        ({ identifier }) => location.start <= identifier.range[0] && identifier.range[1] <= location.end,
      );
      const isSet =
        definition.type === 'Parameter' ||
        (definition.node.type === Kind.VariableDeclarator && definition.node.init !== null);
      if (isSame && isSet && definition.name.range[1] <= call.range[0]) return { kind: 'value', text: word };
    }
  }
  return undefined;
}

/** The function around a token request, if it can be called from the repaired request and gives a promise of the token. */
function helperAround(site: Site, request: Request): TokenSource | undefined {
  const { module, call } = site;
  const place = request.focus ?? request.location;
  const inner = module.calls.find((one) => one.range[0] === place.start && one.range[1] === place.end);
  if (inner === undefined || place.path !== module.path) return undefined;
  const fn = helperFunction(module, inner);
  if (fn === undefined || (fn.range[0] <= call.range[0] && call.range[1] <= fn.range[1])) return undefined;
  const name = nameOf(fn, module);
  if (name !== undefined) {
    const isSame = module.visible(name.name, call)?.defs[0]?.name === name;
    return isSame && /token/i.test(name.name) ? { kind: 'helper', text: `${name.name}()` } : undefined;
  }
  const holder = module.parentOf(fn);
  if (holder?.type !== Kind.MethodDefinition || holder.computed || holder.static || holder.key.type !== Kind.Identifier)
    return undefined;
  const owner = module.thisOwner(call);
  const isOurs = owner !== undefined && !owner.isStatic && module.thisOwner(inner)?.owner === owner.owner;
  return isOurs && /token/i.test(holder.key.name) && holder.kind === 'method'
    ? { kind: 'helper', text: `this.${holder.key.name}()` }
    : undefined;
}

/** The function around a call that asks for a token: one that can be called without arguments, and gives a promise of the token. */
function helperFunction(module: Module, inner: Node): FunctionNode | undefined {
  const fn = module
    .functionsAround(inner)
    .find((one) => givesPromise(one) && one.params.every((parameter) => parameter.type === Kind.AssignmentPattern));
  return fn !== undefined && givesText(fn, inner, module) ? fn : undefined;
}

/** The name that a function is declared with, or kept under. */
function nameOf(fn: FunctionNode, module: Module): TSESTree.Identifier | undefined {
  if (fn.type === Kind.FunctionDeclaration) return fn.id ?? undefined;
  const holder = module.parentOf(fn);
  return holder?.type === Kind.VariableDeclarator && holder.id.type === Kind.Identifier ? holder.id : undefined;
}

function givesPromise(fn: FunctionNode): boolean {
  return fn.async && !fn.generator;
}

/** Whether what a function gives is the token itself, not the response to be read. */
function givesText(fn: FunctionNode, request: Node, module: Module): boolean {
  const returned = returnsWithin(fn, module.parentOf.bind(module), request);
  const text = module.textOf(returned ?? fn.body);
  return (
    returned !== undefined &&
    /\.(text|data|body)\b|token|body|text/i.test(text.replace(/api\/token|metadata-token(-ttl-seconds)?/g, ''))
  );
}

/** The last `return` of a function, or the body of an arrow. */
function returnsWithin(fn: FunctionNode, parentOf: (node: Node) => Node | undefined, request: Node): Node | undefined {
  if (fn.body.type !== Kind.BlockStatement) return fn.body;
  const last = fn.body.body.findLast((one): one is TSESTree.ReturnStatement => one.type === Kind.ReturnStatement);
  if (isNode(last?.argument)) return last.argument;
  for (let at: Node | undefined = request; at !== undefined && !isFunction(at); at = parentOf(at))
    if (at.type === Kind.ReturnStatement) return at;
  return undefined;
}

/** The source of the token's URL: with the base that the request itself is written with, where that is a name. */
export function tokenUrl(
  { call, module, evaluator, judgement }: Site,
  given: Node | undefined = call.arguments[0],
): string {
  const host = judgement.ipv6 ? '[fd00:ec2::254]' : '169.254.169.254';
  const base = given === undefined ? undefined : baseOf(unwrap(given));
  if (base !== undefined) {
    const values = evaluator.evaluate(base);
    const text = knownOnly(toTexts(values.filter((value) => value.isDefault === true || values.length === 1)));
    const rest = text === undefined ? undefined : /^https?:\/\/[^/]+(?<path>.*)$/.exec(text)?.groups?.['path'];
    const path = rest === undefined ? undefined : PATHS[rest];
    if (path !== undefined) return `\`\${${module.textOf(base)}}${path}\``;
  }
  return quoted(module, `http://${host}/latest/api/token`);
}

/** What is missing to the token's path after each base that is in use. */
const PATHS: Readonly<Record<string, string>> = {
  '': '/latest/api/token',
  '/': 'latest/api/token',
  '/latest': '/api/token',
  '/latest/': 'api/token',
};

/** The name that a URL begins with: `BASE` of `${BASE}/latest` and `BASE + '/latest'`. */
function baseOf(node: Node): Node | undefined {
  let at = node;
  while (at.type === Kind.BinaryExpression && at.operator === '+') at = unwrap(at.left);
  if (at.type === Kind.TemplateLiteral && at.quasis[0]?.value.raw === '') at = unwrap(at.expressions[0] ?? at);
  if (at === node) return undefined;
  return at.type === Kind.Identifier || at.type === Kind.MemberExpression ? at : undefined;
}

/** `{ 'X-aws-ec2-metadata-token-ttl-seconds': '21600' }`. */
export function ttlHeaders({ module }: Site): string {
  return `{ ${quoted(module, TTL_HEADER)}: ${quoted(module, '21600')} }`;
}

/** The headers of a token request as a member of its options, and beside them what limits the request itself: its time, its agent. */
export function askingOptions(site: Site): string {
  const copied = site.call.arguments.flatMap((argument) =>
    argument.type === Kind.ObjectExpression ? argument.properties.filter(isLimit) : [],
  );
  const texts = copied.map((property) => site.module.textOf(property)).filter((text) => !text.includes('\n'));
  return [`headers: ${ttlHeaders(site)}`, ...texts].join(', ');
}

function isLimit(property: TSESTree.ObjectLiteralElement): boolean {
  return (
    property.type === Kind.Property &&
    !property.computed &&
    property.key.type === Kind.Identifier &&
    /^(?:timeout|connectTimeout|open_timeout|response_timeout|signal|cancelToken|agent|httpAgent|dispatcher|retry|proxy)$/.test(
      property.key.name,
    )
  );
}

/** `{ 'X-aws-ec2-metadata-token': token }`. */
export function tokenHeaders({ module }: Site, token: string): string {
  return `{ ${quoted(module, TOKEN_HEADER)}: ${token} }`;
}
