import { clientName, defineRequestRule } from './request-rule.ts';

export const rule = defineRequestRule({
  id: 'no-imdsv1-fallback',
  meta: {
    description: 'Disallow going on without a session token when none could be had',
    severity: 'error',
    persona: 'regular',
  },
  verdicts: ['fallback'],
  message: (request) =>
    `This ${clientName(request)} request goes on without a session token when none could be had, so it speaks version 1 whenever the token request fails.`,
  help: () => 'Fail, or try the token request again; do not ask without a token.',
});
