import { concatAll, literal, type Alternatives } from 'imdsv2-core';
import { ROOT, type Evaluator } from '../evaluation/evaluator.ts';
import { NO_CHOICES, toTexts, type Value, type Values } from '../evaluation/value.ts';
import { calledName, type Call, type Node } from '../syntax/module.ts';
import { fixedMethod, headersOf, methodsOf, NO_HEADERS, option, type Draft } from './draft.ts';
import { originOf, type Origin } from './origin.ts';
import { Kind } from '../syntax/kind.ts';

const ADDRESS = 'http://169.254.169.254';

/** Packages that know version 1 only, at the import. Source: facts/requests.md, *Clients in JavaScript*. */
const VERSION_1_PACKAGES =
  /^(node-ec2-metadata|ec2-publicip|awscred|aws-instance-metadata|@mixmaxhq\/aws-instance-metadata)$/;

/** Requests that SDKs and packages make by themselves. */
export function collectSdkDrafts(evaluator: Evaluator): readonly Draft[] {
  const { module } = evaluator;
  if (
    !/MetadataService|metadata_service|EC2MetadataCredentials|ec2_metadata_credentials|fromInstanceMetadata/.test(
      module.text,
    )
  )
    return packageImports(evaluator);
  const calls = module.calls.filter((call) => {
    const { name, init } = calledName(module, call.callee);
    return (
      SDK_NAMES.test(name ?? '') ||
      /request|fetchMetadataToken|promisify|MetadataCredentials|fromInstanceMetadata/.test(init)
    );
  });
  return [...calls.flatMap((call) => sdkCall(call, evaluator)), ...packageImports(evaluator)];
}

const SDK_NAMES = /^(request|fetchMetadataToken|bind|EC2MetadataCredentials|fromInstanceMetadata|default)$/;

function sdkCall(call: Call, evaluator: Evaluator): readonly Draft[] {
  if (call.callee.type === Kind.Super) return [];
  return evaluator.evaluate(call.callee).flatMap((callee): readonly Draft[] => {
    if (callee.kind !== 'reference') return [];
    const origin = originOf(callee);
    if (origin.kind !== 'module') return [];
    return (
      metadataServiceV2(origin, call, evaluator) ??
      credentialsV2(origin, call, evaluator) ??
      instanceMetadata(origin, call, evaluator) ??
      metadataServiceV3(origin, call, evaluator) ??
      []
    );
  });
}

/** The AWS SDK v2, whole or by its parts. */
const SDK_V2 = /^aws-sdk(\/.*)?$|^aws-sdk-js$|^aws-xray-sdk(-core)?$/;

/** `new AWS.MetadataService(options).request(path[, options], callback)`: no token but the one that is passed. */
function metadataServiceV2(origin: Origin, call: Call, evaluator: Evaluator): readonly Draft[] | undefined {
  const made = origin.made.at(-1);
  if (!SDK_V2.test(origin.name) || made === undefined) return undefined;
  const maker = made.path.at(-1) ?? origin.name.split('/').at(-1) ?? '';
  if (!/^(MetadataService|metadata_service)$/.test(maker)) return undefined;
  const verb = origin.path.at(-1);
  const args = evaluator.args(call, ROOT);
  const host = option(made.args[0]?.[0], evaluator, 'host', 'endpoint');
  const base: Alternatives = host === undefined ? [literal(ADDRESS)] : toTexts(host);
  if (verb === 'fetchMetadataToken')
    return [
      draft('aws-sdk-v2-metadata-service', call, evaluator, concatAll([base, [literal('/latest/api/token')]]), {
        methods: fixedMethod('PUT'),
        headers: headersOf([tokenTtl(evaluator, call)]),
      }),
    ];
  if (verb !== 'request' && !(verb === 'bind' && origin.path.at(-2) === 'request')) return undefined;
  const paths = toTexts(args[0] ?? []);
  return (args[1] ?? [undefined]).map((options) => {
    const given = options?.kind === 'object' || options?.kind === 'unknown' ? options : undefined;
    const headers =
      given === undefined
        ? NO_HEADERS
        : given.kind === 'unknown'
          ? headersOf([given])
          : headersOf(option(given, evaluator, 'headers')).map((set) => ({
              ...set,
              choices: new Map([...given.choices, ...set.choices]),
              unread: [...set.unread, ...given.unread],
            }));
    return draft(
      'aws-sdk-v2-metadata-service',
      call,
      evaluator,
      concatAll([base, paths.length === 0 ? [literal('/')] : paths]),
      { methods: methodsOf(option(given, evaluator, 'method'), 'GET'), headers },
    );
  });
}

function tokenTtl(evaluator: Evaluator, node: Node): Value {
  const text = { kind: 'string', text: literal('21600'), choices: NO_CHOICES } as const;
  return {
    kind: 'object',
    entries: [{ name: literal('x-aws-ec2-metadata-token-ttl-seconds'), values: () => [text], node, evaluator }],
    unread: [],
    node,
    evaluator,
    choices: NO_CHOICES,
  };
}

/** `new AWS.EC2MetadataCredentials(options)`. */
function credentialsV2(origin: Origin, call: Call, evaluator: Evaluator): readonly Draft[] | undefined {
  if (call.type !== Kind.NewExpression || !SDK_V2.test(origin.name) || origin.made.length > 0) return undefined;
  if (origin.path.at(-1) !== 'EC2MetadataCredentials' && !origin.name.endsWith('ec2_metadata_credentials'))
    return undefined;
  return byOptions(
    'aws-sdk-v2-ec2-credentials',
    call,
    evaluator,
    evaluator.args(call, ROOT)[0],
    '/latest/meta-data/iam/security-credentials/',
  );
}

/** `fromInstanceMetadata(init)` of the AWS SDK v3. */
function instanceMetadata(origin: Origin, call: Call, evaluator: Evaluator): readonly Draft[] | undefined {
  if (
    origin.made.length > 0 ||
    origin.path.at(-1) !== 'fromInstanceMetadata' ||
    !/^@aws-sdk\/|^@smithy\/|^aws-sdk/.test(origin.name)
  )
    return undefined;
  return byOptions(
    'aws-sdk-v3-instance-metadata',
    call,
    evaluator,
    evaluator.args(call, ROOT)[0],
    '/latest/meta-data/iam/security-credentials/',
  );
}

/** `new MetadataService(options).request(path, {…})` of `@aws-sdk/ec2-metadata-service`. */
function metadataServiceV3(origin: Origin, call: Call, evaluator: Evaluator): readonly Draft[] | undefined {
  const made = origin.made.at(-1);
  if (origin.name !== '@aws-sdk/ec2-metadata-service' || made?.path.at(-1) !== 'MetadataService') return undefined;
  const verb = origin.path.at(-1);
  if (verb === 'fetchMetadataToken')
    return [
      draft('aws-sdk-v3-metadata-service', call, evaluator, [literal(`${ADDRESS}/latest/api/token`)], {
        methods: fixedMethod('PUT'),
        headers: headersOf([tokenTtl(evaluator, call)]),
      }),
    ];
  if (verb !== 'request') return undefined;
  const args = evaluator.args(call, ROOT);
  const [path = literal('/')] = toTexts(args[0] ?? []);
  const headers = headersOf(option(args[1]?.[0], evaluator, 'headers'));
  if (headers.some((set) => set.headers.length > 0))
    return [
      draft('aws-sdk-v3-metadata-service', call, evaluator, concatAll([[literal(ADDRESS)], [path]]), {
        methods: fixedMethod('GET'),
        headers,
      }),
    ];
  return byOptions('aws-sdk-v3-metadata-service', call, evaluator, made.args[0], '', [path]);
}

/** What an SDK sends by the options `disableFetchToken` and `ec2MetadataV1Disabled`. */
function byOptions(
  client: string,
  call: Call,
  evaluator: Evaluator,
  options: Values | undefined,
  path: string,
  paths: Alternatives = [literal(path)],
): readonly Draft[] {
  const url = concatAll([[literal(ADDRESS)], paths]);
  const [first] = options ?? [];
  const flag = (name: string): boolean | undefined => {
    const values = option(first, evaluator, name) ?? [];
    return values.length > 0 && values.every((value) => value.kind === 'primitive' && value.value === true)
      ? true
      : values.length === 0
        ? false
        : undefined;
  };
  if (flag('disableFetchToken') === true)
    return [
      draft(client, call, evaluator, url, {
        sdk: 'version-1',
        notes: ['disableFetchToken: true switches version 2 off.'],
      }),
    ];
  if (flag('ec2MetadataV1Disabled') === true)
    return [
      draft(client, call, evaluator, url, {
        sdk: 'version-2',
        notes: ['ec2MetadataV1Disabled: true switches version 1 off.'],
      }),
    ];
  if (
    first?.kind === 'object' &&
    option(first, evaluator, 'ec2MetadataV1Disabled')?.some((value) => value.kind === 'unknown') === true &&
    first.entries.length > 0 &&
    flag('ec2MetadataV1Disabled') === undefined
  ) {
    return [
      draft(client, call, evaluator, url, {
        sdk: 'version-2-then-1',
        notes: ['Whether ec2MetadataV1Disabled is set is not known.'],
      }),
    ];
  }
  return [
    draft(client, call, evaluator, url, {
      sdk: 'version-2-then-1',
      notes: ['Version 2 is tried first; without ec2MetadataV1Disabled: true it goes back to version 1.'],
    }),
  ];
}

function packageImports(evaluator: Evaluator): readonly Draft[] {
  const drafts: Draft[] = [];
  const add = (name: string, node: Node): void => {
    const isEureka = name === 'eureka-js-client' && /['"]Amazon['"]/.test(evaluator.module.text);
    if (!VERSION_1_PACKAGES.test(name) && !isEureka) return;
    drafts.push(
      draft('version-1-package', node, evaluator, [literal(`${ADDRESS}/latest/meta-data/`)], {
        sdk: 'version-1',
        notes: [`The package ${name} knows version 1 only.`],
      }),
    );
  };
  for (const statement of evaluator.module.ast.body) {
    if (statement.type === Kind.ImportDeclaration && statement.importKind !== 'type')
      add(statement.source.value, statement);
    if (
      (statement.type === Kind.ExportNamedDeclaration || statement.type === Kind.ExportAllDeclaration) &&
      statement.source !== null
    )
      add(statement.source.value, statement);
  }
  for (const call of evaluator.module.callsNamed('require')) {
    const [source] = call.arguments;
    if (source?.type === Kind.Literal && typeof source.value === 'string') add(source.value, call);
  }
  return drafts;
}

function draft(client: string, node: Node, evaluator: Evaluator, url: Alternatives, more: Partial<Draft>): Draft {
  return { client, node, evaluator, url, methods: fixedMethod('GET'), headers: NO_HEADERS, ...more };
}
