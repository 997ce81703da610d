import { lastName, type Module, type Node } from '../syntax/module.ts';
import { Kind } from '../syntax/kind.ts';

/** Whether a file holds tests, by where it stands. */
export function isTestFile(path: string): boolean {
  return /(^|\/)(__tests__|__mocks__|tests?|specs?|e2e|fixtures|mocks)\/|[.-](test|spec|mock|e2e)\.[cm]?[jt]sx?$|(^|\/)test[^/]*\.[cm]?[jt]s$/i.test(
    path,
  );
}

/**
 * Whether a call is what a test expects something of: `expect(fetchUrl('http://169.254.169.254/')).rejects`, `assert.throws(() => …)`.
 * Tests of SSRF guards name the address so; nothing is sent.
 */
export function isExpectation(module: Module, node: Node): boolean {
  for (let at = module.parentOf(node); at !== undefined; at = module.parentOf(at)) {
    if (
      at.type === Kind.CallExpression &&
      /^(expect|expectTypeOf|assert\w*|rejects|doesNotReject|throws|doesNotThrow|should|equal|is|ok|notOk|true|false|deepEqual|toThrow\w*)$/.test(
        lastName(at.callee) ?? '',
      ) &&
      at.range[0] !== node.range[0]
    )
      return true;
    if (at.type === Kind.FunctionDeclaration || at.type === Kind.Program) return false;
  }
  return false;
}

/**
 * Whether a test wants a call to fail: `await expect(fetch(url)).rejects…`, `assert.rejects(fetch(url))`, or a failure right after it in
 * the same `try`. That is how guards against such requests are tested; nothing reaches the service.
 */
export function isWantedToFail(module: Module, node: Node): boolean {
  let inner = node;
  for (let at = module.parentOf(node); at !== undefined; inner = at, at = module.parentOf(at)) {
    if (
      at.type === Kind.MemberExpression &&
      at.property.type === Kind.Identifier &&
      /^(rejects|throws|toThrow\w*|rejected|rejectedWith|throw)$/.test(at.property.name)
    )
      return true;
    if (
      at.type === Kind.CallExpression &&
      /^(rejects|throws|throwsAsync|shouldFail|fails)$/.test(lastName(at.callee) ?? '') &&
      at.arguments.some((argument) => argument === inner)
    )
      return true;
    if (
      at.type === Kind.BlockStatement &&
      module.parentOf(at)?.type === Kind.TryStatement &&
      at.body.some((statement) => statement.range[0] > inner.range[0] && isFailure(statement))
    )
      return true;
    if (at.type === Kind.FunctionDeclaration || at.type === Kind.Program) return false;
  }
  return false;
}

/** `throw new Error('should not get here')`, `assert.fail()`, `t.fail('…')`. */
function isFailure(statement: Node): boolean {
  return (
    statement.type === Kind.ThrowStatement ||
    (statement.type === Kind.ExpressionStatement &&
      statement.expression.type === Kind.CallExpression &&
      lastName(statement.expression.callee) === 'fail')
  );
}
