import { parseArgs } from 'node:util';
import { DEFAULT_OPTIONS, RULES, type RuleOptions } from 'imdsv2-core';
import { PERSONAS, RULE_LEVELS, type Persona, type RuleLevel } from '../policy/personas.ts';
import { SUPPRESSION_RULE } from '../policy/suppressions.ts';
import { nearest } from './nearest.ts';
import { UsageError } from './usage-error.ts';

/** Options as the command line has them, in the order of the help text. */
export interface OptionEntry {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: true;
  /** How the help text names its value. */
  readonly value?: string;
  readonly help: string;
  /** Commands that know it; all when left out. */
  readonly commands?: readonly string[];
}

const JUDGING = ['scan', 'inventory', 'fix'];
const FINDING = ['scan', 'fix'];

export const OPTIONS = {
  format: {
    type: 'string',
    short: 'f',
    value: 'FORMAT',
    help: 'pretty (default), json; for scan also sarif and github, for inventory html',
    commands: ['scan', 'inventory'],
  },
  persona: {
    type: 'string',
    value: 'WHO',
    help: 'who reads: regular (default), strict, or auditor, who also sees low confidence',
    commands: FINDING,
  },
  rule: {
    type: 'string',
    multiple: true,
    value: 'ID=LEVEL',
    help: 'set a rule to off, warning or error; for fix also ID alone: repair nothing else',
    commands: FINDING,
  },
  'fail-on': {
    type: 'string',
    value: 'LEVEL',
    help: 'exit with 1 from this severity on: error (default), warning, or none',
    commands: FINDING,
  },
  'hop-limit': {
    type: 'string',
    value: 'LIMITS',
    help: 'highest right hop limits (default host=1,containers=2)',
    commands: FINDING,
  },
  'include-generated': {
    type: 'boolean',
    help: 'also read what tools wrote: dist, build, node_modules, minified files, snapshots',
    commands: JUDGING,
  },
  ignore: {
    type: 'string',
    multiple: true,
    value: 'PATTERN',
    help: 'leave out paths, as a line of a .gitignore would',
    commands: JUDGING,
  },
  'single-file': { type: 'boolean', help: 'judge every file as if it were alone', commands: JUDGING },
  'var-file': {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'values of Terraform variables',
    commands: JUDGING,
  },
  'no-prefilter': {
    type: 'boolean',
    help: 'parse every file, also those without any sign of instance metadata',
    commands: JUDGING,
  },
  fixes: {
    type: 'boolean',
    help: 'for json and sarif: with the repairs of each finding, as edits',
    commands: ['scan'],
  },
  diff: { type: 'boolean', help: 'print the changes, and make none', commands: ['fix'] },
  unsafe: {
    type: 'boolean',
    help: 'also make repairs that change what the code does: look at them before you commit',
    commands: ['fix'],
  },
  'allow-dirty': {
    type: 'boolean',
    help: 'also change files with changes that are not committed',
    commands: ['fix'],
  },
  help: { type: 'boolean', short: 'h', help: 'print this help' },
  version: { type: 'boolean', short: 'V', help: 'print the version' },
} as const satisfies Readonly<Record<string, OptionEntry>>;

export type Format = 'pretty' | 'json' | 'sarif' | 'github' | 'html';

export type FailOn = 'error' | 'warning' | 'none';

/** The options of a command that judges, checked. */
export interface JudgingOptions {
  readonly paths: readonly string[];
  readonly format: Format;
  readonly persona: Persona;
  readonly levels: ReadonlyMap<string, RuleLevel>;
  readonly failOn: FailOn;
  readonly rules: RuleOptions;
  readonly includeGenerated: boolean;
  readonly ignore: readonly string[];
  readonly singleFile: boolean;
  readonly variableFiles: readonly string[];
  readonly prefilter: boolean;
}

export interface ParsedArguments {
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
}

/** Reads the arguments of a command. Throws `UsageError` for an option that it does not know or that lacks its value. */
export function readArguments(argv: readonly string[], command: string): ParsedArguments {
  const known: Record<string, OptionEntry> = OPTIONS;
  const names = Object.keys(known).filter((name) => known[name]?.commands?.includes(command) ?? true);
  const parse = (strict: boolean): ReturnType<typeof parseArgs> =>
    parseArgs({
      args: [...argv],
      options: Object.fromEntries(names.map((name) => [name, parserEntry(known[name])])),
      allowPositionals: true,
      strict,
      tokens: true,
    });
  for (const token of parse(false).tokens ?? []) {
    if (token.kind !== 'option' || names.includes(token.name)) continue;
    if (known[token.name] !== undefined) throw new UsageError(`"imdsv2 ${command}" has no option ${token.rawName}.`);
    const near = nearest(token.name, names);
    throw new UsageError(`There is no option ${token.rawName}.${near === undefined ? '' : ` Did you mean --${near}?`}`);
  }
  try {
    const { values, positionals } = parse(true);
    return { values, positionals };
  } catch (error) {
    throw new UsageError(error instanceof Error ? firstSentence(error.message) : String(error));
  }
}

/** Checks the options of `scan`, `inventory` and `fix`. Throws `UsageError` for a value that does not exist. */
export function judgingOptions({ values, positionals }: ParsedArguments, command: string): JudgingOptions {
  const formats: readonly Format[] =
    command === 'scan' ? ['pretty', 'json', 'sarif', 'github'] : ['pretty', 'json', 'html'];
  return {
    paths: positionals.length === 0 ? ['.'] : positionals,
    format: oneOf('--format', formats, text(values['format']) ?? 'pretty'),
    persona: oneOf('--persona', PERSONAS, text(values['persona']) ?? 'regular'),
    levels: levelsOf(texts(values['rule']), command),
    failOn: oneOf('--fail-on', ['error', 'warning', 'none'], text(values['fail-on']) ?? 'error'),
    rules: { hopLimit: hopLimits(text(values['hop-limit'])) },
    includeGenerated: values['include-generated'] === true,
    ignore: texts(values['ignore']),
    singleFile: values['single-file'] === true,
    variableFiles: texts(values['var-file']),
    prefilter: values['no-prefilter'] !== true,
  };
}

/** Levels by rule. For `fix`, rules without a level are all that is repaired. */
function levelsOf(settings: readonly string[], command: string): ReadonlyMap<string, RuleLevel> {
  const chosen = command === 'fix' ? settings.filter((setting) => !setting.includes('=')) : [];
  const levels = new Map(settings.filter((setting) => !chosen.includes(setting)).map(ruleLevel));
  if (chosen.length === 0) return levels;
  const ids = chosen.map((id) => ruleLevel(`${id}=error`)[0]);
  return new Map([
    ...RULES.flatMap(({ id }): [string, RuleLevel][] => (ids.includes(id) ? [] : [[id, 'off']])),
    ...levels,
  ]);
}

function ruleLevel(setting: string): [string, RuleLevel] {
  const [id = '', level] = setting.split('=', 2);
  const ids = [...RULES.map((rule) => rule.id), SUPPRESSION_RULE];
  if (!ids.includes(id)) {
    const near = nearest(id, ids);
    throw new UsageError(`There is no rule "${id}".${near === undefined ? '' : ` Did you mean "${near}"?`}`);
  }
  if (level === undefined)
    throw new UsageError(`--rule takes a rule and a level: --rule ${id}=off, ${id}=warning or ${id}=error.`);
  return [id, oneOf(`--rule ${id}`, RULE_LEVELS, level)];
}

function hopLimits(given: string | undefined): RuleOptions['hopLimit'] {
  const limits = { ...DEFAULT_OPTIONS.hopLimit };
  for (const part of given?.split(',') ?? []) {
    const [key = '', value = ''] = part.split('=', 2);
    const context = oneOf('--hop-limit', ['host', 'containers'], key.trim());
    if (!/^\d+$/.test(value.trim()) || Number(value) < 1 || Number(value) > 64)
      throw new UsageError(`--hop-limit takes numbers from 1 to 64: "${part}" has none.`);
    limits[context] = Number(value);
  }
  return limits;
}

function oneOf<T extends string>(option: string, values: readonly T[], given: string): T {
  const found = values.find((value) => value === given);
  if (found !== undefined) return found;
  const near = nearest(given, values);
  throw new UsageError(
    `${option} takes ${list(values)}, not "${given}".${near === undefined ? '' : ` Did you mean "${near}"?`}`,
  );
}

function list(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1) ?? ''}`;
}

function parserEntry(entry: OptionEntry | undefined): {
  type: 'string' | 'boolean';
  short?: string;
  multiple?: boolean;
} {
  return {
    type: entry?.type ?? 'boolean',
    ...(entry?.short === undefined ? {} : { short: entry.short }),
    ...(entry?.multiple === undefined ? {} : { multiple: true }),
  };
}

function text(value: ParsedArguments['values'][string]): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(value: ParsedArguments['values'][string]): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function firstSentence(message: string): string {
  const end = message.indexOf('. ');
  return end === -1 ? message : message.slice(0, end + 1);
}
