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
