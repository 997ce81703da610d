import type { Client } from './client.ts';

const ASK_FIRST =
  'Ask for a token first (TOKEN=$(curl -sSf -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 21600" http://169.254.169.254/latest/api/token))';
const USE_CURL = `This client is best replaced with curl. ${ASK_FIRST}, then send it: curl -sSf -H "X-aws-ec2-metadata-token: $TOKEN" URL.`;

/**
 * Programs in shell scripts. Their grammars (options, which word is the URL) stand in the shell front end.
 * `dropsHeader` was tried with curl 7.88 and wget 1.21, and read in the manuals of the others.
 */
export const COMMANDS = [
  {
    id: 'curl',
    name: 'curl',
    kind: 'command',
    dropsHeader: true,
    remedy: `${ASK_FIRST}, then add -H "X-aws-ec2-metadata-token: $TOKEN" to this request.`,
  },
  {
    id: 'wget',
    name: 'wget',
    kind: 'command',
    dropsHeader: false,
    remedy:
      'Ask for a token first (TOKEN=$(wget -qO- --method=PUT --header "X-aws-ec2-metadata-token-ttl-seconds: 21600" http://169.254.169.254/latest/api/token)), then add --header "X-aws-ec2-metadata-token: $TOKEN" to this request. The wget of busybox knows no --method: use curl there.',
  },
  {
    id: 'httpie',
    name: 'HTTPie',
    kind: 'command',
    dropsHeader: true,
    remedy:
      'Ask for a token first (http PUT http://169.254.169.254/latest/api/token X-aws-ec2-metadata-token-ttl-seconds:21600), then add X-aws-ec2-metadata-token:$TOKEN to this request.',
  },
  {
    id: 'aria2c',
    name: 'aria2c',
    kind: 'command',
    dropsHeader: false,
    remedy: `${ASK_FIRST}, then add --header="X-aws-ec2-metadata-token: $TOKEN" to this request.`,
  },
  {
    id: 'axel',
    name: 'axel',
    kind: 'command',
    dropsHeader: false,
    remedy: `${ASK_FIRST}, then add -H "X-aws-ec2-metadata-token: $TOKEN" to this request.`,
  },
  {
    id: 'lwp-request',
    name: 'lwp-request',
    kind: 'command',
    dropsHeader: false,
    remedy: `${ASK_FIRST}, then add -H "X-aws-ec2-metadata-token: $TOKEN" to this request.`,
  },
  { id: 'freebsd-fetch', name: 'fetch', kind: 'command', dropsHeader: false, remedy: USE_CURL },
  { id: 'lynx', name: 'lynx', kind: 'command', dropsHeader: false, remedy: USE_CURL },
  { id: 'links', name: 'links', kind: 'command', dropsHeader: false, remedy: USE_CURL },
  {
    id: 'w3m',
    name: 'w3m',
    kind: 'command',
    dropsHeader: false,
    remedy: `${ASK_FIRST}, then add -header "X-aws-ec2-metadata-token: $TOKEN" to this request.`,
  },
  { id: 'netcat', name: 'A plain connection', kind: 'command', dropsHeader: false, remedy: USE_CURL },
  {
    id: 'perl',
    name: 'Perl',
    kind: 'command',
    dropsHeader: false,
    remedy: `${ASK_FIRST}, then send it in the header X-aws-ec2-metadata-token.`,
  },
  {
    id: 'ruby',
    name: 'Ruby',
    kind: 'command',
    dropsHeader: false,
    remedy: `${ASK_FIRST}, then send it in the header X-aws-ec2-metadata-token.`,
  },
  {
    id: 'php',
    name: 'PHP',
    kind: 'command',
    dropsHeader: false,
    remedy: `${ASK_FIRST}, then send it in the header X-aws-ec2-metadata-token.`,
  },
  {
    id: 'ec2-metadata',
    name: 'ec2-metadata',
    kind: 'sdk',
    dropsHeader: false,
    remedy: 'Use the tool of amazon-ec2-utils 2.0 or later, which asks for a token, or curl with a token.',
  },
  {
    id: 'ec2metadata',
    name: 'ec2metadata',
    kind: 'sdk',
    dropsHeader: false,
    remedy: 'Use cloud-init query, or a version of cloud-guest-utils that asks for a token, or curl with a token.',
  },
] as const satisfies readonly Client[];
