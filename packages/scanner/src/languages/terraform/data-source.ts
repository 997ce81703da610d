import { evaluate, evaluateTemplate, type Scope } from '../hcl/evaluate.ts';
import { toPartial } from '../hcl/partial-string.ts';
import { entriesOf, firstUnknown, NULL, textOf, unknown, type Encoded, type Value } from '../hcl/value.ts';
import { blockValue } from './block.ts';
import type { ModuleInstance } from './instance.ts';
import type { Resource } from './module.ts';

/** The attribute that data sources compute from their own arguments alone, by type. */
export const COMPUTED: ReadonlyMap<string, 'rendered' | 'content'> = new Map([
  ['template_file', 'rendered'],
  ['cloudinit_config', 'rendered'],
  ['template_cloudinit_config', 'rendered'],
  ['local_file', 'content'],
]);

/** What a data source of one of these types computes, in the scope of one of its instances (`count.index`, `each`). Undefined: only a run knows it. */
export function computedValue(resource: Resource, instance: ModuleInstance, scope: Scope): Value | undefined {
  switch (resource.type) {
    case 'local_file':
      return fileContent(resource, instance, scope);
    case 'template_file':
      return renderedTemplate(resource, instance, scope);
    default:
      return cloudInit(resource, scope);
  }
}

/** `data.local_file`. */
function fileContent(resource: Resource, instance: ModuleInstance, scope: Scope): Value | undefined {
  const path = argument(resource, 'filename', scope);
  const mapped = path === undefined ? undefined : textOf(path);
  const file = mapped === undefined ? undefined : instance.functions.readFile(mapped);
  return file === undefined
    ? undefined
    : evaluateTemplate(
        { kind: 'template', at: file.map.range(0, file.text.length), parts: [{ kind: 'text', text: file }] },
        scope,
      );
}

function argument(resource: Resource, name: string, scope: Scope): Value | undefined {
  const attribute = resource.block.body.attributes.get(name);
  return attribute === undefined ? undefined : evaluate(attribute.value, scope);
}

/** `data.template_file`: the template is a string, its variables are the only names in it. */
function renderedTemplate(resource: Resource, instance: ModuleInstance, scope: Scope): Value | undefined {
  const template = argument(resource, 'template', scope);
  const variables = argument(resource, 'vars', scope);
  if (template?.kind !== 'string') return template;
  const { mapped, holes } = toPartial(template);
  // An interpolation of the configuration itself may stand in a template that is written in place: it is filled in first.
  if (holes.length > 0) return template;
  const parsed = instance.tree.template(mapped);
  const given = variables?.kind === 'object' ? new Map(entriesOf(variables)) : new Map<string, Value>();
  return evaluateTemplate(parsed, { functions: instance.functions, lookup: () => undefined }, given);
}

function cloudInit(resource: Resource, scope: Scope): Value {
  const at = resource.block.at;
  const parts = blockValue(resource.block.body, 'part', scope);
  const setting = (name: string): boolean => {
    const value = argument(resource, name, scope);
    return value?.kind === 'bool' ? value.value : true;
  };
  if (parts.kind !== 'list')
    return unknown(`${resource.address}.rendered`, firstUnknown(parts)?.why ?? 'its parts are not known', { at });
  const encodes: Encoded = {
    as: 'cloud-init',
    base64: setting('base64_encode') || setting('gzip'),
    parts: parts.items.flatMap((part) => {
      if (part.kind !== 'object') return [];
      const type = part.entries.get('content_type');
      return [
        { content: part.entries.get('content') ?? NULL, contentType: type === undefined ? undefined : textOf(type) },
      ];
    }),
  };
  return {
    kind: 'string',
    at,
    encodes,
    pieces: [{ kind: 'hole', value: unknown(`${resource.address}.rendered`, 'it is put together from parts', { at }) }],
  };
}
