import type { Confidence, Evidence } from '../facts/evidence.ts';
import type { Request, RequestHeader, RequestVariant } from '../facts/request.ts';
import { cloudOfHeader } from '../imds/clouds.ts';
import {
  isForwardedHeader,
  isMisspeltHeader,
  isTokenHeader,
  isTtlHeader,
  isValidTtl,
  TTL_HEADER,
  TTL_SECONDS,
} from '../imds/headers.ts';
import { targetOf, type Target } from '../imds/target.ts';
import { emptiness, known, knownPrefix, render } from '../text/text.ts';

/** What a request amounts to. See DESIGN, *Verdict of a request*. */
export type RequestVerdict =
  | 'token'
  | 'token-request'
  | 'bad-token-request'
  | 'tokenless'
  | 'fallback'
  | 'unchecked-token'
  | 'other-cloud'
  | 'undecided';

export interface RequestJudgement {
  readonly verdict: RequestVerdict;
  readonly confidence: Confidence;
  readonly evidence: readonly Evidence[];
  /** The URL as folded, for people. */
  readonly url: string;
  readonly path: string;
  readonly method: string;
  readonly ipv6: boolean;
}

interface VariantJudgement {
  readonly verdict: RequestVerdict;
  readonly confidence: Confidence;
  readonly evidence: readonly Evidence[];
  readonly target: Target;
}

/** What counts when the ways to get to one request differ: the worst first. */
const WORST_FIRST: readonly RequestVerdict[] = [
  'tokenless',
  'bad-token-request',
  'fallback',
  'unchecked-token',
  'undecided',
  'token',
  'token-request',
  'other-cloud',
];

/** Judges a request; undefined when it has nothing to do with instance metadata. */
export function judgeRequest(request: Request): RequestJudgement | undefined {
  const judged: { variant: RequestVariant; judgement: VariantJudgement }[] = [];
  for (const variant of request.variants) {
    const judgement = judgeVariant(variant);
    if (judgement !== undefined) judged.push({ variant, judgement });
  }
  const [worst] = [...judged].sort(
    (a, b) => WORST_FIRST.indexOf(a.judgement.verdict) - WORST_FIRST.indexOf(b.judgement.verdict),
  );
  if (worst === undefined) return undefined;
  const { variant, judgement } = worst;
  const fewer =
    request.variants.length > 1 && judged.some(({ judgement: other }) => other.verdict !== judgement.verdict);
  const evidence = fewer
    ? [
        ...judgement.evidence,
        { message: `${String(judged.length)} ways lead to this request; this is the one that counts.` },
      ]
    : judgement.evidence;
  return {
    verdict: judgement.verdict,
    confidence: judgement.confidence,
    evidence,
    url: render(variant.url),
    path: judgement.target.shown.replace(/^[^/]*/, ''),
    method: variant.method ?? 'unknown',
    ipv6: judged.some(({ judgement: other }) => other.target.ipv6),
  };
}

function judgeVariant(variant: RequestVariant): VariantJudgement | undefined {
  const target = targetOf(variant.url);
  if (target.service === 'other') return undefined;
  const sent = variant.headers.filter((header) => header.place === 'headers');
  const evidence = [...targetEvidence(target), ...variant.evidence];
  const otherCloud = cloudByHeaders(sent) ?? target.cloud;
  if (target.service === 'other-cloud' || (otherCloud !== undefined && target.service !== 'imds')) {
    return {
      verdict: 'other-cloud',
      confidence: 'high',
      evidence: [...evidence, { message: `The metadata service of ${otherCloud ?? 'another cloud'} is meant.` }],
      target,
    };
  }
  // An unknown host with a path that says nothing is no statement about instance metadata, unless a header is; nor is this machine.
  const ourHeaders = sent.some((header) => isOurs(header));
  if ((target.service === 'unknown' || target.service === 'stand-in') && !ourHeaders) return undefined;
  if (otherCloud !== undefined && target.service === 'imds' && !ourHeaders) {
    return {
      verdict: 'other-cloud',
      confidence: 'medium',
      evidence: [...evidence, { message: `A header of ${otherCloud} is sent.` }],
      target,
    };
  }
  const isVague = target.service === 'imds-path' || (target.service === 'imds-address' && target.resource === 'root');
  if (variant.otherCloud !== undefined && isVague && !ourHeaders) {
    return {
      verdict: 'other-cloud',
      confidence: 'medium',
      evidence: [...evidence, variant.otherCloud.evidence],
      target,
    };
  }
  const confidence: Confidence = target.service === 'imds' ? 'high' : 'medium';
  if (variant.sdk !== undefined) return judgeSdk(variant.sdk, evidence, target, confidence);
  if (
    target.resource === 'token' ||
    (sent.some((header) => hasName(header, isTtlHeader)) && target.resource === 'unknown')
  ) {
    return judgeTokenRequest(variant, sent, evidence, target, confidence);
  }
  return judgeDataRequest(variant, sent, evidence, target, confidence);
}

function judgeSdk(
  sdk: NonNullable<RequestVariant['sdk']>,
  evidence: readonly Evidence[],
  target: Target,
  confidence: Confidence,
): VariantJudgement {
  const verdict = sdk === 'version-1' ? 'tokenless' : sdk === 'version-2' ? 'token' : 'fallback';
  return { verdict, confidence, evidence, target };
}

function judgeTokenRequest(
  variant: RequestVariant,
  sent: readonly RequestHeader[],
  evidence: readonly Evidence[],
  target: Target,
  confidence: Confidence,
): VariantJudgement {
  const bad = (message: string, header?: RequestHeader): VariantJudgement => ({
    verdict: 'bad-token-request',
    confidence,
    evidence: [...evidence, header?.location === undefined ? { message } : { message, location: header.location }],
    target,
  });
  const undecided = (message: string): VariantJudgement => ({
    verdict: 'undecided',
    confidence,
    evidence: [...evidence, { message }],
    target,
  });
  if (target.datedTokenPath) return bad('Only /latest/api/token gives tokens; a dated path is answered with 403.');
  if (variant.method === undefined) return undecided('The method of the token request is not known.');
  if (variant.method !== 'PUT') return bad(`A token is asked for with PUT; this is ${variant.method}.`);
  const forwarded = sent.find((header) => hasName(header, isForwardedHeader));
  if (forwarded !== undefined)
    return bad('The token service refuses requests with an X-Forwarded-For header.', forwarded);
  const ttl = sent.find((header) => hasName(header, isTtlHeader));
  if (ttl === undefined) {
    if (variant.unreadHeaders !== undefined) return undecided(`Some headers are not known: ${variant.unreadHeaders}.`);
    const body = variant.headers.find((header) => header.place === 'body' && hasName(header, isTtlHeader));
    if (body !== undefined) return bad(`${TTL_HEADER} is in the request's body here, not among its headers.`, body);
    const misspelt = sent.find((header) => hasName(header, isMisspeltHeader));
    if (misspelt !== undefined)
      return bad(
        `"${render(misspelt.name)}" is not the header that says how long the token lives: that is ${TTL_HEADER}.`,
        misspelt,
      );
    const nameless = sent.find((header) => known(header.name) === undefined && mayBe(header, TTL_HEADER));
    if (nameless !== undefined) return undecided(`The header name ${render(nameless.name)} is not known.`);
    return bad(`The header ${TTL_HEADER} is missing.`);
  }
  const value = known(ttl.value);
  if (value !== undefined && !isValidTtl(value)) {
    const range = `${String(TTL_SECONDS.min)} to ${String(TTL_SECONDS.max)} seconds`;
    return bad(
      value.trim() === ''
        ? `${TTL_HEADER} is empty; it takes ${range}.`
        : `A token lives ${range}; "${value.trim()}" is refused.`,
      ttl,
    );
  }
  return { verdict: 'token-request', confidence, evidence, target };
}

function judgeDataRequest(
  variant: RequestVariant,
  sent: readonly RequestHeader[],
  evidence: readonly Evidence[],
  target: Target,
  confidence: Confidence,
): VariantJudgement {
  const header = sent.find((candidate) => hasName(candidate, isTokenHeader));
  if (header !== undefined) {
    const flow = variant.token;
    const place = header.location === undefined ? {} : { location: header.location };
    if (variant.fallback !== undefined)
      return { verdict: 'fallback', confidence, evidence: [...evidence, variant.fallback], target };
    if (
      emptiness(header.value) === 'empty' &&
      flow?.dropsHeader === true &&
      (flow.mayBeEmpty === undefined || flow.swallowed === undefined)
    ) {
      // Certainly empty: the client sends nothing.
      return {
        verdict: 'tokenless',
        confidence,
        evidence: [
          ...evidence,
          { message: 'The token header has no value, and the client then sends no header.', ...place },
        ],
        target,
      };
    }
    if (flow?.dropsHeader === true && flow.swallowed !== undefined)
      return { verdict: 'fallback', confidence, evidence: [...evidence, flow.swallowed], target };
    if (flow?.dropsHeader === true && flow.mayBeEmpty !== undefined) {
      return { verdict: 'unchecked-token', confidence, evidence: [...evidence, flow.mayBeEmpty], target };
    }
    return {
      verdict: 'token',
      confidence: 'high',
      evidence: [...evidence, { message: 'The token header is sent.', ...place }],
      target,
    };
  }
  const nameless = sent.find(
    (candidate) => known(candidate.name) === undefined && mayBe(candidate, 'X-aws-ec2-metadata-token'),
  );
  if (nameless !== undefined) {
    return {
      verdict: 'undecided',
      confidence,
      evidence: [...evidence, { message: `The header name ${render(nameless.name)} is not known.` }],
      target,
    };
  }
  if (variant.unreadHeaders !== undefined) {
    return {
      verdict: 'undecided',
      confidence,
      evidence: [...evidence, { message: `Some headers are not known: ${variant.unreadHeaders}.` }],
      target,
    };
  }
  if (target.service === 'unknown')
    return { verdict: 'undecided', confidence, evidence: [...evidence, { message: 'The host is not known.' }], target };
  if (variant.method === 'PUT' && sent.some((candidate) => hasName(candidate, isTtlHeader))) {
    return {
      verdict: 'bad-token-request',
      confidence,
      evidence: [...evidence, { message: 'Tokens are given at /latest/api/token only.' }],
      target,
    };
  }
  const reasons: Evidence[] = [];
  const misspelt = sent.find((candidate) => hasName(candidate, isMisspeltHeader));
  if (misspelt !== undefined) {
    reasons.push({
      message: `"${render(misspelt.name)}" is not the token header, and IMDS ignores it: that is X-aws-ec2-metadata-token.`,
      ...(misspelt.location === undefined ? {} : { location: misspelt.location }),
    });
  } else if (variant.headers.some((candidate) => candidate.place === 'body')) {
    reasons.push({ message: "The headers are in the request's body here, so none is sent." });
  } else {
    reasons.push({
      message: sent.length === 0 ? 'No header is sent.' : 'The token header is not among the headers sent.',
    });
  }
  if (variant.fallback !== undefined)
    return { verdict: 'fallback', confidence, evidence: [...evidence, variant.fallback], target };
  return { verdict: 'tokenless', confidence, evidence: [...evidence, ...reasons], target };
}

function targetEvidence(target: Target): readonly Evidence[] {
  const evidence: Evidence[] = [];
  if (target.foldedFrom !== undefined)
    evidence.push({ message: `The host is the metadata service in another spelling: ${target.foldedFrom}.` });
  if (target.service === 'imds-path')
    evidence.push({ message: 'The host is not known, but only the metadata service has this path.' });
  if (target.service === 'stand-in')
    evidence.push({ message: 'It goes to this machine, to something that stands in for the metadata service.' });
  if (target.service === 'imds-address')
    evidence.push({ message: 'The path does not say whose metadata is asked for; EC2 is assumed.' });
  return evidence;
}

function cloudByHeaders(headers: readonly RequestHeader[]): string | undefined {
  for (const header of headers) {
    const name = known(header.name);
    if (name === undefined) continue;
    const cloud = cloudOfHeader(name.trim(), known(header.value)?.trim());
    if (cloud !== undefined) return cloud.name;
  }
  return undefined;
}

function isOurs(header: RequestHeader): boolean {
  return hasName(header, (name) => isTokenHeader(name) || isTtlHeader(name));
}

function hasName(header: RequestHeader, test: (name: string) => boolean): boolean {
  const name = known(header.name);
  return name !== undefined && test(name);
}

/** Whether a header whose name is known in part can be the given one. */
function mayBe(header: RequestHeader, name: string): boolean {
  return name.toLowerCase().startsWith(knownPrefix(header.name).trimStart().toLowerCase());
}
