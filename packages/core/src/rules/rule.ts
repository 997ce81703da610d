import type { Location } from '../document/offset-map.ts';
import type { Confidence, Evidence } from '../facts/evidence.ts';
import type { Program } from '../program/program.ts';
import type { Fix } from '../edits/fix.ts';

export type Severity = 'error' | 'warning';

/** A rule's judgement about one fact. */
export interface Finding {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** What, then why. Sentences. */
  readonly message: string;
  /** What to do. Sentences; it comes from the catalogue entry of the fact. */
  readonly help: string;
  readonly location: Location;
  /** Id of the fact. */
  readonly subject: string;
  readonly evidence: readonly Evidence[];
  readonly fixes: readonly Fix[];
}

export interface RuleMeta {
  /** Starts with Disallow, Enforce or Require; no full stop. */
  readonly description: string;
  readonly severity: Severity;
  /** Which persona sees it first: `regular` sees the rule, or only `strict` and `auditor` do. */
  readonly persona: 'regular' | 'strict';
}

/** What users can set. */
export interface RuleOptions {
  /** Highest hop limit that is right, per context (DESIGN: host 1, containers 2). */
  readonly hopLimit: { readonly host: number; readonly containers: number };
}

export const DEFAULT_OPTIONS: RuleOptions = { hopLimit: { host: 1, containers: 2 } };

export interface Rule {
  readonly id: string;
  readonly meta: RuleMeta;
  /** Findings about the facts of a program. Knows no language. */
  readonly check: (program: Program, options: RuleOptions) => readonly Finding[];
}
