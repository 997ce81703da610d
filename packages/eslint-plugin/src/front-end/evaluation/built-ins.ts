import { concatAll, known, knownOnly, literal, type Alternatives, type Text } from 'imdsv2-core';
import type { TSESTree } from '@typescript-eslint/types';
import { nameOfMember, unwrap, type Call, type Node } from '../syntax/module.ts';
import type { Evaluator, Frame } from './evaluator.ts';
import { importedValue } from './imports.ts';
import { emptyObject } from './members.ts';
import { resolveUrl } from './urls.ts';
import {
  NO_CHOICES,
  string,
  toTexts,
  UNDEFINED,
  unite,
  within,
  type ObjectValue,
  type ReferenceValue,
  type Value,
  type Values,
} from './value.ts';
import { Kind } from '../syntax/kind.ts';

/** Wrappers that compilers put around `require` and that give back what they are given. */
const INTEROP =
  /^_*(import_?Default|import_?Star|interop_?[rR]equire_?(Default|Wildcard)|to_?ESM|to_?CommonJS|esModule|import_default|import_star)$/;

/** Functions that give back their first argument, as far as a reader of strings and objects is concerned. */
const TRANSPARENT =
  /^(freeze|seal|resolve|String|Object|encodeURI|decodeURI|cloneDeep|clone|structuredClone|dedent|stripIndent|stripIndents|outdent|output|interpolate|secret|trim|trimStart|trimEnd|normalize|toString|valueOf|promisify|callbackify|promisifyAll|memoize|once|unwrap|asString)$/;

/** What a call of the language, of Node or of a well-known library gives; undefined: it is none of these. */
export function callBuiltIn(evaluator: Evaluator, node: Call, frame: Frame): Values | undefined {
  const callee = unwrap(node.callee);
  const first = node.arguments[0];
  if (callee.type === Kind.Identifier) {
    if (
      evaluator.module.variableOf(callee)?.defs.length
        ? false
        : callee.name === 'require' || callee.name === '__non_webpack_require__'
    )
      return required(evaluator, node, frame);
    if (INTEROP.test(callee.name) && first !== undefined) return evaluator.evaluate(first, frame);
    if (callee.name.startsWith('__') && /require/i.test(callee.name)) return bundled(evaluator, node);
  }
  if (callee.type === Kind.MemberExpression) {
    const name = nameOfMember(callee);
    if (
      name !== undefined &&
      (INTEROP.test(name) || name === '_') &&
      first !== undefined &&
      /interop|import|tslib|helpers/i.test(evaluator.module.textOf(callee.object) + name)
    )
      return evaluator.evaluate(first, frame);
    return name === undefined ? undefined : method(evaluator, node, callee, name, frame);
  }
  if (callee.type !== Kind.Identifier) return undefined;
  if (node.type === Kind.NewExpression && callee.name === 'URL') return newUrl(evaluator, node, frame);
  if (isUndeclared(evaluator, callee)) {
    if (callee.name === 'String' || callee.name === 'encodeURI' || callee.name === 'structuredClone')
      return first === undefined ? undefined : evaluator.evaluate(first, frame);
  }
  const [reference] = evaluator.evaluate(callee, frame);
  if (reference?.kind === 'reference') return ofReference(evaluator, node, reference, frame);
  return undefined;
}

function required(evaluator: Evaluator, node: Call, frame: Frame): Values {
  const [source] = node.arguments;
  if (source === undefined) return [evaluator.unknown(node, 'it loads nothing')];
  const specifier =
    source.type === Kind.SpreadElement ? undefined : knownOnly(toTexts(evaluator.evaluate(source, frame)));
  return specifier === undefined
    ? [evaluator.unknown(node, 'the module is computed')]
    : importedValue(evaluator, specifier, [], node);
}

/**
 * Bundlers replace module names by numbers, but the compilers before them have already named the variable after the module:
 * `http_client_1` (TypeScript), `import_http` (esbuild).
 */
function bundled(evaluator: Evaluator, node: Call): Values | undefined {
  let at: Node | undefined = evaluator.module.parentOf(node);
  while (at?.type === Kind.CallExpression || at?.type === Kind.SequenceExpression) at = evaluator.module.parentOf(at);
  const name = at?.type === Kind.VariableDeclarator && at.id.type === Kind.Identifier ? at.id.name : undefined;
  if (
    node.arguments[0]?.type === Kind.Literal &&
    typeof node.arguments[0].value === 'string' &&
    !node.arguments[0].value.startsWith('.')
  )
    return importedValue(evaluator, node.arguments[0].value, [], node);
  const base =
    name === undefined
      ? undefined
      : (/^(?:node_)?([a-z]\w*)_\d+$/.exec(name) ?? /^import_(?:node_)?([a-zA-Z]\w*?)\d*$/.exec(name))?.[1];
  const specifier = base === undefined ? undefined : BUNDLED[base];
  return specifier === undefined
    ? undefined
    : [{ kind: 'reference', root: { kind: 'module', name: specifier }, path: [], choices: NO_CHOICES }];
}

const BUNDLED: Readonly<Record<string, string>> = {
  http: 'http',
  https: 'https',
  axios: 'axios',
  got: 'got',
  fetch: 'node-fetch',
  request: 'request',
  request_promise: 'request-promise',
  superagent: 'superagent',
  needle: 'needle',
  undici: 'undici',
  http_client: '@actions/http-client',
  child_process: 'child_process',
  execa: 'execa',
  aws_sdk: 'aws-sdk',
  credential_provider_imds: '@smithy/credential-provider-imds',
  url: 'url',
  path: 'path',
  ec2_metadata_service: '@aws-sdk/ec2-metadata-service',
  client_ec2: '@aws-sdk/client-ec2',
};

function newUrl(evaluator: Evaluator, node: TSESTree.NewExpression, frame: Frame): Values {
  const [reference, base] = node.arguments;
  if (reference === undefined) return [evaluator.unknown(node, 'it has no argument')];
  const bases: readonly (Text | undefined)[] =
    base === undefined ? [undefined] : toTexts(evaluator.evaluate(base, frame));
  return unite(
    toTexts(evaluator.evaluate(reference, frame)).flatMap((text) =>
      bases.flatMap((one): Value[] => {
        const value: Value = { kind: 'url', text: resolveUrl(text, one), choices: text.choices };
        const joined = one === undefined ? value : within(value, one.choices);
        return joined === undefined ? [] : [joined];
      }),
    ),
  );
}

function method(
  evaluator: Evaluator,
  node: Call,
  callee: TSESTree.MemberExpression,
  name: string,
  frame: Frame,
): Values | undefined {
  if (callee.object.type === Kind.Super) return undefined;
  if (node.type === Kind.NewExpression && name === 'URL') return newUrl(evaluator, node, frame);
  const objects = evaluator.evaluate(callee.object, frame);
  const [object] = objects;
  if (object === undefined) return undefined;
  if (object.kind === 'reference')
    return ofReference(evaluator, node, { ...object, path: [...object.path, name] }, frame);
  if (name === 'then') return then(evaluator, node, objects, frame);
  if (name === 'catch' || name === 'finally' || name === 'bind')
    return unite(objects, name === 'catch' ? caught(evaluator, node, frame) : []);
  if (object.kind === 'string' || object.kind === 'url' || object.kind === 'unknown')
    return onString(evaluator, node, objects, name, frame);
  if (object.kind === 'primitive' && name === 'toString') return toTexts(objects).map(string);
  if (object.kind === 'array') return onArray(evaluator, node, objects, name, frame);
  return undefined;
}

/** What `.catch(() => null)` may give instead. */
function caught(evaluator: Evaluator, node: Call, frame: Frame): Values {
  const [handler] = node.arguments;
  if (handler === undefined) return [];
  return evaluator
    .evaluate(handler, frame)
    .flatMap((value) =>
      value.kind === 'function'
        ? evaluator.call(value, [], frame).filter((one) => one.kind === 'primitive' || one.kind === 'string')
        : [],
    );
}

function then(evaluator: Evaluator, node: Call, objects: Values, frame: Frame): Values | undefined {
  const [handler] = node.arguments;
  if (handler === undefined) return objects;
  const values = evaluator
    .evaluate(handler, frame)
    .flatMap((value) => (value.kind === 'function' ? evaluator.call(value, [objects], frame) : []));
  return values.length === 0 ? [evaluator.unknown(node, 'a promise gives it')] : unite(values);
}

function onString(evaluator: Evaluator, node: Call, objects: Values, name: string, frame: Frame): Values | undefined {
  const texts = toTexts(objects);
  const args = evaluator.args(node, frame).map(toTexts);
  if (
    /^(toString|trim|trimStart|trimEnd|valueOf|toJSON|normalize)$/.test(name) &&
    objects.every((object) => object.kind !== 'unknown')
  )
    return texts.map(string);
  if (name === 'concat') return concatAll([texts, ...args]).map(string);
  if (name === 'toLowerCase' || name === 'toUpperCase') {
    return texts.map((text) =>
      string({
        ...text,
        pieces: text.pieces.map((piece) =>
          piece.kind === 'literal'
            ? { kind: 'literal', value: name === 'toLowerCase' ? piece.value.toLowerCase() : piece.value.toUpperCase() }
            : piece,
        ),
      }),
    );
  }
  if (name === 'replace' || name === 'replaceAll') return replaced(node, texts, name, args);
  if (name === 'split' && texts.length === 1 && args[0] !== undefined) {
    const [whole, separator] = [knownOnly(texts), knownOnly(args[0])];
    if (whole !== undefined && separator !== undefined)
      return [
        {
          kind: 'array',
          items: whole.split(separator).map((item) => [string(literal(item))]),
          unread: [],
          choices: NO_CHOICES,
        },
      ];
  }
  return undefined;
}

function replaced(node: Call, texts: Alternatives, name: string, args: readonly Alternatives[]): Values | undefined {
  const [pattern] = node.arguments;
  const replacement = args[1] === undefined ? undefined : knownOnly(args[1]);
  const wanted = args[0] === undefined ? undefined : knownOnly(args[0]);
  const regex = pattern?.type === Kind.Literal && 'regex' in pattern ? pattern.regex : undefined;
  // A replacement that is not known, or that a regular expression decides: the text around it stays readable.
  if (replacement === undefined && regex === undefined && wanted === undefined) return texts.map(string);
  if (regex !== undefined || wanted === undefined || replacement === undefined) {
    const simple =
      regex !== undefined && replacement !== undefined && /^[\w./:@-]*$/.test(regex.pattern.replaceAll('\\', ''))
        ? regex.pattern.replaceAll('\\', '')
        : undefined;
    if (simple === undefined || replacement === undefined) return texts.map(string);
    return texts.map((text) => string(substitute(text, simple, replacement, regex?.flags.includes('g') ?? false)));
  }
  return texts.map((text) => string(substitute(text, wanted, replacement, name === 'replaceAll')));
}

function substitute(text: Text, wanted: string, replacement: string, isGlobal: boolean): Text {
  let done = false;
  return {
    ...text,
    pieces: text.pieces.map((piece) => {
      if (piece.kind !== 'literal' || wanted === '' || done || !piece.value.includes(wanted)) return piece;
      done = !isGlobal;
      return {
        kind: 'literal',
        value: isGlobal
          ? piece.value.replaceAll(wanted, () => replacement)
          : piece.value.replace(wanted, () => replacement),
      };
    }),
  };
}

function onArray(evaluator: Evaluator, node: Call, objects: Values, name: string, frame: Frame): Values | undefined {
  const [array] = objects;
  if (array?.kind !== 'array' || objects.length !== 1) return undefined;
  const args = evaluator.args(node, frame);
  if (name === 'join') {
    const separator: Alternatives = args[0] === undefined ? [literal(',')] : toTexts(args[0]);
    const parts = array.items.flatMap((item, index) => (index === 0 ? [toTexts(item)] : [separator, toTexts(item)]));
    if (array.unread.length > 0) parts.push(toTexts(array.unread));
    return concatAll(parts).map(string);
  }
  if (name === 'concat') {
    const more = args.map((values) => values[0]);
    return [
      {
        ...array,
        items: [
          ...array.items,
          ...more.flatMap((value) => (value?.kind === 'array' ? value.items : value === undefined ? [] : [[value]])),
        ],
      },
    ];
  }
  if (name === 'filter' || name === 'slice' || name === 'map' || name === 'reverse' || name === 'sort')
    return name === 'filter' ? objects : undefined;
  return undefined;
}

/** Calls of what packages and the platform provide. */
function ofReference(evaluator: Evaluator, node: Call, reference: ReferenceValue, frame: Frame): Values | undefined {
  const { root, path } = reference;
  const name = path.at(-1) ?? (root.kind === 'made' ? '' : root.name);
  const isRoot = path.length <= 1;
  const [first, second] = node.arguments;
  if (node.type === Kind.NewExpression) return undefined;
  if (root.kind === 'global' && root.name === 'Object' && name === 'assign') return merged(evaluator, node, frame);
  if (
    root.kind === 'module' &&
    /^(lodash|lodash\/|lodash-es|underscore|merge|deepmerge|extend|object-assign|xtend|ramda)/.test(root.name) &&
    /^(assign|assignIn|merge|extend|defaults|defaultsDeep|mergeRight|all|lodash.*|merge|deepmerge|object-assign|xtend)$/.test(
      name,
    )
  )
    return merged(evaluator, node, frame);
  if (root.kind === 'module' && root.name === 'url') {
    if (name === 'parse' || name === 'urlToHttpOptions')
      return first === undefined
        ? undefined
        : toTexts(evaluator.evaluate(first, frame)).map((text) => ({ kind: 'url', text, choices: text.choices }));
    if (name === 'resolve' && first !== undefined && second !== undefined)
      return concatUrls(toTexts(evaluator.evaluate(first, frame)), toTexts(evaluator.evaluate(second, frame)));
    if (name === 'format' && first !== undefined) return formatted(evaluator, first, frame);
  }
  if (root.kind === 'module' && /^path(\/|$)/.test(root.name) && (name === 'join' || name === 'resolve'))
    return joined(evaluator.args(node, frame).map(toTexts));
  if (root.kind === 'module' && (root.name === 'url-join' || root.name === 'urljoin' || root.name === 'join-url'))
    return joined(evaluator.args(node, frame).map(toTexts));
  if (root.kind === 'module' && root.name === 'util' && name === 'format')
    return interpolated(evaluator.args(node, frame).map(toTexts));
  if (
    root.kind === 'module' &&
    name === 'getInstanceMetadataEndpoint' &&
    root.name.endsWith('credential-provider-imds')
  )
    return [imdsEndpoint(evaluator, node)];
  if (root.kind === 'global' && root.name === 'Buffer' && name === 'from' && first !== undefined)
    return evaluator.evaluate(first, frame);
  if (root.kind === 'global' && root.name === 'Promise' && name === 'resolve')
    return first === undefined ? [UNDEFINED] : evaluator.evaluate(first, frame);
  if (root.kind === 'made' && (name === 'then' || name === 'catch')) return undefined;
  if (
    isRoot &&
    root.kind !== 'made' &&
    TRANSPARENT.test(name) &&
    first !== undefined &&
    !(root.kind === 'module' && root.name === 'path')
  )
    return evaluator.evaluate(first, frame);
  return undefined;
}

function merged(evaluator: Evaluator, node: Call, frame: Frame): Values {
  let objects: ObjectValue[] = [emptyObject(evaluator, node)];
  for (const argument of node.arguments) {
    const values = evaluator.evaluate(argument.type === Kind.SpreadElement ? argument.argument : argument, frame);
    objects = objects
      .flatMap((object) =>
        values.flatMap((value) => {
          const next = within({ ...object, ...evaluator.merge(object, value, argument) }, value.choices);
          return next === undefined ? [] : [next];
        }),
      )
      .slice(0, 16);
  }
  return objects;
}

function concatUrls(bases: Alternatives, references: Alternatives): Values {
  return bases.flatMap((base) =>
    references.flatMap((reference): Value[] => {
      const value = within(string(resolveUrl(reference, base)), base.choices);
      return value === undefined ? [] : [value];
    }),
  );
}

/** `url.format({protocol, host, pathname})`. */
function formatted(evaluator: Evaluator, argument: Node, frame: Frame): Values | undefined {
  const [object] = evaluator.evaluate(argument, frame);
  if (object?.kind === 'url') return [object];
  if (object?.kind !== 'object') return undefined;
  const part = (name: string): Alternatives | undefined => {
    const entry = object.entries.findLast((one) => known(one.name) === name);
    return entry === undefined ? undefined : toTexts(entry.values());
  };
  const protocol = part('protocol');
  const host = part('host') ?? part('hostname');
  if (host === undefined) return undefined;
  return concatAll([protocol ?? [literal('http:')], [literal('//')], host, part('pathname') ?? [literal('')]]).map(
    (text) => string(withoutDoubleColon(text)),
  );
}

function withoutDoubleColon(text: Text): Text {
  return {
    ...text,
    pieces: text.pieces.map((piece) =>
      piece.kind === 'literal'
        ? { kind: 'literal', value: piece.value.replace(/^https?\/\//, (start) => start.replace('//', '://')) }
        : piece,
    ),
  };
}

/** Parts joined by single slashes. */
function joined(parts: readonly Alternatives[]): Values {
  const trimmed = parts.map((texts, index) =>
    texts.map((text): Text => ({
      ...text,
      pieces: text.pieces.map((piece, at) => {
        if (piece.kind !== 'literal') return piece;
        let value = piece.value;
        if (index > 0 && at === 0) value = value.replace(/^\/+/, '');
        if (index < parts.length - 1 && at === text.pieces.length - 1) value = value.replace(/\/+$/, '');
        return value === piece.value ? piece : { kind: 'literal', value };
      }),
    })),
  );
  return concatAll(trimmed.flatMap((texts, index) => (index === 0 ? [texts] : [[literal('/')], texts]))).map(string);
}

/** `util.format('http://%s/…', host)`. */
function interpolated([format, ...args]: readonly Alternatives[]): Values | undefined {
  const pattern = format === undefined ? undefined : knownOnly(format);
  if (pattern === undefined) return undefined;
  const parts = pattern.split(/%[sdjoO]/);
  return concatAll(
    parts.flatMap((part, index) =>
      index === 0 ? [[literal(part)]] : [args[index - 1] ?? [literal('')], [literal(part)]],
    ),
  ).map(string);
}

function imdsEndpoint(evaluator: Evaluator, node: Node): ObjectValue {
  const entry = (name: string, value: string) => ({
    name: literal(name),
    values: () => [string(literal(value))],
    node,
    evaluator,
  });
  return {
    ...emptyObject(evaluator, node),
    entries: [entry('protocol', 'http:'), entry('hostname', '169.254.169.254')],
  };
}

function isUndeclared(evaluator: Evaluator, node: Node): boolean {
  return (evaluator.module.variableOf(node)?.defs.length ?? 0) === 0;
}
