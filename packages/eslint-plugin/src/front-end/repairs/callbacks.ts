import type { TSESTree } from '@typescript-eslint/types';
import { TOKEN_HEADER, type Edit } from 'imdsv2-core';
import { nameOfMember, unwrap, type Node, type Variable } from '../syntax/module.ts';
import { isCallback, setInArgument } from './objects.ts';
import { chainOf, clientText, freeName, indentOf, insert, quoted, replace, stepOf, type Site } from './site.ts';
import { tokenInReach, tokenUrl, askingOptions } from './token.ts';
import { Kind } from '../syntax/kind.ts';

/** Statements that are to run once there is a token. */
interface Region {
  readonly start: number;
  readonly end: number;
  readonly indent: string;
  /** An expression that is the whole body of an arrow: it needs braces around. */
  readonly isBody: boolean;
}

/** What comes before and after the statements, at their own indentation. */
interface Frame {
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** How many steps further in the statements stand then. */
  readonly depth: number;
}

/** Asks for a token first, in a callback of which the statements of the request then stand. */
function around(site: Site, frame: Frame, sent: readonly Edit[] | undefined): readonly Edit[] | undefined {
  const { module } = site;
  const region = regionOf(site);
  if (region === undefined || sent === undefined) return undefined;
  const { start, end, indent } = region;
  const base = indent;
  const inner = stepOf(module).repeat(frame.depth);
  const lines = (list: readonly string[], from: string): string => list.map((line) => `${from}${line}\n`).join('');
  const isFirst = module.text.slice(0, start).endsWith(base) || base === '';
  const opening = `${lines(frame.before, base).slice(isFirst ? base.length : 0)}${base}${inner}`;
  const edits: Edit[] = [insert(module, start, opening)];
  // Lines in between move in; those of template literals keep their text.
  const text = module.text.slice(start, end);
  if (!text.includes('`'))
    for (const match of text.matchAll(/\n(?=[^\n])/g)) edits.push(insert(module, start + match.index + 1, inner));
  const last = lines(frame.after, base).trimEnd();
  const closing = region.isBody ? `;\n${last.replace(/;$/, '')}` : `\n${last}`;
  return merged([...edits, ...sent, insert(module, end, closing)]);
}

/** Insertions that fall inside what another edit replaces are dropped: blanks inside a replaced object. */
function merged(edits: readonly Edit[]): readonly Edit[] {
  return edits.filter(
    (edit) =>
      edit.start !== edit.end ||
      !edits.some((other) => other !== edit && other.start < edit.start && edit.start < other.end),
  );
}

/** The statements of a request: its own, and where it is kept in a variable, all up to the last that uses that. */
function regionOf(site: Site): Region | undefined {
  const { module } = site;
  const chain = chainOf(site);
  const parent = module.parentOf(chain);
  if (parent?.type === Kind.ArrowFunctionExpression && parent.body === chain) {
    const maker = module.parentOf(parent);
    const isExecutor = maker?.type === Kind.NewExpression && module.textOf(maker.callee) === 'Promise';
    return isExecutor
      ? { start: chain.range[0], end: chain.range[1], indent: indentOf(module, chain), isBody: true }
      : undefined;
  }
  if (parent?.type === Kind.ExpressionStatement) return whole(parent, parent, site);
  if (parent?.type === Kind.VariableDeclarator && parent.id.type === Kind.Identifier) {
    const declaration = module.parentOf(parent);
    const block = declaration === undefined ? undefined : module.parentOf(declaration);
    const variable = module.variableOf(parent.id);
    if (
      declaration?.type !== Kind.VariableDeclaration ||
      declaration.declarations.length !== 1 ||
      variable === undefined
    )
      return undefined;
    if (block?.type !== Kind.BlockStatement && block?.type !== Kind.Program) return undefined;
    const last = lastUse(block, variable);
    return last === undefined ? undefined : whole(declaration, last, site);
  }
  return undefined;
}

function whole(first: Node, last: Node, { module }: Site): Region | undefined {
  const block = module.parentOf(first);
  if (block?.type !== Kind.BlockStatement && block?.type !== Kind.Program) return undefined;
  const moved = block.body.filter((one) => first.range[0] <= one.range[0] && one.range[1] <= last.range[1]);
  // What is declared among them must not be needed after them, and nothing may leave the function from among them.
  const isMovable = moved.every(
    (statement, index) =>
      (statement.type === Kind.ExpressionStatement || (statement.type === Kind.VariableDeclaration && index === 0)) &&
      !/\bawait\b/.test(module.textOf(statement)),
  );
  return isMovable
    ? { start: first.range[0], end: last.range[1], indent: indentOf(module, first), isBody: false }
    : undefined;
}

/** The last statement of a block that uses a variable; undefined where it is used further out. */
function lastUse(block: TSESTree.BlockStatement | TSESTree.Program, variable: Variable): Node | undefined {
  const uses = variable.references.map(({ identifier }) => identifier.range[0]);
  return block.body.findLast((statement) => uses.some((at) => statement.range[0] <= at && at < statement.range[1]));
}

/** `http.get(options, callback)` and the like: the request for a token ends in the request that is there. */
export function repairNodeHttp(site: Site): readonly Edit[] | undefined {
  const { module, call } = site;
  const source = tokenInReach(site, true);
  const send = (token: string): readonly Edit[] | undefined =>
    setInArgument(site.evaluator, call, optionsOfHttp(site), { path: ['headers', TOKEN_HEADER], value: token });
  if (source.kind === 'value') return send(source.text);
  const token = freeName(module, 'token', 'imdsToken');
  const handler = errorHandler(site);
  const sent = send(token);
  if (handler === 'unknown' || sent === undefined) return undefined;
  const { text: onError, named, edits } = handler ?? { text: undefined, named: [], edits: [] };
  if (source.kind === 'helper')
    return around(
      site,
      {
        before: [...named, `${source.text}.then((${token}) => {`],
        after: [onError === undefined ? '});' : `}).catch(${onError});`],
        depth: 1,
      },
      [...edits, ...sent],
    );
  const response = freeName(module, 'tokenResponse');
  const ask = optionsToAsk(site);
  if (ask === undefined) return undefined;
  const step = stepOf(module);
  return around(
    site,
    {
      before: [
        ...named,
        `${module.textOf(call.callee).replace(/\s*\n\s*/g, '')}(${ask}, (${response}) => {`,
        `${step}let ${token} = ${quoted(module, '')};`,
        `${step}${response}.on(${quoted(module, 'data')}, (chunk) => { ${token} += chunk; });`,
        `${step}${response}.on(${quoted(module, 'end')}, () => {`,
      ],
      after: [
        `${step}});`,
        `}).on(${quoted(module, 'error')}, ${onError ?? '(error) => { throw error; }'})${site.origin.path.at(-1) === 'get' ? '' : '.end()'};`,
      ],
      depth: 2,
    },
    [...edits, ...sent],
  );
}

/** The arguments that ask for a token: a URL where the request has one, else the host of its options. */
function optionsToAsk(site: Site): string | undefined {
  const { module, call, evaluator } = site;
  const [first] = call.arguments;
  if (first === undefined || first.type === Kind.SpreadElement) return undefined;
  const put = `method: ${quoted(module, 'PUT')}, ${askingOptions(site)}`;
  const values = evaluator.evaluate(first);
  if (values.every((value) => value.kind === 'string' || value.kind === 'url')) return `${tokenUrl(site)}, { ${put} }`;
  const host = site.judgement.ipv6 ? 'fd00:ec2::254' : '169.254.169.254';
  return `{ host: ${quoted(module, host)}, path: ${quoted(module, '/latest/api/token')}, ${put} }`;
}

/** Which argument is the options: the second after a URL, else the first. */
export function optionsOfHttp({ call, evaluator }: Site): number {
  const [first] = call.arguments;
  if (first === undefined || first.type === Kind.SpreadElement) return 0;
  return evaluator.evaluate(first).every((value) => value.kind === 'string' || value.kind === 'url') ? 1 : 0;
}

/** What the request itself does with errors. */
interface ErrorHandler {
  /** A function, as source. */
  readonly text: string;
  /** A statement that gives it a name, where it is too long to stand twice. */
  readonly named: readonly string[];
  readonly edits: readonly Edit[];
}

/** The handler of errors that the request has; undefined where it has none, which throws them, `unknown` where it cannot be used for another request. */
function errorHandler(site: Site): ErrorHandler | 'unknown' | undefined {
  const { module } = site;
  const region = regionOf(site);
  for (const on of module.callsNamed('on').concat(module.callsNamed('once'))) {
    const [event, handler] = on.arguments;
    if (region === undefined || on.range[0] < region.start || on.range[1] > region.end) continue;
    if (event?.type !== Kind.Literal || event.value !== 'error' || handler === undefined) continue;
    const callee = unwrap(on.callee);
    const isOnRequest =
      callee.type === Kind.MemberExpression &&
      (callee.object.range[0] === site.call.range[0] || unwrap(callee.object).type === Kind.Identifier) &&
      !(site.call.range[0] < on.range[0] && on.range[1] < site.call.range[1]);
    if (!isOnRequest) continue;
    if (handler.type === Kind.Identifier) return { text: handler.name, named: [], edits: [] };
    const text = module.textOf(handler);
    if (/\b(req|request)\b/.test(text)) return 'unknown';
    if (!text.includes('\n') && text.length < 80) return { text, named: [], edits: [] };
    if (region.isBody || /\bthis\b/.test(text)) return 'unknown';
    const name = freeName(module, 'onRequestError');
    return { text: name, named: [`const ${name} = ${text};`], edits: [replace(module, handler, name)] };
  }
  return undefined;
}

/** `request(url, callback)`: the token is the third argument of the callback of its own request. */
export function repairRequestCallback(site: Site): readonly Edit[] | undefined {
  const { module, call, evaluator } = site;
  const [first] = call.arguments;
  if (
    first === undefined ||
    first.type === Kind.SpreadElement ||
    !/^(@cypress\/)?request$|^(postman-|teeny-)?request$|^requestretry$/.test(site.origin.name)
  )
    return undefined;
  const takesObject = evaluator.evaluate(first).every((value) => value.kind === 'object');
  const source = tokenInReach(site);
  const send = (token: string): readonly Edit[] | undefined =>
    setInArgument(evaluator, call, takesObject ? 0 : 1, { path: ['headers', TOKEN_HEADER], value: token });
  if (source.kind === 'value') return send(source.text);
  const callee = unwrap(call.callee);
  if (source.kind === 'helper' || (callee.type === Kind.Identifier && site.origin.path.length > 0)) return undefined;
  const [token, error] = [freeName(module, 'token', 'imdsToken'), freeName(module, 'tokenError')];
  const { lines, value } = onFailure(site, token, error);
  return around(
    site,
    {
      before: [
        `${clientText(site)}({ url: ${tokenUrl(site)}, method: ${quoted(module, 'PUT')}, ${askingOptions(site)} }, (${error}, ${freeName(module, 'tokenResponse')}, ${token}) => {`,
        ...lines,
      ],
      after: ['});'],
      depth: 1,
    },
    send(value),
  );
}

/** `service.request(path, callback)` of the AWS SDK v2: it can fetch a token, but does not by itself. */
export function repairMetadataService(site: Site): readonly Edit[] | undefined {
  const { module, call, evaluator } = site;
  const callee = unwrap(call.callee);
  if (callee.type !== Kind.MemberExpression || nameOfMember(callee) !== 'request') return undefined;
  const send = (token: string): readonly Edit[] | undefined =>
    setInArgument(evaluator, call, 1, { path: ['headers', 'x-aws-ec2-metadata-token'], value: token });
  const source = tokenInReach(site);
  if (source.kind === 'value') return send(source.text);
  const [token, error] = [freeName(module, 'token', 'imdsToken'), freeName(module, 'tokenError')];
  const last = call.arguments.at(-1);
  if (last === undefined || !isCallback(last, evaluator)) return undefined;
  const { lines, value } = onFailure(site, token, error);
  const sent = send(value);
  // A service that is made for the request is made for both.
  const isMade = unwrap(callee.object).type === Kind.NewExpression && regionOf(site)?.isBody === false;
  const service = isMade ? freeName(module, 'metadata', 'metadataService') : module.textOf(callee.object);
  return around(
    site,
    {
      before: [
        ...(isMade ? [`const ${service} = ${module.textOf(callee.object)};`] : []),
        `${service}.fetchMetadataToken((${error}, ${token}) => {`,
        ...lines,
      ],
      after: ['});'],
      depth: 1,
    },
    isMade && sent !== undefined ? [replace(module, callee.object, service), ...sent] : sent,
  );
}

/** What is done when no token could be had: the request's own callback is told. One that has no name is told by the request, which nothing answers then. */
function onFailure(
  { module, call, evaluator }: Site,
  token: string,
  error: string,
): { readonly lines: readonly string[]; readonly value: string } {
  const last = call.arguments.at(-1);
  return last?.type === Kind.Identifier && isCallback(last, evaluator)
    ? { lines: [`${stepOf(module)}if (${error}) return ${last.name}(${error});`], value: token }
    : { lines: [], value: `${error} ? ${quoted(module, 'unavailable')} : ${token}` };
}
