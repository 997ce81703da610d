import { COMMANDS, type Command } from './command.ts';
import { OPTIONS, type OptionEntry } from './options.ts';

/** The help of one command, or of all. */
export function helpText(command: Command | undefined): string {
  const names = command === undefined ? ['scan'] : [command.name];
  const options = Object.entries<OptionEntry>(OPTIONS).filter(
    ([, option]) => option.commands === undefined || names.some((name) => option.commands?.includes(name)),
  );
  const head =
    command === undefined
      ? ['Finds what still speaks version 1 of the EC2 instance metadata service.', '', ...commandLines()]
      : [`${command.usage}: ${command.summary}`];
  const shown = options.map(
    ([name, option]) =>
      [
        `${option.short === undefined ? '    ' : `-${option.short}, `}--${name}${option.value === undefined ? '' : ` ${option.value}`}`,
        option.help,
      ] as const,
  );
  const width = Math.max(...shown.map(([left]) => left.length));
  return [
    ...head,
    '',
    command === undefined ? 'Options of scan:' : 'Options:',
    ...shown.map(([left, help]) => `  ${left.padEnd(width)}  ${help}`),
    '',
    ...EXIT_CODES,
    '',
  ].join('\n');
}

function commandLines(): readonly string[] {
  const width = Math.max(...COMMANDS.map(({ usage }) => usage.length));
  return COMMANDS.map(({ usage, summary }) => `  ${usage.padEnd(width)}  ${summary}`);
}

const EXIT_CODES: readonly string[] = [
  'Exit codes: 0 nothing to report, 1 findings, 2 wrong use or something that could not be analysed.',
  'A path names what is reported; what it depends on in its work tree is read too.',
];
