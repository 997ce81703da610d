import { replaceMapped } from '../embedded/command-line.ts';
import type { Script } from '../embedded/script.ts';
import { scriptInFile } from '../embedded/written-file.ts';
import { get, textOf } from '../structured/node.ts';
import { decodeBase64 } from '../user-data/encodings.ts';
import type { Format, Found } from './format.ts';
import { nodeText } from './readers.ts';

/** Ignition and Butane (coreos.github.io/butane/config-fcos-v1_6), by themselves or in OpenShift's MachineConfig. */
export const IGNITION: Format['places'] = [
  {
    at: '**.systemd.units.[]',
    read: (found) => nodeText(found, 'contents', 'systemd', `unit ${textOf(get(found.node, 'name')) ?? ''}`),
  },
  {
    at: '**.systemd.units.[].dropins.[]',
    read: (found) => nodeText(found, 'contents', 'systemd', `drop-in ${textOf(get(found.node, 'name')) ?? ''}`),
  },
  { at: '**.storage.files.[]', read: ignitionFile },
];

function ignitionFile(found: Found): readonly Script[] {
  const path = textOf(get(found.node, 'path')) ?? '';
  const contents = get(found.node, 'contents');
  const inline = found.text(get(contents, 'inline'));
  if (inline !== undefined) return scriptInFile(path, inline, `file ${path}`);
  const source = found.text(get(contents, 'source'));
  const data = source === undefined ? null : /^data:([^,]*),/.exec(source.text);
  if (source === undefined || data === null) return [];
  const body = { text: source.text.slice(data[0].length), map: source.map.slice(data[0].length, source.text.length) };
  const decoded = /base64|gz/i.test(`${data[1] ?? ''} ${textOf(get(contents, 'compression')) ?? ''}`)
    ? decodeBase64(body)
    : replaceMapped(body, /(?:%[\da-f]{2})+/gi, ([escape]) => unescapePercent(escape));
  return decoded === undefined ? [] : scriptInFile(path, decoded, `file ${path}`);
}

function unescapePercent(escape: string): string | undefined {
  try {
    return decodeURIComponent(escape);
  } catch {
    return undefined;
  }
}
