import type { Request } from '../facts/request.ts';
import type { RequestJudgement } from '../verdicts/request.ts';
import type { TextEdit } from './apply.ts';

/** A request to repair, with its judgement. */
export interface Subject {
  readonly request: Request;
  readonly judgement: RequestJudgement;
}

/** A repair of one document, in offsets of the document's own text. */
export interface PlannedRepair {
  /** Ids of the requests that it repairs. */
  readonly subjects: readonly string[];
  /** What it does, as a command. */
  readonly title: string;
  /** Whether it can change nothing else; see `Fix`. */
  readonly safe: boolean;
  readonly edits: readonly TextEdit[];
}

/** A request that is left as it is. */
export interface Refusal {
  readonly subject: string;
  /** Why, as a phrase: no capital, no full stop. */
  readonly reason: string;
}

export interface RepairPlan {
  readonly repairs: readonly PlannedRepair[];
  readonly refusals: readonly Refusal[];
}
