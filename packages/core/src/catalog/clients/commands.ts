import type { Client } from './client.ts';

const ASK_FIRST = 'Ask for a token first (curl -sSf -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 21600" http://169.254.169.254/latest/api/token)';

/** Programs in shell scripts. Their grammars (options, which word is the URL) stand in the shell front end. */
export const COMMANDS = [
  { id: 'curl', name: 'curl', kind: 'command', dropsHeader: true, remedy: `${ASK_FIRST}, then add -H "X-aws-ec2-metadata-token: $TOKEN" to this request.` },
  { id: 'wget', name: 'wget', kind: 'command', dropsHeader: false, remedy: `Ask for a token first (wget -qO- --method=PUT --header "X-aws-ec2-metadata-token-ttl-seconds: 21600" http://169.254.169.254/latest/api/token), then add --header "X-aws-ec2-metadata-token: $TOKEN" to this request.` },
] as const satisfies readonly Client[];
