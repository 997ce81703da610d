// @ts-check
/**
 * The instance metadata service as EC2 answers it, as far as requests and tokens go.
 * Source of the answers: facts of the EC2 User Guide (400 bad parameter, 401 no or wrong token, 403 not allowed, 404 absent, 503 try again).
 */
import { createServer } from 'node:http';

/**
 * @typedef {'required' | 'optional' | 'no-tokens' | 'no-answer'} Mode
 *   `required`: version 2 only. `optional`: both versions. `no-tokens`: both versions, but token requests get 503, as when
 *   the service throttles. `no-answer`: both versions, but the answer to a token request never arrives, as when it is
 *   dropped at the hop limit (here the connection is closed, so that nobody has to wait).
 *
 * @typedef {object} Entry One request as it came in.
 * @property {string} method
 * @property {string} path
 * @property {'none' | 'empty' | 'wrong' | 'right'} token
 * @property {number} status 0: there was no answer.
 * @property {4 | 6} family
 */

const TOKEN_PATH = '/latest/api/token';

/** Answers of the metadata categories: enough for scripts to go on with. */
const DATA = new Map([
  ['/latest/meta-data/', 'ami-id\ninstance-id\nplacement/\n'],
  ['/latest/meta-data/ami-id', 'ami-0123456789abcdef0'],
  ['/latest/meta-data/hostname', 'ip-10-0-0-7.eu-central-1.compute.internal'],
  ['/latest/meta-data/instance-id', 'i-0123456789abcdef0'],
  ['/latest/meta-data/instance-type', 't3.small'],
  ['/latest/meta-data/local-ipv4', '10.0.0.7'],
  ['/latest/meta-data/mac', '0a:1b:2c:3d:4e:5f'],
  ['/latest/meta-data/placement/availability-zone', 'eu-central-1a'],
  ['/latest/meta-data/placement/region', 'eu-central-1'],
  ['/latest/meta-data/public-ipv4', '198.51.100.7'],
  ['/latest/meta-data/iam/security-credentials/', 'role'],
  ['/latest/dynamic/instance-identity/document', '{"accountId" : "123456789012", "region" : "eu-central-1"}'],
  ['/latest/user-data', '#!/bin/sh\n'],
]);

export class Emulator {
  /** @type {Mode} */
  mode = 'required';
  /** @type {Entry[]} */
  log = [];
  /** Life of tokens is cut to this many seconds, to see that loops go on working. @type {number | undefined} */
  longestLife = undefined;
  /** @type {Map<string, number>} */
  #tokens = new Map();
  #server = createServer((request, response) => {
    this.#answer(request, response);
  });
  #server6 = createServer((request, response) => {
    this.#answer(request, response);
  });

  /** Listens on both addresses. @param {{ port?: number, ipv4?: string, ipv6?: string | null }} [where] Without `ipv6` (null): IPv4 only. */
  async listen({ port = 80, ipv4 = '169.254.169.254', ipv6 = 'fd00:ec2::254' } = {}) {
    await new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen(port, ipv4, () => resolve(undefined));
    });
    if (ipv6 === null) return;
    await new Promise((resolve, reject) => {
      this.#server6.once('error', reject).listen(port, ipv6, () => resolve(undefined));
    });
  }

  /** Port of the IPv4 listener. */
  get port() {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Resolves when nobody listens any more; it can then listen again. */
  async close() {
    await Promise.all(
      [this.#server, this.#server6].map(
        (server) => new Promise((resolve) => (server.listening ? server.close(resolve) : resolve(undefined))),
      ),
    );
  }

  /** Forgets tokens and log. @param {Mode} mode */
  reset(mode) {
    this.mode = mode;
    this.log = [];
    this.#tokens.clear();
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  #answer(request, response) {
    request.resume();
    const [path = '/'] = (request.url ?? '/').split('?');
    const method = request.method ?? 'GET';
    if (method === 'PUT' && this.mode === 'no-answer') {
      this.log.push({ method, path, token: this.#tokenOf(request), status: 0, family: familyOf(request) });
      request.socket.destroy();
      return;
    }
    const [status, body, headers = {}] = this.#judge(method, path, request);
    this.log.push({ method, path, token: this.#tokenOf(request), status, family: familyOf(request) });
    // An unread answer would keep the client's connection alive for seconds.
    response.writeHead(status, { 'content-type': 'text/plain', server: 'EC2ws', connection: 'close', ...headers });
    response.end(method === 'HEAD' ? undefined : body);
  }

  /**
   * @param {string} method @param {string} path @param {import('node:http').IncomingMessage} request
   * @returns {[status: number, body: string, headers?: Record<string, string>]}
   */
  #judge(method, path, request) {
    if (method === 'PUT') return this.#giveToken(path, request);
    if (method !== 'GET' && method !== 'HEAD') return [405, 'Method Not Allowed'];
    const token = this.#tokenOf(request);
    if (token === 'wrong' || token === 'empty') return [401, 'Unauthorized'];
    if (token === 'none' && this.mode === 'required') return [401, 'Unauthorized'];
    if (path === TOKEN_PATH) return [405, 'Method Not Allowed'];
    const plain = path.replace(/\/{2,}/g, '/').replace(/^\/20\d\d-\d\d-\d\d\//, '/latest/');
    if (plain === '/') return [200, 'latest\n'];
    const body = DATA.get(plain) ?? DATA.get(`${plain}/`) ?? DATA.get(plain.replace(/\/$/, ''));
    return body === undefined ? [404, 'Not Found'] : [200, body];
  }

  /**
   * @param {string} path @param {import('node:http').IncomingMessage} request
   * @returns {[status: number, body: string, headers?: Record<string, string>]}
   */
  #giveToken(path, request) {
    if (request.headers['x-forwarded-for'] !== undefined) return [403, 'Forbidden'];
    if (path !== TOKEN_PATH) return [403, 'Forbidden'];
    const ttl = String(request.headers['x-aws-ec2-metadata-token-ttl-seconds'] ?? '').trim();
    if (!/^\d+$/.test(ttl) || Number(ttl) < 1 || Number(ttl) > 21_600) return [400, 'Bad Request'];
    if (this.mode === 'no-tokens') return [503, 'Service Unavailable'];
    const life = Math.min(Number(ttl), this.longestLife ?? Infinity);
    const token = `AQAE${String(this.#tokens.size).padStart(8, '0')}==`;
    this.#tokens.set(token, Date.now() + life * 1000);
    return [200, token, { 'x-aws-ec2-metadata-token-ttl-seconds': ttl }];
  }

  /** @param {import('node:http').IncomingMessage} request @returns {Entry['token']} */
  #tokenOf(request) {
    const value = request.headers['x-aws-ec2-metadata-token'];
    if (value === undefined) return 'none';
    if (String(value).trim() === '') return 'empty';
    return (this.#tokens.get(String(value)) ?? 0) > Date.now() ? 'right' : 'wrong';
  }
}

/** @param {import('node:http').IncomingMessage} request @returns {Entry['family']} */
function familyOf(request) {
  return request.socket.remoteFamily === 'IPv6' ? 6 : 4;
}
