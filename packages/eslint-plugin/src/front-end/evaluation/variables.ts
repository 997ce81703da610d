import { concatAll, known, literal, MAX_ALTERNATIVES, type Text } from 'imdsv2-core';
import type { TSESTree } from '@typescript-eslint/types';
import {
  isFunction,
  isNode,
  unwrap,
  type FunctionNode,
  type Mutation,
  type Node,
  type Step,
  type Variable,
  type Write,
} from '../syntax/module.ts';
import { choicesFor } from './branches.ts';
import { isUndefined, ROOT, type Evaluator, type Frame } from './evaluator.ts';
import { importedValue } from './imports.ts';
import { emptyObject } from './members.ts';
import {
  allWithin,
  NO_CHOICES,
  string,
  toTexts,
  UNDEFINED,
  unite,
  within,
  type ObjectValue,
  type Value,
  type Values,
} from './value.ts';
import { Kind } from '../syntax/kind.ts';

/** What an identifier comes to where it stands: its declaration, what is assigned to it, what is assigned to its members. */
export function variableValues(evaluator: Evaluator, node: TSESTree.Identifier, frame: Frame): Values {
  const { module } = evaluator;
  const variable = module.variableOf(node);
  if (variable === undefined || variable.defs.length === 0) {
    if (node.name === 'undefined') return [UNDEFINED];
    if (node.name === 'arguments' && frame.args !== undefined)
      return [{ kind: 'array', items: frame.args, unread: [], choices: NO_CHOICES }];
    return [{ kind: 'reference', root: { kind: 'global', name: node.name }, path: [], choices: NO_CHOICES }];
  }
  const isDeclaration = variable.identifiers.includes(node);
  const first = frame.bindings.get(variable) ?? declared(evaluator, variable, frame);
  const writes = module.writesOf(variable);
  const written =
    writes.length === 0 ? first : afterWrites(evaluator, variable, first, writes, node, frame, isDeclaration);
  const mutations = module.mutationsOf(variable);
  if (mutations.length === 0) return written;
  return applyMutations(evaluator, written, mutations, isDeclaration ? undefined : node, frame);
}

function declared(evaluator: Evaluator, variable: Variable, frame: Frame): Values {
  const [definition] = variable.defs;
  if (definition === undefined) return [UNDEFINED];
  const { node, name } = definition;
  switch (definition.type) {
    case 'ImportBinding':
      return imported(evaluator, node, definition.parent, name);
    case 'Parameter':
      return parameterValues(evaluator, name, frame);
    case 'FunctionName':
      return isFunction(node) ? [evaluator.functionValue(node, frame)] : [evaluator.unknown(name, 'it has no body')];
    case 'ClassName':
      return [{ kind: 'class', owner: node, evaluator, choices: NO_CHOICES }];
    case 'TSEnumName':
      return node.type === Kind.TSEnumDeclaration
        ? [enumeration(evaluator, node)]
        : [evaluator.unknown(name, 'it is an enumeration')];
    case 'Variable':
      return node.type === Kind.VariableDeclarator
        ? declarator(evaluator, node, name, variable, frame)
        : [evaluator.unknown(name, 'it is not known')];
    default:
      return [evaluator.unknown(name, 'it is decided at run time')];
  }
}

function declarator(
  evaluator: Evaluator,
  node: TSESTree.VariableDeclarator,
  name: Node,
  variable: Variable,
  frame: Frame,
): Values {
  const parent = evaluator.module.parentOf(node);
  const loop = parent === undefined ? undefined : evaluator.module.parentOf(parent);
  if (loop?.type === Kind.ForOfStatement && loop.left === parent) {
    const items = evaluator
      .evaluate(loop.right, frame)
      .flatMap((list) =>
        list.kind === 'array' ? list.items.flat() : [evaluator.unknown(loop.right, 'the list is not known')],
      );
    const bindings = new Map<Variable, Values>();
    evaluator.bindPattern(node.id, unite(items), frame, bindings);
    return bindings.get(variable) ?? [evaluator.unknown(name, 'it is an item of a list')];
  }
  if (loop?.type === Kind.ForInStatement) return [evaluator.unknown(name, 'it is a name of an object')];
  if (node.init === null) {
    const typed = typedValue(evaluator, node.id.type === Kind.Identifier ? node.id.typeAnnotation : undefined, node);
    return [evaluator.module.writesOf(variable).length > 0 ? UNDEFINED : (typed ?? UNDEFINED)];
  }
  if (node.id.type === Kind.Identifier) return evaluator.evaluate(node.init, frame);
  const bindings = new Map<Variable, Values>();
  evaluator.bindPattern(node.id, bundled(node.id) ?? evaluator.evaluate(node.init, frame), frame, bindings);
  return bindings.get(variable) ?? [evaluator.unknown(name, 'it is taken out of something that is not known')];
}

/** In bundles packages have numbers for names; one exports these two together: `{getInstanceMetadataEndpoint, httpRequest}`. */
function bundled(pattern: Node): Values | undefined {
  if (pattern.type !== Kind.ObjectPattern) return undefined;
  const names = pattern.properties.map((property) =>
    property.type === Kind.Property && property.key.type === Kind.Identifier ? property.key.name : '',
  );
  return names.includes('getInstanceMetadataEndpoint') && names.includes('httpRequest')
    ? [
        {
          kind: 'reference',
          root: { kind: 'module', name: '@smithy/credential-provider-imds' },
          path: [],
          choices: NO_CHOICES,
        },
      ]
    : undefined;
}

function imported(evaluator: Evaluator, node: Node, parent: Node | null | undefined, name: Node): Values {
  if (parent?.type === Kind.ImportDeclaration) {
    const specifier = parent.source.value;
    if (node.type === Kind.ImportNamespaceSpecifier) return importedValue(evaluator, specifier, [], node);
    if (node.type === Kind.ImportDefaultSpecifier)
      return orTyped(evaluator, importedValue(evaluator, specifier, ['default'], node), name);
    if (node.type === Kind.ImportSpecifier)
      return orTyped(
        evaluator,
        importedValue(
          evaluator,
          specifier,
          [node.imported.type === Kind.Identifier ? node.imported.name : node.imported.value],
          node,
        ),
        name,
      );
  }
  // import x = require('x'), import x = a.b
  const reference = node.type === Kind.TSImportEqualsDeclaration ? node.moduleReference : undefined;
  if (reference?.type === Kind.TSExternalModuleReference)
    return importedValue(evaluator, reference.expression.value, [], node);
  if (reference !== undefined) {
    const value = entityValue(evaluator, reference);
    if (value !== undefined) return value;
  }
  return [evaluator.unknown(name, 'it is imported')];
}

/** An import that leads to nothing in reach, but whose type is a literal. */
function orTyped(evaluator: Evaluator, values: Values, name: Node): Values {
  if (values.some((value) => value.kind !== 'reference' || value.file !== undefined)) return values;
  const typed = evaluator.typeOf(name);
  if (typed === undefined) return values;
  return [
    typeof typed === 'string' ? string(literal(typed)) : { kind: 'primitive', value: typed, choices: NO_CHOICES },
  ];
}

function enumeration(evaluator: Evaluator, node: TSESTree.TSEnumDeclaration): ObjectValue {
  let next = 0;
  const entries = node.body.members.map((member) => {
    const name = member.id.type === Kind.Identifier ? member.id.name : member.id.value;
    let values: Values;
    // Trees of oxc have null where those of typescript-eslint have undefined.
    if (isNode(member.initializer)) values = evaluator.evaluate(member.initializer, ROOT);
    else values = [{ kind: 'primitive', value: next, choices: NO_CHOICES }];
    const [only] = values;
    if (only?.kind === 'primitive' && typeof only.value === 'number') next = only.value + 1;
    return { name: literal(name), values: () => values, node: member, evaluator };
  });
  return { ...emptyObject(evaluator, node), entries };
}

/** A parameter that no call binds: its default, and whatever callers elsewhere pass. */
export function parameterValues(evaluator: Evaluator, name: Node, frame: Frame): Values {
  const variable = evaluator.module.variableOf(name);
  const bound = variable === undefined ? undefined : frame.bindings.get(variable);
  if (bound !== undefined) return bound;
  const fn = evaluator.module.functionOf(name);
  const open = evaluator.unknown(name, 'it is a parameter', {
    mayBeEmpty: true,
    ...(fn === undefined || variable === undefined ? {} : { parameter: { function: fn, variable } }),
  });
  if (fn === undefined) return [open];
  const fallback = defaultOf(evaluator, fn, name, frame);
  const typed = name.type === Kind.Identifier ? typedValue(evaluator, name.typeAnnotation, name) : undefined;
  const given = typed ?? open;
  if (fallback === undefined) return [given];
  const branch = { key: `${evaluator.module.path}:given@${String(name.range[0])}`, isNegated: false };
  return unite(
    allWithin(fallback, choicesFor(branch, false)).map((value) => ({ ...value, isDefault: true })),
    allWithin([given], choicesFor(branch, true)),
  );
}

/** The default of a parameter, or of a property that a parameter's pattern takes out. */
function defaultOf(evaluator: Evaluator, fn: FunctionNode, name: Node, frame: Frame): Values | undefined {
  for (let at: Node | undefined = name; at !== undefined && at !== fn; at = evaluator.module.parentOf(at)) {
    const parent = evaluator.module.parentOf(at);
    if (parent?.type === Kind.AssignmentPattern && parent.left === at) {
      if (at === name) return evaluator.evaluate(parent.right, frame);
      const bindings = new Map<Variable, Values>();
      evaluator.bindPattern(at, evaluator.evaluate(parent.right, frame), frame, bindings);
      const variable = evaluator.module.variableOf(name);
      return variable === undefined ? undefined : bindings.get(variable);
    }
  }
  return undefined;
}

/** Types that promise a client; an instance of any other type is as unknown as without. */
const CLIENT_TYPES =
  /^(HttpClient|HttpService|MetadataService|EC2|EC2Client|AutoScaling|AutoScalingClient|AxiosInstance|AxiosStatic|Got|Cluster|ICluster|FargateCluster)$/;

/** An instance of an imported class, where a type annotation promises one: `private http: HttpClient`. */
export function typedValue(
  evaluator: Evaluator,
  annotation: TSESTree.TSTypeAnnotation | undefined,
  node: Node,
): Value | undefined {
  const type = annotation?.typeAnnotation;
  if (type?.type !== Kind.TSTypeReference) return undefined;
  const [by, ...others] = entityValue(evaluator, type.typeName) ?? [];
  if (by === undefined || others.length > 0) return undefined;
  if (by.kind === 'reference' && by.root.kind === 'module' && CLIENT_TYPES.test(by.path.at(-1) ?? ''))
    return {
      kind: 'reference',
      root: { kind: 'made', by, node, isNew: true, args: [], evaluator },
      path: [],
      choices: NO_CHOICES,
    };
  if (by.kind === 'class')
    return { kind: 'instance', owner: by.owner, evaluator: by.evaluator, frame: ROOT, choices: NO_CHOICES };
  return undefined;
}

function entityValue(
  evaluator: Evaluator,
  entity: TSESTree.EntityName | TSESTree.TSExternalModuleReference,
): Values | undefined {
  if (entity.type === Kind.Identifier) {
    const variable = evaluator.module.variableOf(entity);
    return variable === undefined ? undefined : variableValues(evaluator, entity, ROOT);
  }
  if (entity.type !== Kind.TSQualifiedName) return undefined;
  const left = entityValue(evaluator, entity.left);
  return left?.flatMap((value): Value[] =>
    value.kind === 'reference' ? [{ ...value, path: [...value.path, entity.right.name] }] : [],
  );
}

/** The value after the assignments that come before the place that asks; conditional ones leave both. */
function afterWrites(
  evaluator: Evaluator,
  variable: Variable,
  first: Values,
  writes: readonly Write[],
  read: Node,
  frame: Frame,
  isDeclaration: boolean,
): Values {
  const { module } = evaluator;
  const home = module.functionOf(read);
  let current: readonly Value[] = first;
  const elsewhere = writes.some((write) => module.functionOf(write.node) !== home);
  if (elsewhere && current.every(isUndefined) && !frame.bindings.has(variable)) current = [];
  for (const write of writes) {
    const isHere = module.functionOf(write.node) === home && !isDeclaration;
    if (isHere && write.node.range[1] > read.range[0]) {
      // Later, or around the place that asks (`url = url + path`).
      if (write.node.left !== read) continue;
    }
    if (!isHere && write.value.range[0] <= read.range[0] && read.range[1] <= write.value.range[1]) continue;
    const guards = evaluator.guards(write.node, isHere ? read : undefined, frame);
    if (guards.some((guard) => guard.decided !== undefined && guard.decided !== guard.holds)) continue;
    const open = guards.filter((guard) => guard.decided === undefined);
    let now: readonly Value[] = evaluator.evaluate(write.value, frame);
    if (write.node.operator === '+=')
      now = concatAll([toTexts(current.length === 0 ? [UNDEFINED] : current), toTexts(now)]).map(string);
    else if (write.node.operator !== '=')
      now = unite(
        current.filter((value) => !isUndefined(value)),
        now,
      );
    if (open.length === 0 && (isHere || !elsewhere)) {
      current = now;
      continue;
    }
    for (const guard of open) now = allWithin(now, choicesFor(guard.branch, guard.holds));
    const [guard] = open;
    const kept =
      open.length === 1 && guard !== undefined ? allWithin(current, choicesFor(guard.branch, !guard.holds)) : current;
    current = unite(kept, now);
  }
  return current.length === 0 ? [UNDEFINED] : unite(current);
}

/** Objects with what is later assigned to their members. */
export function applyMutations(
  evaluator: Evaluator,
  values: Values,
  mutations: readonly Mutation[],
  read: Node | undefined,
  frame: Frame,
): Values {
  const { module } = evaluator;
  const home = read === undefined ? undefined : module.functionOf(read);
  let current: Values = values;
  for (const mutation of mutations) {
    const isHere = read !== undefined && module.functionOf(mutation.node) === home;
    if (isHere && mutation.node.range[1] > read.range[0] && !chained(mutation.node, read)) continue;
    if (read !== undefined && mutation.node.range[0] <= read.range[0] && read.range[1] <= mutation.node.range[1])
      continue;
    const guards = evaluator.guards(mutation.node, isHere ? read : undefined, frame);
    if (guards.some((guard) => guard.decided !== undefined && guard.decided !== guard.holds)) continue;
    const open = guards.filter((guard) => guard.decided === undefined);
    current = unite(
      current.flatMap((value): Value[] => {
        const changed = changedBy(evaluator, value, mutation.path, mutation, frame);
        const [guard] = open;
        if (guard === undefined) return changed;
        const without = open.length === 1 ? within(value, choicesFor(guard.branch, !guard.holds)) : value;
        let withIt: Value[] = changed;
        for (const one of open) withIt = allWithin(withIt, choicesFor(one.branch, one.holds));
        return without === undefined ? withIt : [...withIt, without];
      }),
    ).slice(0, MAX_ALTERNATIVES);
  }
  return current;
}

/** A call on the result of another: `request(url).set(…)` stands around the place that asks. */
function chained(outer: Node, inner: Node): boolean {
  return outer.range[0] === inner.range[0];
}

function changedBy(
  evaluator: Evaluator,
  value: Value,
  path: readonly Step[],
  mutation: Mutation,
  frame: Frame,
): Value[] {
  if (value.kind === 'reference') {
    const overlay = changedBy(
      evaluator,
      value.overlay ?? emptyObject(evaluator, mutation.node),
      path,
      mutation,
      frame,
    )[0];
    return overlay?.kind === 'object' ? [{ ...value, overlay }] : [value];
  }
  const object: ObjectValue | undefined =
    value.kind === 'object'
      ? value
      : value.kind === 'unknown'
        ? { ...emptyObject(evaluator, value.node), unread: [value], choices: value.choices }
        : isUndefined(value)
          ? emptyObject(evaluator, mutation.node)
          : undefined;
  if (object === undefined) return [value];
  const [step, ...rest] = path;
  if (step === undefined) {
    if (mutation.kind !== 'assign') return [value];
    return evaluator.evaluate(mutation.value, frame).flatMap((more): Value[] => {
      const merged = within({ ...object, ...evaluator.merge(object, more, mutation.node) }, more.choices);
      return merged === undefined ? [] : [merged];
    });
  }
  const names: readonly Text[] =
    typeof step === 'string' ? [literal(step)] : toTexts(evaluator.evaluate(unwrap(step), frame));
  if (rest.length === 0 && mutation.kind === 'set') {
    return names.flatMap((name): Value[] => {
      const changed = within(
        {
          ...object,
          entries: [
            ...object.entries,
            { name, values: () => evaluator.evaluate(mutation.value, frame), node: mutation.node, evaluator },
          ],
        },
        name.choices,
      );
      return changed === undefined ? [] : [changed];
    });
  }
  const name = names[0] === undefined ? undefined : known(names[0]);
  if (name === undefined || names.length !== 1)
    return [
      { ...object, unread: [...object.unread, evaluator.unknown(mutation.node, 'a computed name is assigned to')] },
    ];
  const entry = object.entries.findLast((one) => known(one.name) === name);
  const [unread] = object.unread;
  const before: Values = entry?.values() ?? (unread === undefined ? [UNDEFINED] : [{ ...unread }]);
  const after = unite(before.flatMap((one) => changedBy(evaluator, one, rest, mutation, frame)));
  return [
    {
      ...object,
      entries: [...object.entries, { name: literal(name), values: () => after, node: mutation.node, evaluator }],
    },
  ];
}
