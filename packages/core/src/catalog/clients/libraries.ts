import type { Client } from './client.ts';

/** Libraries and SDKs of JavaScript and TypeScript. How their calls are read stands in the plug-in's front end. */
export const JAVASCRIPT_CLIENTS = [
  { id: 'fetch', name: 'fetch', kind: 'library', dropsHeader: false, remedy: `Ask for a token first (fetch('http://169.254.169.254/latest/api/token', {method: 'PUT', headers: {'X-aws-ec2-metadata-token-ttl-seconds': '21600'}})), then send it in the header X-aws-ec2-metadata-token.` },
  { id: 'node-http', name: 'node:http', kind: 'library', dropsHeader: false, remedy: `Ask for a token first (method PUT, path /latest/api/token, header X-aws-ec2-metadata-token-ttl-seconds), then send it in the header X-aws-ec2-metadata-token.` },
  { id: 'axios', name: 'axios', kind: 'library', dropsHeader: true, remedy: `Ask for a token first (axios.put(url, null, {headers: {'X-aws-ec2-metadata-token-ttl-seconds': '21600'}}): the configuration is the third argument), then send it in the header X-aws-ec2-metadata-token.` },
] as const satisfies readonly Client[];
