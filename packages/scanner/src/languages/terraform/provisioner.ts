import type { Document } from 'imdsv2-core';
import { evaluate, joinStrings } from '../hcl/evaluate.ts';
import type { Block } from '../hcl/syntax.ts';
import { casesOf, itemsOf, NULL, string, textOf, type StringValue, type Value } from '../hcl/value.ts';
import { withNames, type ModuleInstance } from './instance.ts';
import type { Resource } from './module.ts';
import { scriptDocument } from './user-data.ts';

/**
 * Commands of provisioners. `local-exec` runs where Terraform runs and `remote-exec` after the boot, so neither is a
 * boot script of the resource.
 */
export function scriptsOfResource(resource: Resource, instance: ModuleInstance): readonly Document[] {
  return resource.block.body.blocks
    .filter((block) => block.type === 'provisioner')
    .flatMap((block) => provisionerScripts(block, resource, instance));
}

function provisionerScripts(block: Block, resource: Resource, instance: ModuleInstance): readonly Document[] {
  const [kind = ''] = block.labels;
  const scope = withNames(instance, {});
  const argument = (name: string): Value => {
    const attribute = block.body.attributes.get(name);
    return attribute === undefined ? NULL : evaluate(attribute.value, scope);
  };
  const role = `${kind} of ${resource.type}.${resource.name}`;
  const document = (value: Value, language: Document['language']): Document[] =>
    casesOf(value).flatMap(({ value: one }) =>
      one.kind === 'string' && one.pieces.some((piece) => piece.kind === 'literal')
        ? [
            scriptDocument(
              { content: one, language },
              { role, launch: undefined, runner: kind === 'remote-exec' ? 'host' : 'unknown' },
            ),
          ]
        : [],
    );
  if (kind === 'local-exec') {
    const interpreter = argument('interpreter');
    const [program] = interpreter.kind === 'list' ? itemsOf(interpreter) : [];
    return document(argument('command'), languageOf(program === undefined ? undefined : textOf(program)));
  }
  if (kind === 'remote-exec') {
    const inline = argument('inline');
    if (inline.kind === 'list') return document(joinLines(itemsOf(inline), block), 'user-data');
    const scripts = argument('scripts');
    return [argument('script'), ...(scripts.kind === 'list' ? itemsOf(scripts) : [])].flatMap((path) => {
      const name = textOf(path);
      const file = name === undefined ? undefined : instance.functions.readFile(name);
      if (file === undefined) return [];
      const content: StringValue = {
        kind: 'string',
        pieces: [{ kind: 'literal', value: file.text, map: file.map }],
        at: file.map.range(0, file.text.length),
      };
      return document(content, 'user-data');
    });
  }
  return [];
}

/** Lines of an `inline` list as one script. */
function joinLines(lines: readonly Value[], block: Block): Value {
  return joinStrings(
    lines.flatMap((line, index) => (index === 0 ? [line] : [string('\n'), line])),
    block.at,
  );
}

function languageOf(program: string | undefined): Document['language'] {
  if (program === undefined) return 'shell';
  if (/powershell|pwsh/i.test(program)) return 'powershell';
  if (/python/i.test(program)) return 'python';
  return /(?:^|\/)(?:ba|da|z|k)?sh$/.test(program) ? 'shell' : 'text';
}
