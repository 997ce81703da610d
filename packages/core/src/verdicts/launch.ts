import { lower, type Confidence, type Evidence } from '../facts/evidence.ts';
import type { Launch, TemplateReference } from '../facts/launch.ts';
import type { DecidedBy, Setting } from '../facts/setting.ts';

/** What a launch amounts to. See DESIGN, *Verdict of a launch*. */
export type LaunchVerdict = 'required' | 'optional' | 'unset' | 'endpoint-disabled' | 'not-configurable' | 'undecided';

export interface LaunchJudgement {
  readonly verdict: LaunchVerdict;
  readonly decidedBy: DecidedBy;
  readonly confidence: Confidence;
  readonly evidence: readonly Evidence[];
  /** The setting that decided, for the tightest place to change. */
  readonly decisive: Setting<'required' | 'optional'>;
  readonly hopLimit: number | 'unknown' | null;
  readonly ipv6: 'enabled' | 'disabled' | 'unknown' | 'unset';
}

/** What a launch is judged against. */
export interface LaunchSurroundings {
  readonly templateOf: (launch: Launch) => Launch | undefined;
  readonly accountDefault: (
    launch: Launch,
  ) => { readonly tokens: 'required' | 'optional'; readonly evidence: Evidence } | undefined;
}

/** Judges a launch, option by option, first hit wins: launch, template version used, tool or account default, AMI. */
export function judgeLaunch(launch: Launch, surroundings: LaunchSurroundings, depth = 0): LaunchJudgement {
  const template = depth < 8 && launch.template !== undefined ? surroundings.templateOf(launch) : undefined;
  const inherited = template === undefined ? undefined : judgeLaunch(template, surroundings, depth + 1);
  const hopLimit = resolveValue(launch.hopLimit, inherited?.hopLimit);
  const ipv6 = resolveIpv6(launch, inherited);
  const judgement = (
    verdict: LaunchVerdict,
    decidedBy: DecidedBy,
    confidence: Confidence,
    evidence: readonly Evidence[],
    decisive: Setting<'required' | 'optional'> = launch.tokens,
  ): LaunchJudgement => ({
    verdict,
    decidedBy,
    confidence,
    evidence: [...launch.evidence, ...evidence],
    decisive,
    hopLimit,
    ipv6,
  });
  const { tokens, endpoint } = launch;

  if (endpoint.state === 'set' && endpoint.value === 'disabled') {
    return judgement('endpoint-disabled', endpoint.decidedBy ?? 'self', 'high', endpoint.evidence ?? []);
  }
  if (tokens.state === 'set') {
    if (tokens.value === 'optional' && endpoint.state === 'unknown') {
      return judgement('undecided', 'unknown', 'high', [
        { message: `Whether the endpoint is on is not known: ${endpoint.why}.` },
      ]);
    }
    return judgement(tokens.value, tokens.decidedBy ?? 'self', 'high', tokens.evidence ?? []);
  }
  if (tokens.state === 'unknown')
    return judgement('undecided', 'unknown', 'high', [
      ...(tokens.evidence ?? []),
      { message: `The setting is not known: ${tokens.why}.` },
    ]);

  if (inherited !== undefined && launch.template !== undefined) {
    const evidence: Evidence[] = [
      {
        message: `The launch template ${template?.name ?? ''} decides.`,
        ...(template === undefined ? {} : { location: template.location }),
      },
    ];
    const version = versionEvidence(launch.template);
    if (version.undecided !== undefined)
      return judgement('undecided', 'unknown', 'high', [...evidence, version.undecided]);
    if (version.assumed !== undefined) evidence.push(version.assumed);
    const confidence = version.assumed === undefined ? inherited.confidence : lower('medium', inherited.confidence);
    if (inherited.verdict !== 'unset') {
      const decidedBy = inherited.decidedBy === 'self' ? 'launch-template' : inherited.decidedBy;
      return judgement(
        inherited.verdict,
        decidedBy,
        confidence,
        [...evidence, ...inherited.evidence],
        inherited.decisive,
      );
    }
  } else if (launch.template !== undefined) {
    return judgement('undecided', 'unknown', 'high', [
      {
        message: `The launch template decides, and it is not known: ${launch.template.why ?? 'it is not in the files that were read'}.`,
        ...(launch.template.location === undefined ? {} : { location: launch.template.location }),
      },
    ]);
  }
  if (endpoint.state === 'unknown')
    return judgement('undecided', 'unknown', 'high', [
      { message: `Whether the endpoint is on is not known: ${endpoint.why}.` },
    ]);
  if (launch.toolDefault !== undefined) {
    const { tokens: value, evidence, decidedBy } = launch.toolDefault;
    return judgement(value, decidedBy ?? 'tool-default', 'high', [evidence]);
  }
  const account = surroundings.accountDefault(launch);
  if (account !== undefined) return judgement(account.tokens, 'account', 'medium', [account.evidence]);
  if (launch.ami?.requiresTokens === 'certain') return judgement('required', 'ami', 'medium', [launch.ami.evidence]);
  if (launch.notConfigurable !== undefined)
    return judgement('not-configurable', 'unknown', 'high', [{ message: launch.notConfigurable.why }]);
  if (launch.ami !== undefined) return judgement('unset', 'unknown', 'medium', [launch.ami.evidence]);
  return judgement('unset', 'unknown', 'high', tokens.evidence ?? []);
}

/** What the template's version says about its text. See DESIGN, *Verdict of a launch*. */
function versionEvidence({ version, location }: TemplateReference): {
  readonly undecided?: Evidence;
  readonly assumed?: Evidence;
} {
  const place = location === undefined ? {} : { location };
  switch (version.kind) {
    case 'latest':
      return {};
    case 'default':
      return {
        assumed: {
          message: 'True for a first deployment; a template that exists already keeps its old default version.',
          ...place,
        },
      };
    case 'literal':
      return {
        undecided: {
          message: `Version ${version.value} of the template is used, which need not be its text here.`,
          ...place,
        },
      };
    case 'unknown':
      return { undecided: { message: `The version of the template is not known: ${version.why}.`, ...place } };
  }
}

function resolveValue(
  own: Setting<number>,
  inherited: number | 'unknown' | null | undefined,
): number | 'unknown' | null {
  if (own.state === 'set') return own.value;
  if (own.state === 'unknown') return 'unknown';
  return inherited ?? null;
}

function resolveIpv6(launch: Launch, inherited: LaunchJudgement | undefined): LaunchJudgement['ipv6'] {
  if (launch.ipv6.state === 'set') return launch.ipv6.value;
  if (launch.ipv6.state === 'unknown') return 'unknown';
  return inherited?.ipv6 ?? 'unset';
}
