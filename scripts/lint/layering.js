import { builtinModules } from 'node:module';
import { dirname, posix, relative, sep } from 'node:path';
import { layers } from './layers.js';

/**
 * Reports an import that crosses a wall of `layers.js`: static, dynamic and type imports alike, since a type
 * couples two rooms as a value does.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const layering = {
  meta: {
    type: 'problem',
    docs: { description: 'Enforce who may import whom' },
    schema: [],
    messages: { crossed: "'{{target}}' may not be imported here. {{why}}" },
  },
  create(context) {
    const file = relative(context.cwd, context.filename).split(sep).join('/');
    const own = file.endsWith('.test.ts') ? [] : layers.filter((layer) => layer.files.test(file));
    if (own.length === 0) return {};

    /** @param {any} node what names the imported: a literal, an expression, or nothing in `export { a }` */
    const check = (node) => {
      if (typeof node?.value !== 'string') return;
      const target = targetOf(node.value, file);
      for (const { only, never, why } of own) {
        if ((only === undefined || only.test(target)) && !never?.test(target)) continue;
        context.report({ node, messageId: 'crossed', data: { target, why } });
      }
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      /** @param {{ source: unknown }} node */
      TSImportType: (node) => check(node.source),
    };
  },
};

/** @param {string} specifier @param {string} file */
function targetOf(specifier, file) {
  if (/^\.\.?(\/|$)/.test(specifier)) return posix.join(dirname(file), specifier);
  return builtinModules.includes(specifier) ? `node:${specifier}` : specifier;
}
