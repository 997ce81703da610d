import type { Edit, Request } from 'imdsv2-core';
import { nameOfMember, unwrap, type Module, type Node } from '../syntax/module.ts';
import { Kind } from '../syntax/kind.ts';
import { freeName, insert, quoted, replace } from './site.ts';

/**
 * Takes away a second try without a token: where a token could not be had, or was refused, the program fails as it did before the second
 * try was written. Undefined where more than the try itself would go.
 */
export function repairHandler(module: Module, request: Request, call: Node): readonly Edit[] | undefined {
  const place = request.variants.find((variant) => variant.fallback?.location !== undefined)?.fallback?.location;
  if (place?.path !== module.path) return undefined;
  const handler = module.nodesAt(place.start, place.end).find(({ type }) => HANDLERS.has(type));
  switch (handler?.type) {
    case Kind.CatchClause: {
      const retry = lastOf(handler.body, call);
      if (retry === undefined) return undefined;
      if (handler.param === null) {
        const name = freeName(module, 'error', 'cause');
        return [insert(module, handler.body.range[0], `(${name}) `), replace(module, retry, `throw ${name};`)];
      }
      return handler.param.type === Kind.Identifier
        ? [replace(module, retry, `throw ${handler.param.name};`)]
        : undefined;
    }
    case Kind.IfStatement: {
      const branch =
        [handler.consequent, handler.alternate].find((one) => one !== null && holds(one, call)) ?? undefined;
      const retry = branch?.type === Kind.BlockStatement ? lastOf(branch, call) : branch;
      return retry === undefined || !isPlain(retry)
        ? undefined
        : [
            replace(
              module,
              retry,
              `throw new Error(${quoted(module, 'The metadata service gave no session token.')});`,
            ),
          ];
    }
    case Kind.CallExpression: {
      const callee = unwrap(handler.callee);
      const [answer] = handler.arguments;
      if (callee.type !== Kind.MemberExpression || nameOfMember(callee) !== 'catch') return undefined;
      if (handler.arguments.length !== 1 || answer?.type !== Kind.ArrowFunctionExpression) return undefined;
      if (answer.body.type === Kind.BlockStatement && lastOf(answer.body, call) !== answer.body.body[0])
        return undefined;
      return [{ path: module.path, start: callee.object.range[1], end: handler.range[1], text: '' }];
    }
    default:
      return undefined;
  }
}

const HANDLERS: ReadonlySet<string> = new Set([Kind.CatchClause, Kind.IfStatement, Kind.CallExpression]);

/** The last statement of a block, if that is where the second try is made, and nothing is declared there for others. */
function lastOf(block: { readonly body: readonly Node[] }, call: Node): Node | undefined {
  const last = block.body.at(-1);
  return last !== undefined && holds(last, call) && isPlain(last) ? last : undefined;
}

function isPlain(statement: Node): boolean {
  return statement.type === Kind.ReturnStatement || statement.type === Kind.ExpressionStatement;
}

function holds(outer: Node, inner: Node): boolean {
  return outer.range[0] <= inner.range[0] && inner.range[1] <= outer.range[1];
}
