import { clientOf, isTokenHeader, known, type Edit, type Request } from 'imdsv2-core';
import { unwrap, type Module, type Node } from '../syntax/module.ts';
import { Kind } from '../syntax/kind.ts';
import { replace } from './site.ts';

/**
 * Sends the token header always, where it is sent only when there is a token: what is sent without one is refused then. Undefined where it is not decided by the
 * token itself, or where the client would leave an empty header out and so speak version 1 after all.
 */
export function repairFallback(module: Module, request: Request): readonly Edit[] | undefined {
  if (clientOf(request.client).dropsHeader) return undefined;
  const places = request.variants
    .flatMap(({ headers }) => headers)
    .flatMap(({ name, location }) =>
      location?.path === module.path && isTokenHeader(known(name) ?? '') ? [location] : [],
    );
  const edits = new Map<string, Edit>();
  for (const { start, end } of places) {
    const node = module
      .nodesAt(start, end)
      .find(({ type }) => type === Kind.Property || type === Kind.AssignmentExpression);
    const edit = node === undefined ? undefined : unconditional(module, node);
    if (edit === undefined) return undefined;
    edits.set(JSON.stringify(edit), edit);
  }
  return edits.size === 0 ? undefined : [...edits.values()];
}

/** The header without the condition around it. */
function unconditional(module: Module, node: Node): Edit | undefined {
  if (node.type === Kind.AssignmentExpression) return unconditionalStatement(module, node, module.textOf(node.right));
  if (node.type !== Kind.Property) return undefined;
  const token = module.textOf(node.value);
  const object = module.parentOf(node);
  const choice = object === undefined ? undefined : module.parentOf(object);
  if (object?.type !== Kind.ObjectExpression || choice === undefined) return undefined;
  // Other headers may have reasons of their own to be sent or not.
  if (object.properties.length !== 1) return undefined;
  if (choice.type === Kind.ConditionalExpression && choice.test !== object && isAbout(module, choice.test, token))
    return replace(module, choice, module.textOf(object));
  if (
    choice.type === Kind.LogicalExpression &&
    choice.operator === '&&' &&
    choice.right === object &&
    isAbout(module, choice.left, token)
  ) {
    const spread = module.parentOf(choice);
    // `...(token && { name: token })` is the entry itself.
    if (spread?.type === Kind.SpreadElement) return replace(module, spread, module.textOf(node));
    return replace(module, choice, module.textOf(object));
  }
  return undefined;
}

/** `if (token) headers[name] = token;` is the assignment. */
function unconditionalStatement(module: Module, node: Node, token: string): Edit | undefined {
  const statement = module.parentOf(node);
  if (statement?.type !== Kind.ExpressionStatement) return undefined;
  const parent = module.parentOf(statement);
  const block = parent?.type === Kind.BlockStatement ? parent : undefined;
  if (block !== undefined && block.body.length !== 1) return undefined;
  const choice = block === undefined ? parent : module.parentOf(block);
  return choice?.type === Kind.IfStatement &&
    choice.alternate === null &&
    choice.consequent === (block ?? statement) &&
    isAbout(module, choice.test, token)
    ? replace(module, choice, module.textOf(statement))
    : undefined;
}

/** Whether a condition asks for nothing but whether there is a token. */
function isAbout(module: Module, test: Node, token: string): boolean {
  const at = unwrap(test);
  const text = module.textOf(at).replace(/^!!?\s*/, '');
  if (text === token) return true;
  if (at.type !== Kind.BinaryExpression || !/^[!=]==?$/.test(at.operator)) return false;
  return [at.left, at.right].some((side) => module.textOf(side) === token);
}
