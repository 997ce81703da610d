import type {
  Confidence,
  DecidedBy,
  Ecosystem,
  LaunchVerdict,
  Platform,
  Readiness,
  RequestVerdict,
  Severity,
} from 'imdsv2-core';

/** What `--format json` prints, and what every other format is rendered from. JSON-able; see `schema/`. */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: Tool;
  readonly findings: readonly ReportFinding[];
  readonly notAnalysed: readonly NotAnalysed[];
  readonly partlyAnalysed: readonly NotAnalysed[];
  readonly stats: ReportStats;
}

export interface Inventory {
  readonly schemaVersion: 1;
  readonly tool: Tool;
  readonly requests: readonly InventoryRequest[];
  readonly launches: readonly InventoryLaunch[];
  readonly defaults: readonly InventoryDefault[];
  readonly dependencies: readonly InventoryDependency[];
  readonly switches: readonly InventorySwitch[];
  readonly notAnalysed: readonly NotAnalysed[];
  readonly partlyAnalysed: readonly NotAnalysed[];
  readonly stats: ReportStats;
}

export interface Tool {
  readonly name: 'imdsv2';
  readonly version: string;
}

/** 1-based; columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** `end` is the place after the last character. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface ReportEvidence {
  readonly message: string;
  /** Relative to the working directory, with `/`. */
  readonly path?: string;
  readonly range?: Range;
}

export interface ReportFinding {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly message: string;
  readonly help: string;
  readonly path: string;
  readonly range: Range;
  /** Id of the request or launch, as the inventory has it. */
  readonly subject: string;
  readonly fingerprint: string;
  readonly evidence: readonly ReportEvidence[];
  readonly fixes: readonly ReportFix[];
  readonly suppressed: { readonly reason: string } | null;
}

/** A repair of a finding; that of several findings is the same in each. */
export interface ReportFix {
  readonly title: string;
  /** Whether it can change nothing else. */
  readonly safe: boolean;
  readonly edits: readonly ReportEdit[];
}

/** The text between two places is replaced by another one. */
export interface ReportEdit {
  readonly path: string;
  readonly range: Range;
  /** UTF-16 offsets in the text of the file, a byte order mark not counted; `end` is the place after the last character. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface InventoryRequest {
  readonly id: string;
  readonly verdict: RequestVerdict;
  readonly confidence: Confidence;
  /** Id of the client table. */
  readonly client: string;
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly range: Range;
  /** Ids of the launches that run it at boot. */
  readonly launches: readonly string[];
  readonly evidence: readonly ReportEvidence[];
}

export interface InventoryLaunch {
  readonly id: string;
  readonly verdict: LaunchVerdict;
  readonly decidedBy: DecidedBy;
  readonly platform: Platform;
  readonly resource: string;
  readonly name: string;
  readonly path: string;
  readonly range: Range;
  /** Module call path, or null. */
  readonly instance: string | null;
  /** Id of the launch that it inherits from, or null. */
  readonly template: string | null;
  readonly hopLimit: number | 'unknown' | null;
  /** Ids of the requests that it makes at boot. */
  readonly userData: readonly string[];
  readonly readiness: Readiness;
  readonly evidence: readonly ReportEvidence[];
}

export interface InventoryDefault {
  readonly id: string;
  readonly scope: 'account' | 'organisation' | 'ami' | 'policy';
  readonly tokens: 'required' | 'optional' | 'no-preference' | 'unset' | 'unknown';
  /** What a policy's deny enforces, a phrase each; empty for what is no policy statement. */
  readonly enforces: readonly string[];
  readonly platform: Platform;
  readonly resource: string;
  readonly name: string;
  readonly path: string;
  readonly range: Range;
  readonly instance: string | null;
  readonly evidence: readonly ReportEvidence[];
}

/** An SDK of AWS, once per manifest: the package of it that is worst off. */
export interface InventoryDependency {
  readonly id: string;
  /** As AWS calls it. */
  readonly sdk: string;
  readonly ecosystem: Ecosystem;
  readonly package: string;
  readonly version: string | null;
  readonly requirement: string | null;
  /** `too-old`: it never asks with a token. `falls-back`: it asks with a token, then without. `unknown`: its version does not say which. */
  readonly verdict: 'too-old' | 'falls-back' | 'unknown';
  /** How its fallback to version 1 is switched off; what must be updated first, if that is known. */
  readonly switchOff: string;
  readonly path: string;
  readonly range: Range;
  readonly evidence: readonly ReportEvidence[];
}

/** A place that switches the SDKs' fallback to version 1 off, or leaves it on. */
export interface InventorySwitch {
  readonly id: string;
  readonly name: string;
  readonly fallback: 'off' | 'on';
  readonly path: string;
  readonly range: Range;
}

export interface NotAnalysed {
  readonly path: string;
  readonly reason: string;
}

export interface ReportStats {
  /** Files found under the given paths. */
  readonly files: number;
  readonly analysed: number;
  readonly skipped: Readonly<Record<'ignored' | 'generated' | 'links' | 'unmarked' | 'otherKinds' | 'binary', number>>;
}
