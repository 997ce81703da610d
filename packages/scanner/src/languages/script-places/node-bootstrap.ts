import { joinLines } from '../embedded/command-line.ts';
import type { Script } from '../embedded/script.ts';
import { writtenFile } from '../embedded/written-file.ts';
import { get, textOf } from '../structured/node.ts';
import type { Format, Found } from './format.ts';
import { IGNITION } from './ignition.ts';
import { nodeText, rootName, userData } from './readers.ts';

/** Fields of cluster tools whose values run on the nodes at boot. */
export function nodeScripts(): Format['places'] {
  const commands = (key: string, role = key): Format['places'][number] => ({
    at: `**.${key}`,
    read: (found) => {
      const texts = found.texts(found.node);
      // They become items of cloud-init's `runcmd`.
      return texts.length === 0
        ? []
        : [
            found.script({
              language: 'shell',
              text: joinLines(texts),
              role,
              shell: { interpreter: 'sh' },
              runner: 'host',
            }),
          ];
    },
  });
  const file = (key: string): Format['places'][number] => ({
    at: `**.${key}.[]`,
    read: (found) => fileScripts(found, key),
  });
  return [
    ...[
      'preKubeadmCommands',
      'postKubeadmCommands',
      'preBootstrapCommands',
      'postBootstrapCommands',
      'preK3sCommands',
      'postK3sCommands',
      'preRKE2Commands',
      'postRKE2Commands',
      'boostrapCommandOverride',
      'bootstrapCommandOverride',
      'overrideBootstrapCommand',
    ].map((key) => commands(key)),
    ...['userData', 'user_data', 'userdata', 'uncompressedUserData'].map((key) => ({
      at: `**.${key}`,
      read: (found: Found) => userData(found, `${key} of ${rootName(found)}`),
    })),
    // kops.
    {
      at: '**.additionalUserData.[]',
      read: (found) =>
        nodeText(found, 'content', 'user-data', `additionalUserData ${textOf(get(found.node, 'name')) ?? ''}`),
    },
    {
      at: '**.hooks.[]',
      read: (found) => nodeText(found, 'manifest', 'systemd', `hook ${textOf(get(found.node, 'name')) ?? ''}`),
    },
    { at: '**.fileAssets.[]', read: (found) => fileScripts(found, 'file asset') },
    file('files'),
    ...IGNITION,
  ];
}

function fileScripts(found: Found, role: string): readonly Script[] {
  if (found.text(get(found.node, 'content') ?? get(found.node, 'contents')) === undefined) return [];
  return writtenFile(found.node, role).map((script) => found.script({ ...script, runner: 'host' }));
}
