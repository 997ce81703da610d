import { fileDocument, Program, type Analysis, type Document, type Launch, type LaunchJudgement } from 'imdsv2-core';
import { posix } from 'node:path';
import type { Context } from '../front-end.ts';
import { frontEnd } from './index.ts';

/** A configuration that was read, for tests: files by path. */
export interface ReadConfiguration {
  readonly analysis: Analysis;
  readonly program: Program;
  readonly documents: readonly Document[];
  /** The only launch whose resource is `address` (`aws_instance.web`), in the given module call. */
  readonly launch: (address: string, instance?: string | null) => Launch;
  readonly judgement: (address: string, instance?: string | null) => LaunchJudgement;
  /** What stands at a place. */
  readonly textAt: (
    location: { readonly path: string; readonly start: number; readonly end: number } | undefined,
  ) => string | undefined;
}

const run = frontEnd.load();

export async function readConfiguration(
  files: Readonly<Record<string, string>>,
  options: Partial<Pick<Context, 'variableFiles'>> = {},
): Promise<ReadConfiguration> {
  const documents = Object.keys(files)
    .filter((path) => /\.(?:tf|tofu)(?:\.json)?$|\.tfvars(?:\.json)?$|terragrunt\.hcl$/.test(path))
    .map((path) => fileDocument(path, files[path] ?? '', 'terraform'));
  const context: Context = {
    readFile: (path) => files[path],
    listDirectory: (directory) => [
      ...new Set(
        Object.keys(files).flatMap((path) => {
          const inside =
            directory === '.' ? path : path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : undefined;
          return inside === undefined
            ? []
            : [inside.includes('/') ? `${inside.slice(0, inside.indexOf('/'))}/` : inside];
        }),
      ),
    ],
    singleFile: false,
    variableFiles: options.variableFiles?.map((path) => posix.normalize(path)) ?? [],
  };
  const analysis = (await run)(documents, context);
  const program = new Program(analysis.facts);
  const launch = (address: string, instance?: string | null): Launch => {
    const found = program.launches.filter(
      (one) => `${one.resource}.${one.name}` === address && (instance === undefined || one.instance === instance),
    );
    const [only] = found;
    if (only === undefined || found.length > 1)
      throw new Error(
        `${String(found.length)} launches ${address}: ${program.launches.map((one) => `${one.instance ?? ''} ${one.resource}.${one.name}`).join(', ')}`,
      );
    return only;
  };
  return {
    analysis,
    program,
    documents: analysis.documents,
    launch,
    judgement: (address, instance) => program.launchJudgementOf(launch(address, instance)),
    textAt: (location) =>
      location === undefined ? undefined : files[location.path]?.slice(location.start, location.end),
  };
}
