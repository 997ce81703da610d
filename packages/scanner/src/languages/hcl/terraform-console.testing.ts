import { OffsetMap } from 'imdsv2-core';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { loadGrammar } from '../tree-sitter/grammar.ts';
import { evaluate } from './evaluate.ts';
import { FILES } from './expressions.testing.ts';
import { jsonEncode } from './functions/json.ts';
import { parseHcl, parseTemplate } from './parse.ts';
import { firstUnknown, string, textOf } from './value.ts';

/** Why there is no oracle here; undefined when there is one. */
export function missingTerraform(): string | undefined {
  const { error, status } = spawnSync('terraform', ['version'], { stdio: 'ignore' });
  return error === undefined && status === 0 ? undefined : 'there is no terraform on the PATH';
}

/** What an expression gives: JSON, `failure`, or why it is not known. */
export type Outcome = { readonly json: string } | 'failure' | { readonly unknown: string };

function configuration(expressions: readonly string[], heredocs: readonly string[]): string {
  const lines = expressions.map(
    (expression, index) => `  e${String(index)} = try(jsonencode(${expression}), "failure")`,
  );
  const raw = heredocs.map((heredoc, index) => `  h${String(index)} = ${heredoc}`);
  return `locals {\n${lines.join('\n')}\n${raw.join('')}  all = [${[...expressions.map((_, index) => `local.e${String(index)}`), ...heredocs.map((_, index) => `jsonencode(local.h${String(index)})`)].join(', ')}]\n}\n`;
}

/** Asks Terraform for all values in one process. */
export function askTerraform(expressions: readonly string[], heredocs: readonly string[] = []): readonly Outcome[] {
  const folder = mkdtempSync(join(tmpdir(), 'imdsv2-console-'));
  try {
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, 'main.tf'), configuration(expressions, heredocs));
    const { stdout, stderr, status } = spawnSync('terraform', ['console'], {
      cwd: folder,
      input: 'base64encode(jsonencode(local.all))\n',
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      env: { ...process.env, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '' },
    });
    const answer = /"([A-Za-z0-9+/=]+)"\s*$/.exec(stdout)?.[1];
    if (status !== 0 || answer === undefined) throw new Error(`terraform console: ${stderr}${stdout.slice(0, 2000)}`);
    const values = JSON.parse(Buffer.from(answer, 'base64').toString('utf8')) as readonly string[];
    // Terraform's zero has a sign, which nothing shows but this.
    return values.map((json) =>
      json === 'failure' ? 'failure' : { json: json.replace(/(?<![\w.])-0(?![\d.])/g, '0') },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the evaluator makes of the same. */
export async function evaluateHere(
  expressions: readonly string[],
  heredocs: readonly string[] = [],
): Promise<readonly Outcome[]> {
  const parser = await loadGrammar('tree-sitter-terraform');
  const file = parseHcl(parser, 'main.tf', configuration(expressions, heredocs));
  const locals = file.body.blocks[0]?.body.attributes;
  const scope = {
    lookup: (root: string) => (root === 'path' ? { value: string('.'), used: 1 } : undefined),
    functions: {
      instance: '',
      readFile: (path: string) => {
        const text = FILES[path.replace(/^\.\//, '')];
        return text === undefined ? undefined : { text, map: OffsetMap.identity(path, text.length) };
      },
      listFiles: () => [...Object.keys(FILES), 'main.tf'].sort(),
      parseTemplate: (text: Parameters<typeof parseTemplate>[1]) => parseTemplate(parser, text),
    },
  };
  const outcome = (name: string, isHeredoc: boolean): Outcome => {
    const attribute = locals?.get(name)?.value;
    if (attribute === undefined) return { unknown: 'it was not read' };
    // `try(jsonencode(x), "failure")`: the value of x itself.
    const inner = isHeredoc
      ? attribute
      : attribute.kind === 'call' && attribute.args[0]?.kind === 'call'
        ? attribute.args[0].args[0]
        : undefined;
    if (inner === undefined) return { unknown: 'it was read as something else' };
    const value = evaluate(inner, scope);
    const open = firstUnknown(value);
    if (open !== undefined) return open.error === true ? 'failure' : { unknown: open.why };
    return { json: textOf(jsonEncode(value)) ?? '' };
  };
  return [
    ...expressions.map((_, index) => outcome(`e${String(index)}`, false)),
    ...heredocs.map((_, index) => outcome(`h${String(index)}`, true)),
  ];
}
