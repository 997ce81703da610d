import {
  mergeAnalyses,
  MAX_DEPTH,
  NOTHING,
  type Analysis,
  type Document,
  type LanguageId,
  type Problem,
} from 'imdsv2-core';
import type { Context } from '../languages/front-end.ts';
import type { RegisteredFrontEnd } from '../languages/registry.ts';
import type { Memory } from './memory.ts';

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
  sources: Context,
  memory: Memory,
): Promise<AnalysisRun> {
  const context = memory.watch(sources);
  const recall = (members: readonly Document[], read: () => Analysis): Analysis =>
    memory.recall(members, sources, read);
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
    const programs = new Map<string, { readonly members: Document[]; readonly read: ReadTogether }>();
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
      let loaded: LoadedFrontEnd;
      try {
        loaded = await frontEnds.load(entry);
      } catch (error) {
        take(failure(document, `its front end cannot be loaded: ${messageOf(error)}`));
        continue;
      }
      if (loaded.scope === 'document') {
        const analysis = attempt(document, () => recall([document], () => loaded.read(document, context)));
        take({ ...analysis, problems: ofLaunches(analysis.problems, document) });
      } else if (document.depth > 0 || context.singleFile) {
        take(attempt(document, () => recall([document], () => loaded.read([document], context))));
      } else {
        const program = programs.get(entry.name);
        const read: ReadTogether = (members) => recall(members, () => loaded.read(members, context));
        if (program === undefined) programs.set(entry.name, { members: [document], read });
        else program.members.push(document);
      }
    }
    for (const { members, read } of programs.values()) {
      for (const analysis of analyseProgram(members, read)) take(analysis);
    }
    round = found;
  }
  return { analysis: mergeAnalyses(analyses), loaded: frontEnds.names, unsupported };
}

type Read<T> = (input: T, context: Context) => Analysis;

type ReadTogether = (members: readonly Document[]) => Analysis;

/** A front end with its parser. */
type LoadedFrontEnd =
  | { readonly scope: 'document'; readonly read: Read<Document> }
  | { readonly scope: 'program'; readonly read: Read<readonly Document[]> };

/** Loads each front end, and its parser, once: also when that fails. */
class LoadedFrontEnds {
  readonly #byLanguage = new Map<LanguageId, RegisteredFrontEnd>();
  readonly #loaded = new Map<string, Promise<LoadedFrontEnd>>();

  constructor(registered: readonly RegisteredFrontEnd[]) {
    for (const entry of registered) for (const language of entry.languages) this.#byLanguage.set(language, entry);
  }

  get names(): readonly string[] {
    return [...this.#loaded.keys()];
  }

  entryFor(language: LanguageId): RegisteredFrontEnd | undefined {
    return this.#byLanguage.get(language);
  }

  load(entry: RegisteredFrontEnd): Promise<LoadedFrontEnd> {
    let loaded = this.#loaded.get(entry.name);
    if (loaded === undefined) this.#loaded.set(entry.name, (loaded = loadFrontEnd(entry)));
    return loaded;
  }
}

async function loadFrontEnd(entry: RegisteredFrontEnd): Promise<LoadedFrontEnd> {
  const frontEnd = await entry.load();
  // Two arms that look alike: the types of what they read differ.
  return frontEnd.scope === 'document'
    ? { scope: 'document', read: await frontEnd.load() }
    : { scope: 'program', read: await frontEnd.load() };
}

function attempt(document: Document, read: () => Analysis): Analysis {
  try {
    return read();
  } catch (error) {
    return failure(document, `its analysis failed: ${messageOf(error)}`);
  }
}

/** All members together; where that fails, directory by directory, then file by file, so that a failure costs the file that causes it. */
function analyseProgram(members: readonly Document[], read: ReadTogether): readonly Analysis[] {
  try {
    return [read(members)];
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
    return parts.flatMap((part) => analyseProgram(part, read));
  }
}

/** What could not be read of a boot script leaves the readiness of its launches open. */
function ofLaunches(problems: readonly Problem[], { launches }: Document): readonly Problem[] {
  return launches.length === 0 ? problems : problems.map((problem) => ({ ...problem, launches }));
}

function failure(document: Document, reason: string): Analysis {
  const location = document.map.range(0, document.text.length);
  // An embedded document is a part of its file, whatever happens to it.
  const problem: Problem = { location, reason, extent: document.depth === 0 ? 'whole' : 'part' };
  return { ...NOTHING, problems: ofLaunches([problem], document) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
