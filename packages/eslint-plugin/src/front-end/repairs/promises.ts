import { TOKEN_HEADER, TTL_HEADER, type Edit } from 'imdsv2-core';
import { nameOfMember, unwrap, type Node } from '../syntax/module.ts';
import { isCallback, setIn, setInArgument } from './objects.ts';
import {
  chainOf,
  clientText,
  freeName,
  indentOf,
  insert,
  mayAwait,
  quoted,
  semicolon,
  statementAround,
  type Site,
} from './site.ts';
import { tokenHeaders, tokenInReach, tokenUrl, ttlHeaders, askingOptions } from './token.ts';
import { Kind } from '../syntax/kind.ts';

/** How a client whose calls give promises is told to ask for a token, and to send it. */
export interface PromiseClient {
  /** Source of an expression that is a promise of the token; undefined: not from a call like this one. */
  readonly ask: (site: Site, url: string) => string | undefined;
  /** Adds the token, given as source, to the call. */
  readonly send: (site: Site, token: string) => readonly Edit[] | undefined;
  /** The part of the source that one value stands for, where that is more than the call. */
  readonly whole?: (site: Site) => Node;
}

/** Asks for a token ahead of the call and sends it; in whatever way is right where the call stands. */
export function repairPromise(site: Site, client: PromiseClient): readonly Edit[] | undefined {
  const { module } = site;
  const source = tokenInReach(site, true);
  if (source.kind === 'value') return client.send(site, source.text);
  const promise = source.kind === 'helper' ? source.text : client.ask(site, tokenUrl(site));
  if (promise === undefined) return undefined;
  const token = freeName(module, 'token', 'imdsToken');
  const sent = client.send(site, token);
  if (sent === undefined) return undefined;
  const statement = mayAwait(module, site.call) ? statementAround(module, site.call) : undefined;
  if (statement !== undefined) {
    // Without its end the line would go on into a parenthesis.
    const end = /[([`/+-]/.test(module.text.charAt(statement.range[0])) ? ';' : semicolon(module);
    const line = `const ${token} = await ${promise}${end}\n${indentOf(module, statement)}`;
    return [insert(module, statement.range[0], line), ...sent];
  }
  const whole = client.whole?.(site) ?? site.call;
  const inside = module.textOf(whole);
  if (/\byield\b/.test(inside)) return undefined;
  const arrow = /\bawait\b/.test(inside) ? `async (${token})` : `(${token})`;
  return [insert(module, whole.range[0], `${promise}.then(${arrow} => `), ...sent, insert(module, whole.range[1], ')')];
}

/** Clients by their ids. Sources: facts/requests.md, *Clients in JavaScript*, and the pages of each. */
export const PROMISE_CLIENTS: Readonly<Record<string, PromiseClient | undefined>> = {
  fetch: {
    ask: (site, url) =>
      `${site.module.textOf(site.call.callee)}(${url}, ${putOptions(site)}).then((response) => response.text())`,
    send: (site, token) => headerIn(site, 1, token),
  },
  undici: {
    ask: (site, url) =>
      isMethod(site)
        ? site.origin.made.length > 0 && site.origin.path.at(-1) === 'request'
          ? `${clientText(site)}.request({ path: ${quoted(site.module, '/latest/api/token')}, method: ${quoted(site.module, 'PUT')}, ${askingOptions(site)} }).then(({ body }) => body.text())`
          : undefined
        : `${site.module.textOf(site.call.callee)}(${url}, ${putOptions(site)}).then((${isFetch(site) ? 'response) => response' : '{ body }) => body'}.text())`,
    send: (site, token) => headerIn(site, site.origin.made.length > 0 ? 0 : 1, token),
  },
  axios: {
    ask: (site, url) =>
      // NestJS gives observables.
      site.origin.name.startsWith('@nestjs/')
        ? undefined
        : `${clientText(site)}.put(${url}, null, { ${askingOptions(site)} }).then((response) => response.data)`,
    send: (site, token) => headerIn(site, optionsOfAxios(site), token),
  },
  got: {
    ask: (site, url) =>
      isInstance(site) ? undefined : `${clientText(site)}.put(${url}, { ${askingOptions(site)} }).text()`,
    send: (site, token) => headerIn(site, takesObject(site) ? 0 : 1, token),
    whole: chainOf,
  },
  ky: {
    ask: (site, url) =>
      isInstance(site) ? undefined : `${clientText(site)}.put(${url}, { ${askingOptions(site)} }).text()`,
    send: (site, token) => headerIn(site, 1, token),
    whole: chainOf,
  },
  ofetch: {
    ask: (site, url) =>
      isInstance(site) || site.origin.name === 'wretch'
        ? undefined
        : `${site.module.textOf(site.call.callee)}(${url}, { method: ${quoted(site.module, 'PUT')}, ${askingOptions(site)}, responseType: ${quoted(site.module, 'text')} })`,
    send: (site, token) => headerIn(site, 1, token),
  },
  superagent: {
    ask: (site, url) =>
      `${clientText(site)}.put(${url}).set(${quoted(site.module, TTL_HEADER)}, ${quoted(site.module, '21600')}).then((response) => response.text)`,
    send: ({ module, call }, token) => [
      insert(module, call.range[1], `.set(${quoted(module, TOKEN_HEADER)}, ${token})`),
    ],
    whole: chainOf,
  },
  request: {
    // `request-promise` gives the body; what `promisify` makes of `request` gives the response.
    ask: (site, url) =>
      isFollowedByCallback(site) ||
      !`${site.origin.name}${site.module.text}`.includes('promise') ||
      isDestructured(site)
        ? undefined
        : `${clientText(site)}({ url: ${url}, method: ${quoted(site.module, 'PUT')}, ${askingOptions(site)} })${site.origin.name.includes('promise') ? '' : '.then((response) => response.body)'}`,
    send: (site, token) => headerIn(site, takesObject(site) ? 0 : 1, token),
  },
  needle: {
    ask: (site, url) =>
      `${clientText(site)}(${quoted(site.module, 'put')}, ${url}, null, { ${askingOptions(site)} }).then((response) => response.body.toString())`,
    send: (site, token) => headerIn(site, optionsOfNeedle(site), token),
  },
  bent: {
    ask: (site, url) => {
      const maker = site.origin.made.at(-1)?.node;
      return maker?.type === Kind.CallExpression
        ? `${site.module.textOf(maker.callee)}(${quoted(site.module, 'PUT')}, ${quoted(site.module, 'string')}, ${ttlHeaders(site)})(${url})`
        : undefined;
    },
    send: (site, token) => headerArgument(site, 2, token),
  },
  phin: {
    ask: (site, url) =>
      `${site.module.textOf(site.call.callee)}({ url: ${url}, method: ${quoted(site.module, 'PUT')}, ${askingOptions(site)} }).then((response) => response.body.toString())`,
    send: (site, token) => {
      const [first] = site.call.arguments;
      if (first === undefined || first.type === Kind.SpreadElement) return undefined;
      if (takesObject(site)) return headerIn(site, 0, token);
      const { module } = site;
      return [
        insert(module, first.range[0], '{ url: '),
        insert(module, first.range[1], `, headers: ${tokenHeaders(site, token)} }`),
      ];
    },
  },
  'actions-http-client': {
    ask: (site, url) =>
      `${clientText(site)}.put(${url}, ${quoted(site.module, '')}, ${ttlHeaders(site)}).then((response) => response.readBody())`,
    send: (site, token) => {
      const verb = methodOf(site) ?? '';
      return headerArgument(site, verb === 'request' ? 3 : /^(put|post|patch)/.test(verb) ? 2 : 1, token);
    },
  },
  'smithy-imds': {
    ask: (site) =>
      `${site.module.textOf(site.call.callee)}({ host: ${quoted(site.module, '169.254.169.254')}, path: ${quoted(site.module, '/latest/api/token')}, method: ${quoted(site.module, 'PUT')}, ${askingOptions(site)} })`,
    send: (site, token) => headerIn(site, 0, `${token}.toString()`),
  },
  jquery: {
    ask: (site, url) =>
      `${clientText(site)}.ajax({ url: ${url}, method: ${quoted(site.module, 'PUT')}, ${askingOptions(site)} })`,
    send: (site, token) =>
      takesObject(site) ? headerIn(site, 0, token) : methodOf(site) === 'ajax' ? headerIn(site, 1, token) : undefined,
    whole: chainOf,
  },
};

function putOptions(site: Site): string {
  return `{ method: ${quoted(site.module, 'PUT')}, ${askingOptions(site)} }`;
}

function headerIn(site: Site, index: number, token: string): readonly Edit[] | undefined {
  return setInArgument(site.evaluator, site.call, index, { path: ['headers', TOKEN_HEADER], value: token });
}

/** Headers that are an argument of their own. */
function headerArgument(site: Site, index: number, token: string): readonly Edit[] | undefined {
  const argument = site.call.arguments[index];
  if (argument === undefined)
    return setInArgument(site.evaluator, site.call, index, { path: [TOKEN_HEADER], value: token });
  return setIn(site.evaluator, argument, { path: [TOKEN_HEADER], value: token });
}

function isMethod({ call, origin }: Site): boolean {
  return unwrap(call.callee).type === Kind.MemberExpression && origin.made.length > 0;
}

function isFetch({ origin }: Site): boolean {
  return origin.path.at(-1) === 'fetch';
}

/** Instances may have a base that a whole URL cannot follow. */
function isInstance({ origin }: Site): boolean {
  return origin.made.length > 0;
}

function isDestructured({ call, origin }: Site): boolean {
  return unwrap(call.callee).type === Kind.Identifier && origin.path.length > 0;
}

function methodOf({ call }: Site): string | undefined {
  const callee = unwrap(call.callee);
  return callee.type === Kind.MemberExpression ? nameOfMember(callee) : undefined;
}

function takesObject({ call, evaluator }: Site): boolean {
  const [first] = call.arguments;
  return first !== undefined && evaluator.evaluate(first).every((value) => value.kind === 'object');
}

function optionsOfAxios(site: Site): number {
  const verb = methodOf(site) ?? site.origin.path.at(-1) ?? 'request';
  if (/^(post|put|patch)$/.test(verb)) return 2;
  return /^(get|head|delete|options)$/.test(verb) || !takesObject(site) ? 1 : 0;
}

function optionsOfNeedle({ call, origin, evaluator }: Site): number {
  const verb = origin.path.at(-1);
  if (verb === undefined || verb === 'request') {
    const third = call.arguments[3];
    return third !== undefined && !isCallback(third, evaluator) ? 3 : 2;
  }
  return /^(post|put|patch)$/.test(verb) ? 2 : 1;
}

function isFollowedByCallback({ call, evaluator }: Site): boolean {
  const last = call.arguments.at(-1);
  return last !== undefined && isCallback(last, evaluator);
}
