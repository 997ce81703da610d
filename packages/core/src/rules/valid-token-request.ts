import { defineRequestRule } from './request-rule.ts';

export const rule = defineRequestRule({
  id: 'valid-token-request',
  meta: {
    description: 'Enforce token requests that the instance metadata service accepts',
    severity: 'error',
    persona: 'regular',
  },
  verdicts: ['bad-token-request'],
  message: (_request, judgement) =>
    `The metadata service refuses this token request. ${judgement.evidence.at(-1)?.message ?? ''}`.trim(),
  help: () =>
    'A token request is PUT /latest/api/token with the header X-aws-ec2-metadata-token-ttl-seconds set to 1 to 21600 seconds.',
});
