import type { Problem } from '../facts/analysis.ts';
import type { Evidence } from '../facts/evidence.ts';
import type { Launch } from '../facts/launch.ts';
import type { Request } from '../facts/request.ts';
import type { LaunchJudgement } from './launch.ts';
import type { RequestJudgement } from './request.ts';

/** Whether a launch's own boot scripts survive the switch. Never "safe": software in the image is not seen. */
export type Readiness = 'breaks' | 'undecided' | 'required' | 'no-blocker-found';

export interface ReadinessJudgement {
  readonly readiness: Readiness;
  readonly evidence: readonly Evidence[];
  /** The requests that break, if any. */
  readonly blockers: readonly Request[];
}

export interface JudgedRequest {
  readonly request: Request;
  readonly judgement: RequestJudgement;
}

/** Judges a launch's readiness from its boot requests, and from what could not be read of its boot scripts. See DESIGN, *Readiness of a launch*. */
export function judgeReadiness(
  launch: Launch,
  judgement: LaunchJudgement,
  bootRequests: readonly JudgedRequest[],
  userData = launch.userData,
  unread: readonly Problem[] = [],
): ReadinessJudgement {
  const blockers = bootRequests.flatMap((boot) => {
    const evidence = blockerOf(boot, judgement);
    return evidence === undefined ? [] : [{ request: boot.request, evidence }];
  });
  if (blockers.length > 0) {
    return {
      readiness: 'breaks',
      evidence: blockers.map((blocker) => blocker.evidence),
      blockers: blockers.map((blocker) => blocker.request),
    };
  }
  const doubts: Evidence[] = [];
  if (userData.state === 'unknown' || userData.why !== undefined) {
    doubts.push({
      message: `The boot script is not known: ${userData.why ?? 'it is decided elsewhere'}.`,
      ...(userData.location === undefined ? {} : { location: userData.location }),
    });
  }
  for (const { reason, location } of unread)
    doubts.push({ message: `The boot script was analysed in part: ${reason}.`, location });
  for (const {
    request,
    judgement: { verdict },
  } of bootRequests) {
    if (verdict === 'undecided')
      doubts.push({ message: 'A request of the boot script is undecided.', location: request.location });
  }
  if (doubts.length > 0) return { readiness: 'undecided', evidence: doubts, blockers: [] };
  if (judgement.verdict === 'required') return { readiness: 'required', evidence: [], blockers: [] };
  return { readiness: 'no-blocker-found', evidence: [], blockers: [] };
}

function blockerOf({ request, judgement: judged }: JudgedRequest, launch: LaunchJudgement): Evidence | undefined {
  const location = request.location;
  if (judged.verdict === 'other-cloud' || judged.verdict === 'undecided') return undefined;
  if (launch.verdict === 'endpoint-disabled')
    return { message: 'The boot script asks the metadata service, which is switched off.', location };
  if (judged.verdict === 'tokenless')
    return { message: 'The boot script asks without a token, which is refused when tokens are required.', location };
  if (judged.verdict === 'bad-token-request')
    return { message: 'The boot script asks for a token in a way that is refused.', location };
  if (judged.ipv6 && launch.ipv6 !== 'enabled' && launch.ipv6 !== 'unknown') {
    return {
      message: 'The boot script asks the IPv6 endpoint, which is off unless HttpProtocolIpv6 is enabled.',
      location,
    };
  }
  if (request.runner === 'container' && launch.hopLimit === 1) {
    return {
      message:
        'A container asks the metadata service, and a hop limit of 1 does not reach containers on a bridge network.',
      location,
    };
  }
  return undefined;
}
