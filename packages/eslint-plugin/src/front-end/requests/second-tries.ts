import { knownSuffix, type Evidence, type Request } from 'imdsv2-core';
import type { Evaluator } from '../evaluation/evaluator.ts';
import type { Node } from '../syntax/module.ts';
import { Kind } from '../syntax/kind.ts';
import { isToken } from './variants.ts';

/** Requests without a token in the handler of something that failed, in a file that uses tokens elsewhere: a second try without. */
export function withHandlers(requests: readonly Request[], evaluator: Evaluator): Request[] {
  const sends = requests.filter((request) =>
    request.variants.some(
      (variant) => variant.headers.some((header) => isToken(header)) || knownSuffix(variant.url).endsWith('api/token'),
    ),
  );
  if (sends.length === 0) return [...requests];
  return requests.map((request) => {
    if (
      request.variants.some((variant) => variant.headers.some((header) => isToken(header)) || variant.method === 'PUT')
    )
      return request;
    const call = request.focus ?? request.location;
    const node = evaluator.module.calls.find((one) => one.range[0] === call.start && one.range[1] === call.end);
    const handler = node === undefined ? undefined : handlerAround(evaluator, node);
    if (handler === undefined) return request;
    const fallback: Evidence = {
      message: 'This is what is done when the request with a token failed.',
      location: { path: evaluator.module.path, start: handler.range[0], end: handler.range[1] },
    };
    return {
      ...request,
      variants: request.variants.map((variant) => ({ ...variant, fallback: variant.fallback ?? fallback })),
    };
  });
}

/** The `catch` block, `.catch(…)` call or `if (!token)` that a call stands in. */
function handlerAround(evaluator: Evaluator, node: Node): Node | undefined {
  const { module } = evaluator;
  let inner = node;
  for (let at = module.parentOf(node); at !== undefined; inner = at, at = module.parentOf(at)) {
    if (at.type === Kind.CatchClause) return at;
    if (
      at.type === Kind.CallExpression &&
      at.arguments.some((argument) => argument === inner) &&
      at.callee.type === Kind.MemberExpression &&
      at.callee.property.type === Kind.Identifier &&
      at.callee.property.name === 'catch'
    )
      return at;
    if (at.type === Kind.IfStatement && inner !== at.test && /token|v2/i.test(module.textOf(at.test))) return at;
    if (at.type === Kind.FunctionDeclaration) return undefined;
  }
  return undefined;
}
