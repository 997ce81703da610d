import { clientOf } from '../catalog/clients/index.ts';
import type { Request } from '../facts/request.ts';
import type { RequestJudgement, RequestVerdict } from '../verdicts/request.ts';
import type { Finding, Rule, RuleMeta } from './rule.ts';

interface RequestRule {
  readonly id: string;
  readonly meta: RuleMeta;
  readonly verdicts: readonly RequestVerdict[];
  /** Whether the rule judges what an SDK or a package sends, instead of requests written out. */
  readonly sdk?: boolean;
  readonly message: (request: Request, judgement: RequestJudgement) => string;
  readonly help: (request: Request, judgement: RequestJudgement) => string;
  readonly severity?: (request: Request, judgement: RequestJudgement) => Finding['severity'];
}

/** A rule that reports requests of certain verdicts: one finding per request. */
export function defineRequestRule(rule: RequestRule): Rule {
  return {
    id: rule.id,
    meta: rule.meta,
    check: (program) =>
      program.requests.flatMap((request): Finding[] => {
        const judgement = program.judgementOf(request);
        if (judgement === undefined || !rule.verdicts.includes(judgement.verdict)) return [];
        if ((clientOf(request.client).kind === 'sdk') !== (rule.sdk ?? false)) return [];
        return [
          {
            ruleId: rule.id,
            severity: rule.severity?.(request, judgement) ?? rule.meta.severity,
            confidence: judgement.confidence,
            message: rule.message(request, judgement),
            help: rule.help(request, judgement),
            location: request.focus ?? request.location,
            subject: request.id,
            evidence: judgement.evidence,
            fixes: [],
          },
        ];
      }),
  };
}

/** "curl", "Invoke-RestMethod": the client's name as people say it. */
export function clientName(request: Request): string {
  return clientOf(request.client).name;
}
