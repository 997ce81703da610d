import type { Client } from './client.ts';

const TTL = "'X-aws-ec2-metadata-token-ttl-seconds': '21600'";
const TOKEN = "'X-aws-ec2-metadata-token': token";

/** Libraries of Python. How their calls are read stands in the scanner's Python front end. Source of `dropsHeader`: requests leaves out headers whose value is None, the others raise an error. */
export const PYTHON_CLIENTS = [
  {
    id: 'requests',
    name: 'requests',
    kind: 'library',
    dropsHeader: true,
    remedy: `Ask for a token first (requests.put('http://169.254.169.254/latest/api/token', headers={${TTL}}, timeout=2), then raise_for_status()), and send it: headers={${TOKEN}}.`,
  },
  {
    id: 'httpx',
    name: 'httpx',
    kind: 'library',
    dropsHeader: false,
    remedy: `Ask for a token first (httpx.put('http://169.254.169.254/latest/api/token', headers={${TTL}}), then raise_for_status()), and send it: headers={${TOKEN}}.`,
  },
  {
    id: 'urllib',
    name: 'urllib',
    kind: 'library',
    dropsHeader: false,
    remedy: `Ask for a token first (urllib.request.Request('http://169.254.169.254/latest/api/token', method='PUT', headers={${TTL}})), and send it: Request(url, headers={${TOKEN}}).`,
  },
  {
    id: 'urllib3',
    name: 'urllib3',
    kind: 'library',
    dropsHeader: false,
    remedy: `Ask for a token first (http.request('PUT', 'http://169.254.169.254/latest/api/token', headers={${TTL}})), and send it: headers={${TOKEN}}.`,
  },
  {
    id: 'http-client',
    name: 'http.client',
    kind: 'library',
    dropsHeader: false,
    remedy: `Ask for a token first (connection.request('PUT', '/latest/api/token', headers={${TTL}})), and send it: headers={${TOKEN}}.`,
  },
  {
    id: 'aiohttp',
    name: 'aiohttp',
    kind: 'library',
    dropsHeader: false,
    remedy: `Ask for a token first (session.put('http://169.254.169.254/latest/api/token', headers={${TTL}})), and send it: headers={${TOKEN}}.`,
  },
  {
    id: 'tornado',
    name: 'tornado.httpclient',
    kind: 'library',
    dropsHeader: false,
    remedy: `Ask for a token first (method 'PUT', headers={${TTL}}), and send it: headers={${TOKEN}}.`,
  },
  {
    id: 'ansible-urls',
    name: 'ansible.module_utils.urls',
    kind: 'library',
    dropsHeader: false,
    remedy: `Ask for a token first (fetch_url(module, token_url, method='PUT', headers={${TTL}})), and send it: headers={${TOKEN}}.`,
  },
  {
    id: 'botocore-session',
    name: 'botocore.httpsession',
    kind: 'library',
    dropsHeader: false,
    remedy: `Ask for a token first (method 'PUT', headers={${TTL}}), and send it: headers={${TOKEN}}.`,
  },
  {
    id: 'boto',
    name: 'boto',
    kind: 'sdk',
    dropsHeader: false,
    remedy:
      'Replace boto 2, which has no version 2 of the metadata service and is no longer maintained: use boto3, or ask with a token yourself.',
  },
  {
    id: 'botocore-imds',
    name: 'botocore',
    kind: 'sdk',
    dropsHeader: false,
    remedy:
      "Switch the way back to version 1 off: config={'ec2_metadata_v1_disabled': True}, or AWS_EC2_METADATA_V1_DISABLED=true in its environment (botocore 1.32.4 and later).",
  },
  {
    id: 'ec2-metadata',
    name: 'ec2-metadata',
    kind: 'sdk',
    dropsHeader: false,
    remedy: 'Use ec2-metadata 2.0 or later, which sends a token.',
  },
] as const satisfies readonly Client[];
