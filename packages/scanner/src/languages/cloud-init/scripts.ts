import type { MappedText } from 'imdsv2-core';
import { interpreterOf } from '../interpreters.ts';
import { get, textOf, type Node } from '../structured/node.ts';
import { commandText, joinLines, quoteWords, scriptOfWords } from '../embedded/command-line.ts';
import { writtenFile } from '../embedded/written-file.ts';
import type { Script } from '../embedded/script.ts';

/**
 * The scripts of a cloud-config (docs.cloud-init.io, *Module reference*).
 *
 * `runcmd` and `bootcmd` are each written to one file and run by `sh` without `-e`: their items are one script, in which lists are
 * quoted words and strings are lines.
 */
export function scriptsOfConfig(root: Node, host: MappedText): readonly Script[] {
  if (root.kind === 'sequence') return root.items.flatMap(archiveEntry);
  return [
    ...commandList(get(root, 'bootcmd'), 'bootcmd', host),
    ...filesOf(get(root, 'write_files')),
    ...commandList(get(root, 'runcmd'), 'runcmd', host),
    ...oneCommand(get(get(root, 'power_state'), 'condition'), 'power_state'),
    ...oneCommand(get(get(root, 'random_seed'), 'command'), 'random_seed'),
    ...oneCommand(get(root, 'readinessprobe'), 'readinessprobe'),
    ...snapCommands(get(get(root, 'snap'), 'commands'), host),
    ...unitsOf(get(get(root, 'coreos'), 'units')),
    ...tasksOf(get(root, 'tasks')),
  ];
}

/** `#cloud-config-archive`: a list of user data, each with or without its type. */
function archiveEntry(entry: Node): readonly Script[] {
  const content = entry.kind === 'scalar' ? entry : get(entry, 'content');
  return content?.kind === 'scalar'
    ? [{ language: 'user-data', text: content.mapped, role: textOf(get(entry, 'filename')) ?? 'cloud-config-archive' }]
    : [];
}

/** A list of commands that are lines of one script. */
function commandList(list: Node | undefined, role: string, host: MappedText): readonly Script[] {
  if (list?.kind === 'scalar')
    return list.text === '' ? [] : [{ language: 'shell', text: list.mapped, role, shell: { interpreter: 'sh' } }];
  if (list?.kind !== 'sequence') return [];
  const lines = list.items.flatMap((item) => {
    if (item.kind !== 'sequence') return commandText(host, item) ?? [];
    return [quoteWords(item.items.flatMap((word) => (word.kind === 'scalar' ? [word.mapped] : [])))];
  });
  return lines.length === 0 ? [] : [{ language: 'shell', text: joinLines(lines), role, shell: { interpreter: 'sh' } }];
}

/** A command by itself: a line for the shell, or words. */
function oneCommand(command: Node | undefined, role: string): readonly Script[] {
  if (command?.kind === 'scalar')
    return typeof command.value === 'string'
      ? [{ language: 'shell', text: command.mapped, role, shell: { interpreter: 'sh' } }]
      : [];
  if (command?.kind !== 'sequence') return [];
  const script = scriptOfWords(
    command.items.flatMap((word) => (word.kind === 'scalar' ? [word.mapped] : [])),
    role,
  );
  return script === undefined ? [] : [script];
}

function snapCommands(commands: Node | undefined, host: MappedText): readonly Script[] {
  if (commands?.kind !== 'map') return commandList(commands, 'snap commands', host);
  return commands.entries.flatMap(({ value }) => oneCommand(value, 'snap commands'));
}

function filesOf(files: Node | undefined): readonly Script[] {
  return files?.kind === 'sequence' ? files.items.flatMap((file) => writtenFile(file, 'write_files')) : [];
}

/** Units of Container Linux (`coreos: units:`). */
function unitsOf(units: Node | undefined): readonly Script[] {
  if (units?.kind !== 'sequence') return [];
  return units.items.flatMap((unit) => {
    const role = `unit ${textOf(get(unit, 'name')) ?? ''}`.trim();
    const dropIns = get(unit, 'drop-ins') ?? get(unit, 'dropins');
    const contents = [
      get(unit, 'content'),
      ...(dropIns?.kind === 'sequence' ? dropIns.items.map((dropIn) => get(dropIn, 'content')) : []),
    ];
    return contents.flatMap((content): Script[] =>
      content?.kind === 'scalar' ? [{ language: 'systemd', text: content.mapped, role }] : [],
    );
  });
}

/** Tasks of EC2Launch v2 (EC2 User Guide, *EC2Launch v2 task definitions*), which are user data of Windows in YAML. */
function tasksOf(tasks: Node | undefined): readonly Script[] {
  if (tasks?.kind !== 'sequence') return [];
  return tasks.items.flatMap((task) => {
    const inputs = get(task, 'inputs');
    const all = inputs?.kind === 'sequence' ? inputs.items : inputs === undefined ? [] : [inputs];
    return all.flatMap((input): Script[] => {
      const content = get(input, 'content');
      if (content?.kind !== 'scalar') return [];
      const isBatch = textOf(get(input, 'type')) === 'batch';
      return [
        {
          language: isBatch ? 'batch' : (interpreterOf(content.text)?.language ?? 'powershell'),
          text: content.mapped,
          role: `task ${textOf(get(task, 'task')) ?? 'executeScript'}`,
        },
      ];
    });
  });
}
