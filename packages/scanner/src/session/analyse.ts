import { mergeAnalyses, MAX_DEPTH, type Analysis, type Document, type LanguageId, type Problem } from 'imdsv2-core';
import type { Context, FrontEnd } from '../languages/front-end.ts';
import type { RegisteredFrontEnd } from '../languages/registry.ts';

export interface AnalysisRun {
  readonly analysis: Analysis;
  /** Names of the front ends that were needed. */
  readonly loaded: readonly string[];
  /** Whole files whose language no front end reads. */
  readonly unsupported: readonly Document[];
}

/**
 * Runs the front ends over whole files and over what they find inside, to the bottom. A front end that throws costs the document that
 * it was reading, which is then a problem of the whole file; the others are read.
 */
export async function analyseDocuments(
  documents: readonly Document[],
  registered: readonly RegisteredFrontEnd[],
  context: Context,
): Promise<AnalysisRun> {
  const analyses: Analysis[] = [];
  const unsupported: Document[] = [];
  const frontEnds = new LoadedFrontEnds(registered);
  let round = documents;
  while (round.length > 0) {
    const found: Document[] = [];
    const take = (analysis: Analysis): void => {
      analyses.push(analysis);
      found.push(...analysis.documents);
    };
    const programs = new Map<string, Document[]>();
    for (const document of round) {
      if (document.depth > MAX_DEPTH) {
        take(failure(document, `it is nested more than ${String(MAX_DEPTH)} documents deep`));
        continue;
      }
      const entry = frontEnds.entryFor(document.language);
      if (entry === undefined) {
        if (document.depth === 0) unsupported.push(document);
        continue;
      }
      let frontEnd: FrontEnd;
      try {
        frontEnd = await frontEnds.load(entry);
      } catch (error) {
        take(failure(document, `its front end cannot be loaded: ${messageOf(error)}`));
        continue;
      }
      if (frontEnd.scope === 'program' && document.depth === 0 && !context.singleFile) {
        programs.set(entry.name, [...(programs.get(entry.name) ?? []), document]);
        continue;
      }
      take(
        await attempt(document, async () =>
          frontEnd.scope === 'program'
            ? (await frontEnds.program(entry, frontEnd))([document], context)
            : (await frontEnds.document(entry, frontEnd))(document, context),
        ),
      );
    }
    for (const [name, members] of programs) {
      const entry = registered.find((candidate) => candidate.name === name);
      const frontEnd = entry === undefined ? undefined : await frontEnds.load(entry);
      if (entry === undefined || frontEnd?.scope !== 'program') continue;
      for (const analysis of await analyseProgram(members, await frontEnds.program(entry, frontEnd), context))
        take(analysis);
    }
    round = found;
  }
  return { analysis: mergeAnalyses(analyses), loaded: frontEnds.names, unsupported };
}

type Read<T> = (input: T, context: Context) => Analysis;

/** Loads each front end, and its parser, once. */
class LoadedFrontEnds {
  readonly #byLanguage = new Map<LanguageId, RegisteredFrontEnd>();
  readonly #frontEnds = new Map<string, Promise<FrontEnd>>();
  readonly #documents = new Map<string, Promise<Read<Document>>>();
  readonly #programs = new Map<string, Promise<Read<readonly Document[]>>>();

  constructor(registered: readonly RegisteredFrontEnd[]) {
    for (const entry of registered) for (const language of entry.languages) this.#byLanguage.set(language, entry);
  }

  get names(): readonly string[] {
    return [...this.#frontEnds.keys()];
  }

  entryFor(language: LanguageId): RegisteredFrontEnd | undefined {
    return this.#byLanguage.get(language);
  }

  load(entry: RegisteredFrontEnd): Promise<FrontEnd> {
    return once(this.#frontEnds, entry.name, entry.load);
  }

  document(entry: RegisteredFrontEnd, frontEnd: Extract<FrontEnd, { scope: 'document' }>): Promise<Read<Document>> {
    return once(this.#documents, entry.name, frontEnd.load);
  }

  program(
    entry: RegisteredFrontEnd,
    frontEnd: Extract<FrontEnd, { scope: 'program' }>,
  ): Promise<Read<readonly Document[]>> {
    return once(this.#programs, entry.name, frontEnd.load);
  }
}

function once<T>(kept: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let value = kept.get(key);
  if (value === undefined) kept.set(key, (value = make()));
  return value;
}

async function attempt(document: Document, read: () => Promise<Analysis>): Promise<Analysis> {
  try {
    return await read();
  } catch (error) {
    return failure(document, `its analysis failed: ${messageOf(error)}`);
  }
}

/** All members together; where that fails, directory by directory, then file by file, so that a failure costs the file that causes it. */
async function analyseProgram(
  members: readonly Document[],
  read: Read<readonly Document[]>,
  context: Context,
): Promise<readonly Analysis[]> {
  try {
    return [read(members, context)];
  } catch (error) {
    const [only, another] = members;
    if (only === undefined) return [];
    if (another === undefined) return [failure(only, `its analysis failed: ${messageOf(error)}`)];
    const directories = new Map<string, Document[]>();
    for (const member of members) {
      const directory = member.path.slice(0, member.path.lastIndexOf('/') + 1);
      directories.set(directory, [...(directories.get(directory) ?? []), member]);
    }
    const parts = directories.size > 1 ? [...directories.values()] : members.map((member) => [member]);
    const analyses: Analysis[] = [];
    for (const part of parts) analyses.push(...(await analyseProgram(part, read, context)));
    return analyses;
  }
}

function failure(document: Document, reason: string): Analysis {
  const problem: Problem = { location: document.map.range(0, document.text.length), reason, extent: 'whole' };
  // An embedded document is a part of its file, whatever happens to it.
  return {
    facts: [],
    documents: [],
    problems: [document.depth === 0 ? problem : { ...problem, extent: 'part' }],
    suppressions: [],
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
