import { known, literal } from 'imdsv2-core';
import { propertyOf } from '../evaluation/members.ts';
import { resolveUrl } from '../evaluation/urls.ts';
import { NO_CHOICES, string, toTexts, UNDEFINED, within, type Value, type Values } from '../evaluation/value.ts';
import { concatAll } from 'imdsv2-core';
import { nameOfMember, type Node } from '../syntax/module.ts';
import {
  combine,
  fixedMethod,
  headersOf,
  methodsOf,
  NO_HEADERS,
  option,
  withBase,
  type ClientCall,
  type Draft,
  type HeaderSet,
} from './draft.ts';
import type { Made, Origin } from './origin.ts';
import { Kind } from '../syntax/kind.ts';

/** Reads a call of one client: what it sends, one draft per way the arguments may be. Undefined: this call sends nothing. */
export type Reader = (origin: Origin, call: ClientCall) => readonly Omit<Draft, 'client'>[] | undefined;

const VERBS = /^(get|head|post|put|patch|delete|del|options)$/;

/** `fetch(url, {method, headers})`, also with a `Request` or `URL` as the first argument. */
export const fetchLike: Reader = (_origin, call) => {
  const [urls = [UNDEFINED], options = [UNDEFINED]] = call.args;
  return pairs(urls, options).flatMap(([url, given]) => {
    const request =
      url.kind === 'reference' &&
      url.root.kind === 'made' &&
      url.root.by.path.at(-1) !== 'URL' &&
      nameEnds(url, 'Request')
        ? url.root
        : undefined;
    if (request !== undefined) {
      return (
        fetchLike(_origin, {
          ...call,
          args: [request.args[0] ?? [UNDEFINED], given.kind === 'object' ? [given] : (request.args[1] ?? [UNDEFINED])],
        }) ?? []
      );
    }
    return [
      {
        ...base(call),
        url: toTexts([url]),
        methods: unknownIfOpen(given, call, 'GET'),
        headers: optionHeaders(given, call),
      },
    ];
  });
};

/** node's `http.get` and `http.request`: `(url[, options][, callback])` or `(options[, callback])`. */
export const nodeHttp: Reader = (origin, call) => {
  const verb = origin.path.at(-1);
  if (verb !== 'get' && verb !== 'request') return undefined;
  const [first = [UNDEFINED], second = [UNDEFINED]] = call.args;
  return first.flatMap((value): readonly Omit<Draft, 'client'>[] => {
    if (value.kind === 'function') return [];
    if (value.kind === 'object' || (value.kind === 'unknown' && isOptions(second)))
      return [
        {
          ...base(call),
          url: hostAndPath(value, call),
          methods: unknownIfOpen(value, call, 'GET'),
          headers: optionHeaders(value, call),
        },
      ];
    return second.flatMap((given) => {
      const joined = within({ ...given }, value.choices);
      if (joined === undefined) return [];
      // Options beside a URL override parts of it.
      const url =
        given.kind !== 'object' || option(given, call.evaluator, 'host', 'hostname', 'path') === undefined
          ? toTexts([value])
          : hostAndPath(given, call, value);
      return [{ ...base(call), url, methods: unknownIfOpen(given, call, 'GET'), headers: optionHeaders(given, call) }];
    });
  });
};

function isOptions(second: Values): boolean {
  return second.every(isNothing);
}

/** The URL of an options object with `host`, `hostname`, `port`, `path`. */
function hostAndPath(options: Value, call: ClientCall, url?: Value): Draft['url'] {
  const { evaluator } = call;
  const from = (name: string): Values | undefined =>
    option(options, evaluator, name) ??
    (url === undefined || url.kind === 'unknown'
      ? undefined
      : option({ kind: 'url', text: toTexts([url])[0] ?? literal(''), choices: url.choices }, evaluator, name));
  const whole = option(options, evaluator, 'href');
  const host =
    from('hostname') ??
    from('host') ??
    (options.kind === 'unknown'
      ? [options]
      : options.kind === 'object' && options.unread[0] !== undefined
        ? [options.unread[0]]
        : undefined);
  if (host === undefined) return whole === undefined ? [] : toTexts(whole);
  const open = options.kind === 'object' ? options.unread[0] : undefined;
  const given = from('path') ?? from('pathname') ?? (open === undefined ? [string(literal('/'))] : [open]);
  const paths = toTexts(given).map((path) => {
    const [first] = path.pieces;
    return first?.kind === 'literal' && !first.value.startsWith('/')
      ? { ...path, pieces: [{ kind: 'literal', value: '/' } as const, ...path.pieces] }
      : path;
  });
  return concatAll([[literal('http://')], toTexts(host), paths]);
}

/** axios: functions with the configuration as the last argument, `axios(config)`, instances. */
export const axios: Reader = (origin, call) => {
  const [verb, ...rest] = origin.path;
  if (rest.length > 0) return undefined;
  const instance = instanceOptions(origin.made, ['create', 'Axios', 'AxiosInstance', 'AxiosStatic', 'default.create']);
  if (origin.made.length > 0 && instance === undefined) return undefined;
  const defaults = axiosDefaults(origin, call, instance);
  const [first = [UNDEFINED], second = [UNDEFINED], third = [UNDEFINED]] = call.args;
  if (verb === undefined || verb === 'request') {
    return pairs(first, second).flatMap(([url, config]) => {
      if (url.kind === 'object' || (url.kind === 'unknown' && isNothing(config)))
        return [
          axiosDraft(
            call,
            option(url, call.evaluator, 'url') ?? (url.kind === 'unknown' ? [url] : [string(literal(''))]),
            url,
            undefined,
            defaults,
            option(url, call.evaluator, 'baseURL'),
          ),
        ];
      return [axiosDraft(call, [url], config, undefined, defaults)];
    });
  }
  if (/^(get|head|delete|options)$/.test(verb))
    return pairs(first, second).map(([url, config]) => axiosDraft(call, [url], config, verb, defaults));
  if (!/^(post|put|patch)$/.test(verb)) return undefined;
  return pairs(second, third).map(([body, config]) => {
    const draft = axiosDraft(call, first, config, verb, defaults);
    // Headers given as the second argument are sent as the body.
    const misplaced = isNothing(config) ? headersOf(option(body, call.evaluator, 'headers'), 'body') : NO_HEADERS;
    return { ...draft, headers: combine(draft.headers, misplaced) };
  });
};

function axiosDraft(
  call: ClientCall,
  urls: Values,
  config: Value,
  verb: string | undefined,
  defaults: { readonly base?: Values; readonly headers: readonly HeaderSet[] },
  ownBase?: Values,
): Omit<Draft, 'client'> {
  const bases = ownBase ?? option(config, call.evaluator, 'baseURL') ?? defaults.base;
  return {
    ...base(call),
    url: toTexts(withBase(bases, urls)),
    methods: verb === undefined ? unknownIfOpen(config, call, 'GET') : fixedMethod(verb),
    headers: combine(defaults.headers, optionHeaders(config, call)),
  };
}

function axiosDefaults(
  origin: Origin,
  call: ClientCall,
  instance: Value | undefined,
): { readonly base?: Values; readonly headers: readonly HeaderSet[] } {
  const { evaluator } = call;
  const own = option(instance, evaluator, 'baseURL');
  const overlay = option(origin.overlay, evaluator, 'defaults')?.[0];
  const later = option(overlay, evaluator, 'baseURL');
  const headers = option(overlay, evaluator, 'headers')?.[0];
  const common = ['common', 'get', 'put'].map((name) => headersOf(option(headers, evaluator, name)));
  const sets = [
    headersOf(option(instance, evaluator, 'headers')),
    headersOf(headers === undefined ? undefined : [headers]),
    ...common,
  ].reduce(combine, NO_HEADERS);
  const chosen = later ?? own;
  return { headers: sets, ...(chosen === undefined ? {} : { base: chosen }) };
}

/** got, ky and libraries like them: `got(url, options)`, `got.put(url, options)`, `got({url, …})`, instances by `extend` or `create`. */
export const verbAndOptions: Reader = (origin, call) => {
  const { evaluator } = call;
  const verb = origin.path.at(-1);
  if (
    verb !== undefined &&
    !VERBS.test(verb) &&
    !/^(stream|paginate|defaults|fetch|native|raw|request|json|buffer|\$fetch|ofetch)$/.test(verb)
  )
    return undefined;
  const instances = origin.made.map((made) => made.args[0]?.[0]);
  if (origin.made.some((made) => !/^(extend|create|defaults|instance)$/.test(made.path.at(-1) ?? ''))) return undefined;
  const bases = instances
    .map((one) => option(one, evaluator, 'prefixUrl', 'baseUrl', 'baseURL', 'base'))
    .findLast((one) => one !== undefined);
  const inherited = instances.map((one) => headersOf(option(one, evaluator, 'headers'))).reduce(combine, NO_HEADERS);
  const [first = [UNDEFINED], second = [UNDEFINED]] = call.args;
  return pairs(first, second).map(([url, given]) => {
    const options = url.kind === 'object' ? url : given;
    const urls = url.kind === 'object' ? (option(url, evaluator, 'url', 'uri') ?? [string(literal(''))]) : [url];
    return {
      ...base(call),
      url: toTexts(withBase(option(options, evaluator, 'prefixUrl', 'baseUrl', 'baseURL') ?? bases, urls)),
      methods:
        verb !== undefined && VERBS.test(verb)
          ? fixedMethod(verb === 'del' ? 'DELETE' : verb)
          : unknownIfOpen(options, call, 'GET'),
      headers: combine(inherited, optionHeaders(options, call)),
    };
  });
};

/** needle: `needle.put(url, data, options)`, `needle('put', url, data, options)`. */
export const needle: Reader = (origin, call) => {
  const verb = origin.path.at(-1);
  const [first = [UNDEFINED], second = [UNDEFINED], third = [UNDEFINED], fourth = [UNDEFINED]] = call.args;
  if (verb !== undefined && !VERBS.test(verb) && verb !== 'request') return undefined;
  const named = verb === undefined || verb === 'request';
  const name = named ? (first[0]?.kind === 'string' ? known(first[0].text) : undefined) : verb;
  const rest = named ? [second, third, fourth] : [first, second, third];
  const [urls = [UNDEFINED]] = rest;
  const hasBody = named || /^(post|put|patch|delete)$/i.test(name ?? '');
  const isFunction = (values: Values | undefined): boolean => values?.every(isNothing) ?? true;
  const options =
    hasBody && !isFunction(rest[2])
      ? (rest[2] ?? [UNDEFINED])
      : hasBody && /^(get|head)$/i.test(name ?? '')
        ? (rest[1] ?? [UNDEFINED])
        : hasBody
          ? [UNDEFINED]
          : (rest[1] ?? [UNDEFINED]);
  return pairs(urls, options).map(([url, given]) => ({
    ...base(call),
    url: toTexts([url]),
    methods: name === undefined ? [{ name: undefined, choices: NO_CHOICES }] : fixedMethod(name),
    headers: optionHeaders(given, call),
  }));
};

/** superagent: headers are set on what the call gives, before it is sent. */
export const superagent: Reader = (origin, call) => {
  const verb = origin.path.at(-1);
  if (origin.made.some((made) => made.path.at(-1) !== 'agent')) return undefined;
  const [first = [UNDEFINED], second] = call.args;
  if (verb !== undefined && !VERBS.test(verb)) return undefined;
  const named =
    verb === undefined &&
    second?.every((value) => value.kind === 'string' || value.kind === 'url' || value.kind === 'unknown') === true;
  const method = verb ?? (named ? (first[0]?.kind === 'string' ? known(first[0].text) : undefined) : 'get');
  const urls = named ? second : first;
  return [
    {
      ...base(call),
      url: toTexts(urls),
      methods: method === undefined ? [{ name: undefined, choices: NO_CHOICES }] : fixedMethod(method),
      headers: settersAfter(call, /^set$/),
    },
  ];
};

/** Headers that later members of the same chain set: `.set(name, value)`, `.set({…})`, also through the variable it is kept in. */
function settersAfter(call: ClientCall, setter: RegExp): readonly HeaderSet[] {
  const { evaluator } = call;
  const { module } = evaluator;
  let sets: readonly HeaderSet[] = NO_HEADERS;
  const add = (args: readonly Values[], node: Node): void => {
    const [name, content] = args;
    if (name === undefined) return;
    const more: readonly HeaderSet[] =
      content === undefined
        ? headersOf(name)
        : [
            {
              headers: [{ name: toTexts(name)[0] ?? literal(''), values: content, node, evaluator, place: 'headers' }],
              unread: [],
              choices: NO_CHOICES,
            },
          ];
    sets = combine(sets, more);
  };
  let at: Node = call.node;
  for (;;) {
    const member = module.parentOf(at);
    const outer = member === undefined ? undefined : module.parentOf(member);
    if (
      member?.type !== Kind.MemberExpression ||
      member.object !== at ||
      outer?.type !== Kind.CallExpression ||
      outer.callee !== member
    )
      break;
    if (setter.test(nameOfMember(member) ?? ''))
      add(
        outer.arguments.map((argument) =>
          evaluator.evaluate(argument.type === Kind.SpreadElement ? argument.argument : argument),
        ),
        outer,
      );
    at = outer;
  }
  const holder = module.parentOf(at);
  const variable =
    holder?.type === Kind.VariableDeclarator && holder.id.type === Kind.Identifier
      ? module.variableOf(holder.id)
      : undefined;
  for (const reference of variable?.references ?? []) {
    const member = module.parentOf(reference.identifier);
    const outer = member === undefined ? undefined : module.parentOf(member);
    if (
      member?.type !== Kind.MemberExpression ||
      member.object !== reference.identifier ||
      outer?.type !== Kind.CallExpression
    )
      continue;
    if (setter.test(nameOfMember(member) ?? ''))
      add(
        outer.arguments.map((argument) =>
          evaluator.evaluate(argument.type === Kind.SpreadElement ? argument.argument : argument),
        ),
        outer,
      );
  }
  return sets;
}

/** `new HttpClient().put(url, data, headers)`: the headers are an argument of their own. */
export const actionsHttp: Reader = (origin, call) => {
  const verb = origin.path.at(-1);
  const made = origin.made.at(-1);
  if (verb === undefined || made?.path.at(-1) !== 'HttpClient') return undefined;
  const shared = headersOf(option(made.args[2]?.[0], call.evaluator, 'headers'));
  const plain = /^(get|head|del|options|getJson)$/.test(verb);
  const withBody = /^(put|post|patch|putJson|postJson|patchJson)$/.test(verb);
  if (!plain && !withBody && verb !== 'request') return undefined;
  const shift = verb === 'request' ? 1 : 0;
  const urls = call.args[shift] ?? [UNDEFINED];
  const headers = call.args[shift + (plain ? 1 : 2)];
  const name = verb === 'request' ? undefined : verb === 'del' ? 'DELETE' : verb.replace('Json', '');
  return [
    {
      ...base(call),
      url: toTexts(urls),
      methods: name === undefined ? methodsOf(call.args[0], 'GET') : fixedMethod(name),
      headers: combine(
        shared,
        headersOf(headers?.filter((value) => !isNothing(value)).length === 0 ? undefined : headers),
      ),
    },
  ];
};

/** `bent('PUT', 'string', 'http://…', 200, {header})` gives a function of `(path, body, headers)`. */
export const bent: Reader = (origin, call) => {
  const made = origin.made.at(-1);
  if (made === undefined || origin.path.length > 0) return undefined;
  const fixed = made.args.map((values) => values[0]);
  const words = fixed.flatMap((value) => (value?.kind === 'string' ? [known(value.text) ?? ''] : []));
  const method = words.find((word) => /^[A-Z]+$/.test(word)) ?? 'GET';
  const baseUrl = made.args.find(
    (values) =>
      values[0]?.kind === 'url' ||
      (values[0]?.kind === 'string' &&
        /^(https?:|\W*$)/.test(
          toTexts([values[0]])[0]
            ?.pieces.map((piece) => (piece.kind === 'literal' ? piece.value : '$'))
            .join('') ?? 'x',
        )),
  );
  const shared = headersOf(made.args.find((values) => values[0]?.kind === 'object'));
  const [paths = [UNDEFINED], , headers] = call.args;
  const urls =
    baseUrl === undefined
      ? paths
      : baseUrl.flatMap((one) =>
          toTexts(paths).map((path) => string(resolveOrJoin(toTexts([one])[0] ?? literal(''), path))),
        );
  return [
    { ...base(call), url: toTexts(urls), methods: fixedMethod(method), headers: combine(shared, headersOf(headers)) },
  ];
};

function resolveOrJoin(
  baseUrl: ReturnType<typeof literal>,
  path: ReturnType<typeof literal>,
): ReturnType<typeof literal> {
  const first = path.pieces[0];
  if (first?.kind === 'literal' && /^https?:/.test(first.value)) return resolveUrl(path, undefined);
  if (first?.kind === 'literal' && first.value === 'undefined') return baseUrl;
  return { pieces: [...baseUrl.pieces, ...path.pieces], choices: path.choices };
}

/** `new XMLHttpRequest()`: the request is what `open` names; headers follow through `setRequestHeader`. */
export const xmlHttpRequest: Reader = (origin, call) => {
  if (origin.path.at(-1) !== 'open' || origin.made.length !== 1) return undefined;
  const [methods, urls = [UNDEFINED]] = call.args;
  const callee = call.node.callee;
  const holder =
    callee.type === Kind.MemberExpression && callee.object.type === Kind.Identifier
      ? call.evaluator.module.variableOf(callee.object)
      : undefined;
  let sets: readonly HeaderSet[] = NO_HEADERS;
  for (const reference of holder?.references ?? []) {
    const { module } = call.evaluator;
    const member = module.parentOf(reference.identifier);
    const outer = member === undefined ? undefined : module.parentOf(member);
    if (
      member?.type !== Kind.MemberExpression ||
      outer?.type !== Kind.CallExpression ||
      nameOfMember(member) !== 'setRequestHeader'
    )
      continue;
    const [name, content] = outer.arguments.map((argument) => call.evaluator.evaluate(argument));
    if (name === undefined || content === undefined) continue;
    sets = combine(sets, [
      {
        headers: [
          {
            name: toTexts(name)[0] ?? literal(''),
            values: content,
            node: outer,
            evaluator: call.evaluator,
            place: 'headers',
          },
        ],
        unread: [],
        choices: NO_CHOICES,
      },
    ]);
  }
  return [{ ...base(call), url: toTexts(urls), methods: methodsOf(methods, 'GET'), headers: sets }];
};

/** jQuery: `$.ajax({url, method, headers})`, `$.get(url)`. */
export const jquery: Reader = (origin, call) => {
  const verb = origin.path.at(-1);
  if (origin.made.length > 0 || origin.path.length !== 1) return undefined;
  const [first = [UNDEFINED], second = [UNDEFINED]] = call.args;
  if (verb === 'get' || verb === 'getJSON')
    return first.map((url) =>
      url.kind === 'object'
        ? {
            ...base(call),
            url: toTexts(option(url, call.evaluator, 'url') ?? []),
            methods: fixedMethod('GET'),
            headers: optionHeaders(url, call),
          }
        : { ...base(call), url: toTexts([url]), methods: fixedMethod('GET'), headers: NO_HEADERS },
    );
  if (verb !== 'ajax') return undefined;
  return pairs(first, second).map(([url, given]) => {
    const options = url.kind === 'object' ? url : given;
    return {
      ...base(call),
      url: url.kind === 'object' ? toTexts(option(url, call.evaluator, 'url') ?? []) : toTexts([url]),
      methods: methodsOf(option(options, call.evaluator, 'method', 'type'), 'GET'),
      headers: optionHeaders(options, call),
    };
  });
};

/** Angular's `HttpClient`: `http.get(url, {headers})`, `http.put(url, body, {headers})`. */
export const angular: Reader = (origin, call) => {
  const verb = origin.path.at(-1);
  if (origin.made.at(-1)?.path.at(-1) !== 'HttpClient' || verb === undefined) return undefined;
  if (verb === 'request')
    return pairs(call.args[1] ?? [UNDEFINED], call.args[2] ?? [UNDEFINED]).map(([url, given]) => ({
      ...base(call),
      url: toTexts([url]),
      methods: methodsOf(call.args[0], 'GET'),
      headers: optionHeaders(given, call),
    }));
  if (!VERBS.test(verb)) return undefined;
  const options = call.args[/^(post|put|patch)$/.test(verb) ? 2 : 1] ?? [UNDEFINED];
  return pairs(call.args[0] ?? [UNDEFINED], options).map(([url, given]) => ({
    ...base(call),
    url: toTexts([url]),
    methods: fixedMethod(verb),
    headers: optionHeaders(given, call),
  }));
};

/** undici: `request(url, options)`, `new Client(origin).request({path, method, headers})`. */
export const undici: Reader = (origin, call) => {
  const verb = origin.path.at(-1);
  const made = origin.made.at(-1);
  if (made === undefined)
    return verb === 'fetch' || verb === 'request' || verb === 'stream' || verb === 'pipeline'
      ? fetchLike(origin, call)
      : undefined;
  if (
    !/^(Client|Pool|Agent|BalancedPool|RetryAgent)$/.test(made.path.at(-1) ?? '') ||
    (verb !== 'request' && verb !== 'stream' && verb !== 'dispatch')
  )
    return undefined;
  return (call.args[0] ?? [UNDEFINED]).map((options) => {
    const bases = option(options, call.evaluator, 'origin') ?? made.args[0];
    return {
      ...base(call),
      url: toTexts(withBase(bases, option(options, call.evaluator, 'path') ?? [string(literal('/'))])),
      methods: unknownIfOpen(options, call, 'GET'),
      headers: optionHeaders(options, call),
    };
  });
};

/** `httpRequest({hostname, path, headers})` of `@smithy/credential-provider-imds`. */
export const optionsWithHost: Reader = (_origin, call) =>
  (call.args[0] ?? []).map((options) => ({
    ...base(call),
    url: hostAndPath(options, call),
    methods: unknownIfOpen(options, call, 'GET'),
    headers: optionHeaders(options, call),
  }));

/** `AWS.util.handleRequestWithRetries(new AWS.HttpRequest(url), …)`, as the SDK v2 itself does. */
export const sdkInternal: Reader = (_origin, call) =>
  (call.args[0] ?? []).flatMap((request) => {
    if (request.kind !== 'reference' || request.root.kind !== 'made' || request.root.by.path.at(-1) !== 'HttpRequest')
      return [];
    return [
      {
        ...base(call),
        url: toTexts(request.root.args[0] ?? []),
        methods: methodsOf(option(request.overlay, call.evaluator, 'method'), 'GET'),
        headers: headersOf(option(request.overlay, call.evaluator, 'headers')),
      },
    ];
  });

function base(call: ClientCall): Pick<Draft, 'node' | 'evaluator'> {
  return { node: call.node, evaluator: call.evaluator };
}

function optionHeaders(options: Value, call: ClientCall): readonly HeaderSet[] {
  if (isNothing(options)) return [{ headers: [], unread: [], choices: options.choices }];
  if (options.kind === 'unknown') return [{ headers: [], unread: [options], choices: options.choices }];
  if (options.kind === 'reference' || options.kind === 'instance')
    return [
      {
        headers: [],
        unread: [call.evaluator.unknown(call.node, 'its options come from elsewhere')],
        choices: options.choices,
      },
    ];
  if (options.kind !== 'object') return [{ headers: [], unread: [], choices: options.choices }];
  if (isFilledInHere(options)) return [{ headers: [], unread: [], choices: options.choices }];
  const given = option(options, call.evaluator, 'headers', 'httpHeaders');
  const sets =
    given === undefined
      ? [{ headers: [], unread: [...options.unread], choices: options.choices }]
      : combine([{ headers: [], unread: [], choices: options.choices }], headersOf(given));
  return sets;
}

function unknownIfOpen(options: Value, call: ClientCall, fallback: string): Draft['methods'] {
  if (isNothing(options)) return methodsOf(undefined, fallback);
  if (options.kind === 'unknown')
    return [
      {
        name: undefined,
        choices: options.choices,
        ...(options.parameter === undefined ? {} : { parameter: options.parameter }),
      },
    ];
  if (options.kind !== 'object' || isFilledInHere(options)) return methodsOf(undefined, fallback);
  return methodsOf(propertyIfAny(options, call), fallback);
}

/**
 * Options that come in as a parameter, and that the file fills in with where to ask but never with a header: `options.host = …`. In a
 * file that does not know the token's header nobody adds it between the two.
 */
function isFilledInHere(options: Extract<Value, { kind: 'object' }>): boolean {
  const { module } = options.evaluator;
  return (
    options.unread.length > 0 &&
    options.unread.every((unread) => unread.parameter !== undefined) &&
    options.node.type === Kind.Identifier &&
    options.entries.length > 0 &&
    options.entries.every((entry) => entry.evaluator.module === module && known(entry.name) !== 'headers') &&
    options.entries.some((entry) => /^(host|hostname|path|url|uri)$/.test(known(entry.name) ?? '')) &&
    !/metadata-?_?token|x-aws-ec2/i.test(module.text)
  );
}

function propertyIfAny(options: Extract<Value, { kind: 'object' }>, call: ClientCall): Values | undefined {
  const values = propertyOf(options, 'method', call.evaluator, options.node);
  return values.every((value) => isNothing(value)) ? undefined : values;
}

function isNothing(value: Value): boolean {
  return (
    value.kind === 'function' ||
    (value.kind === 'primitive' && (value.value === undefined || value.value === null)) ||
    isCallback(value)
  );
}

/** A callback that is handed through: it stands where the options would. */
function isCallback(value: Value): boolean {
  const name =
    value.kind === 'unknown'
      ? value.name
      : value.kind === 'reference' && value.root.kind === 'global' && value.path.length === 0
        ? value.root.name
        : '';
  return /^(cb|callback|done|next|fn|resolve|reject|handler|handle[A-Z]\w*|on[A-Z]\w*|\w+(Callback|Cb|Handler))$/.test(
    name,
  );
}

/** Combinations of two arguments that can occur together. */
function pairs(first: Values, second: Values): [Value, Value][] {
  return first.flatMap((a) =>
    second.flatMap((b): [Value, Value][] => {
      const joined = within(b, a.choices);
      return joined === undefined ? [] : [[a, joined]];
    }),
  );
}

function nameEnds(value: Extract<Value, { kind: 'reference' }>, name: string): boolean {
  if (value.root.kind !== 'made') return false;
  const { by } = value.root;
  return (by.path.at(-1) ?? (by.root.kind === 'made' ? '' : by.root.name)) === name;
}

/** The options that an instance was made with; undefined where it was made in another way. */
function instanceOptions(made: readonly Made[], makers: readonly string[]): Value | undefined {
  const last = made.at(-1);
  if (last === undefined || !makers.includes(last.path.join('.'))) return undefined;
  return last.args[0]?.[0] ?? UNDEFINED;
}
