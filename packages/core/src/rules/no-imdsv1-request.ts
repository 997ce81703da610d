import { clientOf } from '../catalog/clients/index.ts';
import { clientName, defineRequestRule } from './request-rule.ts';

export const rule = defineRequestRule({
  id: 'no-imdsv1-request',
  meta: {
    description: 'Disallow requests to the instance metadata service without a session token',
    severity: 'error',
    persona: 'regular',
  },
  verdicts: ['tokenless'],
  message: (request) =>
    `This ${clientName(request)} request sends no session token, so it is answered by version 1 of the instance metadata service only; it gets 401 once tokens are required.`,
  help: (request) => clientOf(request.client).remedy,
});
