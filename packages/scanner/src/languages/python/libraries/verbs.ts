import { DROPS_NONE, KEEPS_NONE, type Parameter, type RequestFunction } from './send.ts';

const METHODS = ['get', 'put', 'post', 'delete', 'head', 'options', 'patch'] as const;
const HEADERS: Parameter = { names: ['headers'] };

/** Functions that send a request at once, by dotted path. Sources: the API pages of each library (requests, httpx, urllib3, aiohttp; Ansible's module_utils/urls.py). */
export const REQUEST_FUNCTIONS: ReadonlyMap<string, RequestFunction> = new Map([
  ...verbs('requests', 'requests', DROPS_NONE),
  ...verbs('httpx', 'httpx', KEEPS_NONE),
  ['httpx.stream', requestFunction('httpx', KEEPS_NONE)],
  ['urllib3.request', requestFunction('urllib3', KEEPS_NONE)],
  ['aiohttp.request', requestFunction('aiohttp', KEEPS_NONE)],
  [
    'tornado.httpclient.HTTPClient.fetch',
    {
      client: 'tornado',
      method: { names: ['method'] },
      url: { position: 0, names: ['request', 'url'] },
      headers: { names: ['headers'] },
      habits: KEEPS_NONE,
    },
  ],
  // fetch_url(module, url, data=None, headers=None, method=None, …); open_url(url, data=None, headers=None, method=None, …)
  [
    'ansible.module_utils.urls.fetch_url',
    {
      client: 'ansible-urls',
      method: { position: 4, names: ['method'] },
      url: { position: 1, names: ['url'] },
      headers: { position: 3, names: ['headers'] },
      habits: KEEPS_NONE,
    },
  ],
  [
    'ansible.module_utils.urls.open_url',
    {
      client: 'ansible-urls',
      method: { position: 3, names: ['method'] },
      url: { position: 0, names: ['url'] },
      headers: { position: 2, names: ['headers'] },
      habits: KEEPS_NONE,
    },
  ],
]);

/** Methods of a session or client object, by the library: the same names as its functions. */
export const SESSION_METHODS: ReadonlyMap<string, ReadonlyMap<string, RequestFunction>> = new Map([
  ['requests', methodTable('requests', DROPS_NONE)],
  ['httpx', new Map([...methodTable('httpx', KEEPS_NONE), ['stream', requestFunction('httpx', KEEPS_NONE)]])],
  ['aiohttp', methodTable('aiohttp', KEEPS_NONE)],
  [
    'urllib3',
    new Map([
      ['request', requestFunction('urllib3', KEEPS_NONE)],
      // urlopen(method, url, body=None, headers=None, …) of a pool; request_encode_* as request.
      ['urlopen', { ...requestFunction('urllib3', KEEPS_NONE), headers: { position: 3, names: ['headers'] } }],
      ['request_encode_url', requestFunction('urllib3', KEEPS_NONE)],
      ['request_encode_body', requestFunction('urllib3', KEEPS_NONE)],
    ]),
  ],
]);

function verbs(
  module: string,
  client: string,
  habits: RequestFunction['habits'],
): readonly (readonly [string, RequestFunction])[] {
  return [...methodTable(client, habits)].map(([name, entry]) => [`${module}.${name}`, entry] as const);
}

function methodTable(client: string, habits: RequestFunction['habits']): ReadonlyMap<string, RequestFunction> {
  return new Map<string, RequestFunction>([
    ...METHODS.map(
      (method) =>
        [
          method,
          { client, method: method.toUpperCase(), url: { position: 0, names: ['url'] }, headers: HEADERS, habits },
        ] as const,
    ),
    ['request', requestFunction(client, habits)] as const,
  ]);
}

/** `request(method, url, …, headers=…)`. */
function requestFunction(client: string, habits: RequestFunction['habits']): RequestFunction {
  return {
    client,
    method: { position: 0, names: ['method'] },
    url: { position: 1, names: ['url'] },
    headers: HEADERS,
    habits,
  };
}
