import { clientName, defineRequestRule } from './request-rule.ts';

export const rule = defineRequestRule({
  id: 'no-unchecked-token',
  meta: {
    description: 'Require a test of session tokens that may be empty before they are sent',
    severity: 'error',
    persona: 'strict',
  },
  verdicts: ['unchecked-token'],
  message: (request) =>
    `The token of this ${clientName(request)} request may be empty, and ${clientName(request)} then sends no header at all: the request speaks version 1.`,
  help: () =>
    'Stop when no token could be had: let the token request fail (curl -f) and the script with it, or test the token before it is used.',
});
