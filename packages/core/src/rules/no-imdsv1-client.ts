import { clientOf } from '../catalog/clients/index.ts';
import { clientName, defineRequestRule } from './request-rule.ts';

export const rule = defineRequestRule({
  id: 'no-imdsv1-client',
  meta: {
    description: 'Disallow SDK clients and packages that speak version 1 of the instance metadata service',
    severity: 'error',
    persona: 'regular',
  },
  sdk: true,
  verdicts: ['tokenless', 'fallback'],
  message: (request, { verdict }) =>
    verdict === 'tokenless'
      ? `${clientName(request)} sends no session token here, so it is answered by version 1 of the instance metadata service only; it gets 401 once tokens are required.`
      : `${clientName(request)} goes back to version 1 of the instance metadata service when it gets no session token.`,
  help: (request) => clientOf(request.client).remedy,
  severity: (_request, { verdict }) => (verdict === 'tokenless' ? 'error' : 'warning'),
});
