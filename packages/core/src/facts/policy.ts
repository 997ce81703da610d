import type { Location } from '../document/offset-map.ts';
import type { Text } from '../text/text.ts';
import type { Evidence } from './evidence.ts';
import type { Platform } from './launch.ts';

/** A statement of an IAM or organisation policy with a condition about instance metadata. */
export interface PolicyStatement {
  readonly kind: 'policy-statement';
  readonly id: string;
  /** The whole statement. */
  readonly location: Location;
  readonly platform: Platform;
  /** What carries it: `aws_iam_policy_document`, `AWS::IAM::Policy`, `policy`. */
  readonly resource: string;
  /** The carrier's name and the statement's `Sid`, as far as there are any. */
  readonly name: string;
  readonly instance: string | null;
  /** Equal for statements of one document: one may make up for what another leaves open. */
  readonly document: string;
  /** Undefined: it is not known. */
  readonly effect: 'Allow' | 'Deny' | undefined;
  readonly actions: PolicyPatterns;
  readonly resources: PolicyPatterns;
  readonly conditions: readonly PolicyCondition[];
  /** Why a part of the statement is not known; nothing is then said about it. */
  readonly unread?: string;
  readonly evidence: readonly Evidence[];
}

/** `Action`, `NotAction`, `Resource`, `NotResource`: patterns with `*` and `?`. */
export interface PolicyPatterns {
  readonly words: readonly PolicyWord[];
  /** `NotAction`, `NotResource`: everything but these. */
  readonly isInverted: boolean;
}

export interface PolicyWord {
  readonly text: Text;
  readonly location: Location;
}

/** One key of a condition block; several hold together only. */
export interface PolicyCondition {
  /** As it is written: `StringNotEquals`, `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly PolicyWord[];
  /** From the key to its values, or the condition block. */
  readonly location: Location;
}
