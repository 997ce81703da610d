import type { ReferenceValue } from '../evaluation/value.ts';
import type { ClientCall, Draft } from './draft.ts';
import { originOf, type Origin } from './origin.ts';
import {
  actionsHttp,
  angular,
  axios,
  bent,
  fetchLike,
  jquery,
  needle,
  nodeHttp,
  optionsWithHost,
  sdkInternal,
  superagent,
  undici,
  verbAndOptions,
  xmlHttpRequest,
  type Reader,
} from './readers.ts';

/** How calls of one client are recognised. Ids are those of the core's client table. */
interface Recogniser {
  readonly client: string;
  readonly modules?: RegExp;
  readonly globals?: RegExp;
  /** The members that are the client, where not everything of the module is. */
  readonly when?: (origin: Origin) => boolean;
  readonly read: Reader;
}

/** By the binding's origin, never by a method's name alone. Adding a client is one entry here, one in the core's table, and a fixture. */
const RECOGNISERS: readonly Recogniser[] = [
  { client: 'fetch', globals: /^fetch$/, when: isPlain, read: fetchLike },
  {
    client: 'fetch',
    modules:
      /^(node-fetch|cross-fetch|isomorphic-fetch|isomorphic-unfetch|unfetch|node-fetch-native|whatwg-fetch|make-fetch-happen|minipass-fetch|fetch-h2|cross-undici-fetch|@vercel\/fetch|@whatwg-node\/fetch|@adobe\/fetch|electron-fetch|fetch-ponyfill)(\/.*)?$/,
    when: (origin) => origin.made.length === 0 && (origin.path.length === 0 || origin.path.join('.') === 'fetch'),
    read: fetchLike,
  },
  { client: 'fetch', globals: /^Bun$/, when: (origin) => origin.path.join('.') === 'fetch', read: fetchLike },
  // What wraps a `fetch` that it is given.
  {
    client: 'fetch',
    modules: /^fetch-(retry|cookie|ponyfill)$/,
    when: (origin) => origin.made.length === 1,
    read: fetchLike,
  },
  { client: 'undici', modules: /^undici$/, read: undici },
  {
    client: 'node-http',
    modules: /^(https?|follow-redirects)$/,
    when: (origin) => origin.made.length === 0 && origin.path.length <= 2,
    read: nodeHttp,
  },
  { client: 'axios', modules: /^(axios|redaxios|xior)(\/.*)?$/, read: axios },
  // NestJS: `private http: HttpService`, whose methods are those of axios.
  {
    client: 'axios',
    modules: /^@nestjs\/(axios|common)$/,
    when: (origin) => origin.made.at(-1)?.path.at(-1) === 'HttpService',
    read: (origin, call) =>
      axios({ ...origin, made: [], path: origin.path.filter((step) => step !== 'axiosRef') }, call),
  },
  { client: 'got', modules: /^(got|got-cjs|got-scraping)$/, read: verbAndOptions },
  { client: 'ky', modules: /^(ky|ky-universal)(\/.*)?$/, read: verbAndOptions },
  { client: 'ofetch', modules: /^(ofetch|wretch|ohmyfetch)$/, read: verbAndOptions },
  { client: 'superagent', modules: /^superagent$/, read: superagent },
  {
    client: 'request',
    modules:
      /^(request|request-promise|request-promise-native|requestretry|@cypress\/request|postman-request|teeny-request|simple-get|urllib|hyperquest|tiny-json-http|@hapi\/wreck|wreck|unirest|requestify|r2|popsicle|cloudscraper)$/,
    read: verbAndOptions,
  },
  {
    client: 'gaxios',
    modules: /^gaxios$/,
    when: ({ made, path }) => path.join('.') === 'request' || (path.length === 0 && made.length === 1),
    read: (origin, call) => verbAndOptions({ ...origin, made: [], path: ['request'] }, call),
  },
  { client: 'needle', modules: /^needle$/, read: needle },
  { client: 'bent', modules: /^bent$/, read: bent },
  { client: 'phin', modules: /^phin(\/promise)?$/, read: verbAndOptions },
  {
    client: 'actions-http-client',
    modules: /^(@actions\/http-client|typed-rest-client\/HttpClient)(\/.*)?$/,
    read: actionsHttp,
  },
  { client: 'xmlhttprequest', globals: /^XMLHttpRequest$/, read: xmlHttpRequest },
  { client: 'xmlhttprequest', modules: /^(xmlhttprequest|xhr2|xmlhttprequest-ssl)$/, read: xmlHttpRequest },
  { client: 'jquery', globals: /^(\$|jQuery)$/, read: jquery },
  { client: 'jquery', modules: /^jquery$/, read: jquery },
  { client: 'angular-http', modules: /^@angular\/common\/http$/, read: angular },
  {
    client: 'aws-sdk-v2-internal',
    modules: /(^|\/)(aws-sdk|core|aws)(\/|$)/,
    when: (origin) => origin.path.at(-1) === 'handleRequestWithRetries',
    read: sdkInternal,
  },
  {
    client: 'smithy-imds',
    modules: /credential-provider-imds$/,
    when: (origin) => origin.path.join('.') === 'httpRequest',
    read: optionsWithHost,
  },
];

/** The drafts of a call of something provided; undefined: that is no client. */
export function draftsOf(reference: ReferenceValue, call: ClientCall): readonly Draft[] | undefined {
  const origin = originOf(reference);
  for (const { client, modules, globals, when, read } of RECOGNISERS) {
    if (!(origin.kind === 'module' ? modules : globals)?.test(origin.name)) continue;
    if (when !== undefined && !when(origin)) continue;
    const drafts = read(origin, call);
    return drafts?.map((draft) => ({ ...draft, client }));
  }
  return undefined;
}

/** Whether something provided belongs to a client, whatever a call of it would send. */
export function isClient(reference: ReferenceValue): boolean {
  const origin = originOf(reference);
  return RECOGNISERS.some(({ modules, globals }) => (origin.kind === 'module' ? modules : globals)?.test(origin.name));
}

function isPlain(origin: Origin): boolean {
  return origin.made.length === 0 && origin.path.length === 0;
}
