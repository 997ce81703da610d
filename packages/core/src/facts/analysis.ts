import type { Document } from '../document/document.ts';
import type { Location } from '../document/offset-map.ts';
import type { Dependency, FallbackSwitch } from './dependency.ts';
import type { Default, Launch } from './launch.ts';
import type { PolicyStatement } from './policy.ts';
import type { Request } from './request.ts';

/** What the code does, not whether it is allowed. */
export type Fact = Request | Launch | Default | Dependency | FallbackSwitch | PolicyStatement;

/** What a front end makes of a document. */
export interface Analysis {
  readonly facts: readonly Fact[];
  /** Documents found inside, to be analysed next. */
  readonly documents: readonly Document[];
  /** What could not be read. The rest was. */
  readonly problems: readonly Problem[];
  readonly suppressions: readonly Suppression[];
}

/** Something that could not be analysed. */
export interface Problem {
  readonly location: Location;
  readonly reason: string;
  /** `whole`: nothing of the file was read. `part`: the rest was. */
  readonly extent: 'whole' | 'part';
  /** Set where the text is none of its language, as far as the parser can tell. Not set where our own reading stopped. */
  readonly isSyntaxError?: true;
  /** Ids of the launches whose boot script it is in. */
  readonly launches?: readonly string[];
}

/** A wish to keep quiet, written beside the code. */
export interface Suppression {
  readonly location: Location;
  readonly rules: readonly string[];
  readonly reason: string;
  /** Findings that start inside are meant: the next line, or the statement that starts there. */
  readonly covers: Location;
  /** Set when the comment is not understood: no rule named, no reason given. It then suppresses nothing and is reported. */
  readonly error?: string;
}

export const NOTHING: Analysis = { facts: [], documents: [], problems: [], suppressions: [] };

/** Several analyses as one. */
export function mergeAnalyses(analyses: readonly Analysis[]): Analysis {
  return {
    facts: analyses.flatMap((analysis) => analysis.facts),
    documents: analyses.flatMap((analysis) => analysis.documents),
    problems: analyses.flatMap((analysis) => analysis.problems),
    suppressions: analyses.flatMap((analysis) => analysis.suppressions),
  };
}

/** The id of a fact at a place: the same in every command and run on the same tree. `more` tells apart facts of one place (module call path). */
export function factId(kind: Fact['kind'], location: Location, ...more: readonly (string | null)[]): string {
  return [kind, location.path, String(location.start), ...more.filter((part) => part !== null)].join(':');
}
