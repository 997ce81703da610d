import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { applyEdits } from 'imdsv2-core';
import { expect, test } from 'vitest';
import type { Report, ReportEdit } from '../src/report/report.ts';
import { directoryWith, runMain } from './run-main.ts';

const DATA = 'http://169.254.169.254/latest/meta-data';
const FILES: Readonly<Record<string, string>> = {
  'boot.sh': `#!/bin/sh\n# 😀\nA=$(curl -s ${DATA}/mac)\nB=$(curl -s ${DATA}/ami-id)\nif x; then curl -s ${DATA}/hostname; fi\n`,
  'main.tf': `variable "tokens" {\n  default = "optional"\n}\n\nresource "aws_instance" "a" {\n  user_data = <<-EOT\n    #!/bin/sh\n    curl -s ${DATA}/mac\n  EOT\n}\n\nresource "aws_instance" "b" {\n  metadata_options {\n    http_tokens = var.tokens\n  }\n}\n\nresource "aws_instance" "c" {\n  metadata_options {\n    http_tokens = var.tokens\n  }\n}\n`,
  'node.yaml': `#cloud-config\nwrite_files:\n  - path: /opt/a.sh\n    encoding: b64\n    content: ${Buffer.from(`#!/bin/sh\ncurl -s ${DATA}/mac\ncurl -s ${DATA}/ami-id\n`).toString('base64')}\n`,
  'a.ts': `export async function mac(): Promise<string> {\n  const response = await fetch('${DATA}/mac');\n  return response.text();\n}\n`,
};

interface SarifLog {
  readonly runs: readonly {
    readonly results: readonly {
      readonly fixes: readonly {
        readonly artifactChanges: readonly {
          readonly artifactLocation: { readonly uri: string };
          readonly replacements: readonly {
            readonly deletedRegion: Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number>;
            readonly insertedContent: { readonly text: string };
          }[];
        }[];
      }[];
    }[];
  }[];
}

async function scanned(...argv: readonly string[]): Promise<{ readonly root: string; readonly stdout: string }> {
  const root = directoryWith(FILES);
  const { stdout } = await runMain(['scan', ...argv], { cwd: root });
  return { root, stdout };
}

/** Every edit once: the repair of several findings is carried by each. */
function editsOf({ findings }: Report, path: string): readonly ReportEdit[] {
  const edits = findings.flatMap(({ fixes }) => fixes).flatMap((fix) => fix.edits);
  const byKey = new Map(edits.filter((edit) => edit.path === path).map((edit) => [JSON.stringify(edit), edit]));
  return [...byKey.values()];
}

test('the repairs of a report, made by whoever reads it, are those that fix makes', async () => {
  const { root, stdout } = await scanned('--format', 'json', '--fixes');
  const report = JSON.parse(stdout) as Report;
  const schema = JSON.parse(readFileSync(new URL('../schema/report.schema.json', import.meta.url), 'utf8'));
  const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);
  validate(report);
  expect(validate.errors).toBeNull();
  expect(report.findings.filter(({ fixes }) => fixes.length !== 1)).toEqual([]);
  await runMain(['fix', '--unsafe'], { cwd: root });
  for (const [path, text] of Object.entries(FILES))
    expect(applyEdits(text, editsOf(report, path)), path).toBe(readFileSync(join(root, path), 'utf8'));
});

test('lines and columns of SARIF say the same as offsets', async () => {
  const report = JSON.parse((await scanned('--format', 'json', '--fixes')).stdout) as Report;
  const { runs } = JSON.parse((await scanned('--format', 'sarif', '--fixes')).stdout) as SarifLog;
  const replacements = (path: string) =>
    (runs[0]?.results ?? [])
      .flatMap(({ fixes }) => fixes)
      .flatMap(({ artifactChanges }) => artifactChanges)
      .filter(({ artifactLocation }) => artifactLocation.uri === path)
      .flatMap((change) => change.replacements);
  for (const [path, text] of Object.entries(FILES)) {
    const offset = (line: number, column: number): number =>
      text
        .split(/(?<=\n)/)
        .slice(0, line - 1)
        .join('').length +
      column -
      1;
    const edits = new Map<string, { start: number; end: number; text: string }>();
    for (const { deletedRegion: at, insertedContent } of replacements(path)) {
      const edit = {
        start: offset(at.startLine, at.startColumn),
        end: offset(at.endLine, at.endColumn),
        text: insertedContent.text,
      };
      edits.set(JSON.stringify(edit), edit);
    }
    expect(applyEdits(text, [...edits.values()]), path).toBe(applyEdits(text, editsOf(report, path)));
  }
});

test('without being asked for, repairs are not looked for', async () => {
  const report = JSON.parse((await scanned('--format', 'json')).stdout) as Report;
  expect(report.findings.flatMap(({ fixes }) => fixes)).toEqual([]);
  const { code, stderr } = await runMain(['scan', '--fixes'], { cwd: directoryWith(FILES) });
  expect([code, stderr]).toEqual([2, expect.stringContaining('--fixes is for --format json and sarif')]);
});
