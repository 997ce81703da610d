/** A program or library that sends HTTP requests. */
export interface Client {
  /** Key of the table; the inventory's `client`. */
  readonly id: string;
  /** As people say it. */
  readonly name: string;
  /** `command`: a program in scripts. `library`: called in code. `sdk`: makes its metadata requests by itself. */
  readonly kind: 'command' | 'library' | 'sdk';
  /** What the client does with a header whose value is empty or undefined: it drops it, and so speaks version 1. Source: facts/requests.md, DESIGN *Verdict of a request*. */
  readonly dropsHeader: boolean;
  /** How to send the token with it: sentences. */
  readonly remedy: string;
}

const COMMAND_REMEDY = 'Ask for a token first (curl -sSf -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 21600" http://169.254.169.254/latest/api/token)';

/** Every client that requests are recognised of. Adding one is an entry here, its recogniser in a front end, a fixture and a line of documentation. */
export const CLIENTS = [
  { id: 'curl', name: 'curl', kind: 'command', dropsHeader: true, remedy: `${COMMAND_REMEDY}, then add -H "X-aws-ec2-metadata-token: $TOKEN" to this request.` },
  { id: 'wget', name: 'wget', kind: 'command', dropsHeader: false, remedy: `Ask for a token first (wget -qO- --method=PUT --header "X-aws-ec2-metadata-token-ttl-seconds: 21600" http://169.254.169.254/latest/api/token), then add --header "X-aws-ec2-metadata-token: $TOKEN" to this request.` },
  { id: 'fetch', name: 'fetch', kind: 'library', dropsHeader: false, remedy: `Ask for a token first (fetch('http://169.254.169.254/latest/api/token', {method: 'PUT', headers: {'X-aws-ec2-metadata-token-ttl-seconds': '21600'}})), then send it in the header X-aws-ec2-metadata-token.` },
  { id: 'node-http', name: 'node:http', kind: 'library', dropsHeader: false, remedy: `Ask for a token first (method PUT, path /latest/api/token, header X-aws-ec2-metadata-token-ttl-seconds), then send it in the header X-aws-ec2-metadata-token.` },
  { id: 'axios', name: 'axios', kind: 'library', dropsHeader: true, remedy: `Ask for a token first (axios.put(url, null, {headers: {'X-aws-ec2-metadata-token-ttl-seconds': '21600'}}): the configuration is the third argument), then send it in the header X-aws-ec2-metadata-token.` },
] as const satisfies readonly Client[];

const BY_ID: ReadonlyMap<string, Client> = new Map(CLIENTS.map((client) => [client.id, client]));

/** The entry of the client table. Throws for an id that is not in it: every front end takes its ids from the table. */
export function clientOf(id: string): Client {
  const client = BY_ID.get(id);
  if (client === undefined) throw new Error(`There is no client "${id}" in the client table.`);
  return client;
}
