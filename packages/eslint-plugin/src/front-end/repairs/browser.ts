import { TOKEN_HEADER, TTL_HEADER, type Edit } from 'imdsv2-core';
import { unwrap } from '../syntax/module.ts';
import { setInArgument } from './objects.ts';
import { clientText, freeName, indentOf, insert, quoted, type Site } from './site.ts';
import { tokenInReach, tokenUrl, ttlHeaders } from './token.ts';
import { Kind } from '../syntax/kind.ts';

/** `new XMLHttpRequest()`: the token is asked for before the request is opened, and set after. */
export function repairXmlHttpRequest(site: Site): readonly Edit[] | undefined {
  const { module, call } = site;
  const callee = unwrap(call.callee);
  const statement = module.parentOf(call);
  const maker = site.origin.made.at(-1)?.node;
  if (callee.type !== Kind.MemberExpression || statement?.type !== Kind.ExpressionStatement) return undefined;
  const block = module.parentOf(statement);
  if ((block?.type !== Kind.BlockStatement && block?.type !== Kind.Program) || maker?.type !== Kind.NewExpression)
    return undefined;
  const indent = indentOf(module, statement);
  const set = (token: string): string =>
    `\n${indent}${module.textOf(callee.object)}.setRequestHeader(${quoted(module, TOKEN_HEADER)}, ${token});`;
  const source = tokenInReach(site);
  if (source.kind === 'value') return [insert(module, statement.range[1], set(source.text))];
  if (source.kind === 'helper') return undefined;
  const name = freeName(module, 'tokenRequest');
  const lines = [
    `const ${name} = new ${module.textOf(maker.callee)}();`,
    `${name}.open(${quoted(module, 'PUT')}, ${tokenUrl(site, call.arguments[1])}, false);`,
    `${name}.setRequestHeader(${quoted(module, TTL_HEADER)}, ${quoted(module, '21600')});`,
    `${name}.send();`,
  ];
  return [
    insert(module, statement.range[0], lines.map((line) => `${line}\n${indent}`).join('')),
    insert(module, statement.range[1], set(`${name}.responseText`)),
  ];
}

/** Angular's `HttpClient`: one observable leads to the other. */
export function repairAngular(site: Site): readonly Edit[] | undefined {
  const { module, call, evaluator } = site;
  const callee = unwrap(call.callee);
  if (callee.type !== Kind.MemberExpression || site.origin.path.at(-1) !== 'get') return undefined;
  const source = tokenInReach(site);
  const send = (token: string): readonly Edit[] | undefined =>
    setInArgument(evaluator, call, 1, { path: ['headers', TOKEN_HEADER], value: token });
  if (source.kind === 'value') return send(source.text);
  if (source.kind === 'helper') return undefined;
  const token = freeName(module, 'token', 'imdsToken');
  const sent = send(token);
  if (sent === undefined) return undefined;
  const isImported = module.visible('switchMap', call) !== undefined;
  const ask = `${clientText(site)}.put(${tokenUrl(site)}, null, { headers: ${ttlHeaders(site)}, responseType: ${quoted(module, 'text')} })`;
  return [
    ...(isImported ? [] : [insert(module, 0, `import { switchMap } from ${quoted(module, 'rxjs')};\n`)]),
    insert(module, call.range[0], `${ask}.pipe(switchMap((${token}) => `),
    ...sent,
    insert(module, call.range[1], '))'),
  ];
}
