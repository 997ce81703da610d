import { PACKER_BUILDERS, TERRAFORM_LAUNCHES, type Edit, type Launch, type Location } from 'imdsv2-core';
import { indentAt } from './indent.ts';

type Arguments = readonly (readonly [name: string, value: string])[];

/** Ways to require tokens in a resource of Terraform or a builder of Packer that says nothing about them, laid out as `terraform fmt` does. */
export function hclOptions(launch: Launch, file: string): readonly (readonly Edit[])[] {
  const wanted = wantedOf(launch);
  if (wanted === undefined || (!launch.location.path.endsWith('.hcl') && !launch.location.path.endsWith('.tf')))
    return [];
  const { block, args } = wanted;
  const place = launch.tokens.location;
  const there = place === undefined ? undefined : inBlock(place, block, args, file);
  if (there !== undefined) return [[there]];
  const { location } = launch;
  const text = file.slice(location.start, location.end);
  if (new RegExp(`(?:dynamic\\s+"${block}"|^\\s*${block}\\b)`, 'm').test(text) && block !== 'setting') return [];
  const isModule = /^module\s/.test(text);
  const edit = atEnd(location, `${block}${isModule ? ' =' : ''} {`, args, file);
  return edit === undefined ? [] : [[edit]];
}

function wantedOf(launch: Launch): { readonly block: string; readonly args: Arguments } | undefined {
  const hops: Arguments = launch.containers === undefined ? [] : [['http_put_response_hop_limit', '2']];
  const ec2: Arguments = [['http_endpoint', '"enabled"'], ...hops, ['http_tokens', '"required"']];
  if (launch.platform === 'packer') {
    const builder = PACKER_BUILDERS.find(({ resource }) => resource === launch.resource);
    return builder?.sendsOptions === true ? { block: 'metadata_options', args: ec2 } : undefined;
  }
  const type = TERRAFORM_LAUNCHES.find(({ resource }) => resource === launch.resource);
  // A module of somebody else takes the options as an object.
  if (type === undefined) return { block: 'metadata_options', args: ec2 };
  switch (type.options?.kind) {
    case 'block': {
      const { block, tokens, values, endpoint, hopLimit, ignored } = type.options;
      if (ignored !== undefined) return undefined;
      return {
        block,
        args: [
          ...(endpoint === undefined ? [] : [[endpoint, '"enabled"'] as const]),
          ...(hopLimit === undefined || launch.containers === undefined ? [] : [[hopLimit, '2'] as const]),
          [tokens, values === 'tokens' ? '"required"' : '"2"'],
        ],
      };
    }
    case 'beanstalk-setting':
      return {
        block: 'setting',
        args: [
          ['namespace', '"aws:autoscaling:launchconfiguration"'],
          ['name', '"DisableIMDSv1"'],
          ['value', '"true"'],
        ],
      };
    default:
      return undefined;
  }
}

/** The arguments in a block that is there already. */
function inBlock({ path, start, end }: Location, block: string, args: Arguments, file: string): Edit | undefined {
  const text = file.slice(start, end);
  const match = new RegExp(`^${block}\\s*=?\\s*\\{`).exec(text);
  if (match === null || block === 'setting' || !text.trimEnd().endsWith('}')) return undefined;
  const close = text.lastIndexOf('}');
  const inside = text.slice(match[0].length, close);
  const indent = indentAt(file, start);
  const own = inside
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const pairs = own.map((line) => /^(\w+)\s*=\s*(.*)$/.exec(line));
  const rows: [string, string][] = [];
  for (const pair of pairs) {
    // Comments, nested blocks, several on a line: the new one stands apart.
    if (pair === null || /[{[(]\s*$|<<|#|\/\//.test(pair[2] ?? '')) {
      const line = `\n${indent}  ${args.map(([name, value]) => `${name} = ${value}`).at(-1) ?? ''}\n`;
      return inside.startsWith('\n')
        ? { path, start: start + match[0].length, end: start + match[0].length, text: line }
        : undefined;
    }
    rows.push([pair[1] ?? '', (pair[2] ?? '').replace(/,$/, '')]);
  }
  const known = new Set(rows.map(([name]) => name));
  const last = args.at(-1);
  for (const arg of args)
    if (!known.has(arg[0]) && (arg === last || rows.length === 0 || arg[1] === '2')) rows.push([...arg]);
  return {
    path,
    start: start + match[0].length,
    end: start + close,
    text: `\n${aligned(rows, `${indent}  `)}${indent}`,
  };
}

/** A block of its own at the end of the resource. */
function atEnd({ path, start, end }: Location, opening: string, args: Arguments, file: string): Edit | undefined {
  const text = file.slice(start, end);
  const close = start + text.lastIndexOf('}');
  if (!text.trimEnd().endsWith('}')) return undefined;
  const indent = indentAt(file, start);
  const lines = `${indent}  ${opening}\n${aligned(args, `${indent}    `)}${indent}  }\n`;
  const open = text.indexOf('{');
  const inside = file.slice(start + open + 1, close);
  if (inside.trim() === '') return { path, start: start + open + 1, end: close, text: `\n${lines}${indent}` };
  // By convention the block that says how a resource lives and ends stands last.
  const last = /\n(?:[ \t]*(?:#|\/\/)[^\n]*\n)*[ \t]*lifecycle\s*\{[^{}]*\}\s*$/.exec(inside);
  if (last !== null) {
    const at = start + open + 1 + last.index + 1;
    const gap = /\n[ \t]*\n$/.test(file.slice(0, at)) ? '' : '\n';
    return { path, start: at, end: at, text: `${gap}${lines}\n` };
  }
  const lineStart = file.lastIndexOf('\n', close) + 1;
  if (file.slice(lineStart, close).trim() !== '' || lineStart <= start) return undefined;
  const isApart = /\n[ \t]*\n$/.test(file.slice(0, lineStart));
  return { path, start: lineStart, end: lineStart, text: isApart ? lines : `\n${lines}` };
}

function aligned(rows: Arguments, indent: string): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${indent}${name.padEnd(width)} = ${value}\n`).join('');
}
