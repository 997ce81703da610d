import type { Edit, Fix, Launch } from 'imdsv2-core';
import { ROOT, type Evaluator } from '../evaluation/evaluator.ts';
import { placesOf, type Place } from '../launches/places.ts';
import { nameOfMember, unwrap, type Call, type Node } from '../syntax/module.ts';
import { setInArgument, setIn, sourceOf, type Setting } from './objects.ts';
import { indentOf, insert, quoted, statementAround } from './site.ts';
import { Kind } from '../syntax/kind.ts';

/** Requires tokens of a launch: by its own option, else by an aspect around it. Undefined where neither can be written here. */
export function repairLaunch(evaluator: Evaluator, launch: Launch): Fix | undefined {
  const { module } = evaluator;
  const call = module.calls.find(({ range }) => range[0] === launch.location.start && range[1] === launch.location.end);
  const place = call === undefined ? undefined : placesOf(call, evaluator)[0];
  if (place === undefined) return undefined;
  const setting = settingOf(place, evaluator);
  if (setting === undefined) return byAspect(place, evaluator);
  const edits = replacesValue(place, launch, evaluator, setting) ?? edited(place, evaluator, setting);
  return edits === undefined ? undefined : { title: titleOf(place, setting), safe: false, edits };
}

/** A value that is set already, where `{ requireImdsv2: false }` or `{ httpTokens: 'optional' }` stands. */
function replacesValue(
  { form }: Place,
  launch: Launch,
  evaluator: Evaluator,
  setting: Setting,
): readonly Edit[] | undefined {
  const { location } = launch.tokens;
  if (launch.tokens.state !== 'set' || location?.path !== evaluator.module.path) return undefined;
  const property = evaluator.module.nodesAt(location.start, location.end).find((node) => node.type === Kind.Property);
  if (property?.type !== Kind.Property || property.computed || property.shorthand) return undefined;
  const name = property.key.type === Kind.Identifier ? property.key.name : undefined;
  const object = evaluator.module.parentOf(property);
  if (object === undefined) return undefined;
  const last = setting.path.at(-1);
  if (name === last) return setIn(evaluator, object, { path: [last ?? ''], value: setting.value });
  // Said with the other of two options that CDK has for the same thing.
  const other = form.tokens?.at(-1);
  return name !== undefined && name === other && object.type === Kind.ObjectExpression
    ? setIn(evaluator, object, { path: [name], value: tokensValue(property.value, evaluator) })
    : undefined;
}

/** `HttpTokens.REQUIRED` where the enumeration is used, else the word. */
function tokensValue(value: Node, { module }: Evaluator): string {
  const at = unwrap(value);
  return at.type === Kind.MemberExpression && nameOfMember(at)?.toUpperCase() === 'OPTIONAL'
    ? `${module.textOf(at.object)}.REQUIRED`
    : quoted(module, 'required');
}

function edited(
  { call, form, props, isNested }: Place,
  evaluator: Evaluator,
  setting: Setting,
): readonly Edit[] | undefined {
  if (isNested !== true) return setInArgument(evaluator, call, form.props, setting);
  const [inner] = props;
  return inner?.kind === 'object' && inner.evaluator === evaluator ? setIn(evaluator, inner.node, setting) : undefined;
}

/** What to set, and to what. */
function settingOf({ form }: Place, { module }: Evaluator): Setting | undefined {
  const set = (path: readonly string[] | undefined, value: string): Setting | undefined => {
    const [first, ...rest] = path ?? [];
    return first === undefined ? undefined : { path: [first, ...rest], value };
  };
  if (form.flag !== undefined) return form.isFlagTyped === false ? undefined : set(form.flag, 'true');
  if (form.minimumVersion !== undefined) return set(form.minimumVersion, quoted(module, '2'));
  return set(form.tokens, quoted(module, 'required'));
}

function titleOf({ form }: Place, setting: Setting): string {
  const what = sourceOf(setting).replace(/^\{ | \}$/g, '');
  return form.platform === 'cdk' && form.resource === 'ec2.Instance' && setting.path[0] === 'requireImdsv2'
    ? `Require session tokens (${what}). An instance that exists already is replaced: it gets a launch template for it`
    : `Require session tokens (${what})`;
}

/** `Aspects.of(scope).add(new ec2.InstanceRequireImdsv2Aspect())` after the statement, for constructs with no property for it. */
function byAspect({ call, form }: Place, evaluator: Evaluator): Fix | undefined {
  const { module } = evaluator;
  const statement = statementAround(module, call);
  const kind = form.platform === 'cdk' && form.aspect !== undefined ? ASPECTS[form.aspect] : undefined;
  if (kind === undefined || statement === undefined) return undefined;
  const scope = scopeOf(call, evaluator);
  if (scope === undefined) return undefined;
  const core = importOf(evaluator, /^(aws-cdk-lib|@aws-cdk\/core|monocdk)$/, 'Aspects', 'aws-cdk-lib');
  const own = importOf(evaluator, kind.modules, kind.name, kind.module);
  const line = `${core.name}.of(${scope}).add(new ${own.name}());`;
  return {
    title: `Require session tokens of everything in ${scope} (${kind.name})`,
    safe: false,
    edits: [
      ...[...core.edits, ...own.edits],
      insert(module, statement.range[1], `\n${indentOf(module, statement)}${line}`),
    ],
  };
}

const ASPECTS = {
  instance: { name: 'InstanceRequireImdsv2Aspect', module: 'aws-cdk-lib/aws-ec2', modules: /aws-ec2$/ },
  'launch-template': { name: 'LaunchTemplateRequireImdsv2Aspect', module: 'aws-cdk-lib/aws-ec2', modules: /aws-ec2$/ },
  'auto-scaling-group': {
    name: 'AutoScalingGroupRequireImdsv2Aspect',
    module: 'aws-cdk-lib/aws-autoscaling',
    modules: /aws-autoscaling$/,
  },
} as const;

/** The construct in which the call makes others: `this` in a construct's class, else the scope of what the method belongs to. */
function scopeOf(call: Call, evaluator: Evaluator): string | undefined {
  const { module } = evaluator;
  const owner = module.thisOwner(call);
  if (owner !== undefined && !owner.isStatic && owner.owner.type === Kind.ClassDeclaration) return 'this';
  const callee = unwrap(call.callee);
  if (callee.type === Kind.MemberExpression) {
    for (const value of evaluator.evaluate(callee.object)) {
      if (value.kind !== 'reference' || value.root.kind !== 'made' || value.root.evaluator !== evaluator) continue;
      const maker = value.root.node;
      if (maker.type !== Kind.NewExpression) continue;
      const [scope] = maker.arguments;
      if (scope?.type === Kind.Identifier && module.visible(scope.name, call) === module.variableOf(scope))
        return scope.name;
    }
  }
  return undefined;
}

/** How the file can say a name of a package: through what it imports already, else by an import of its own. */
function importOf(
  evaluator: Evaluator,
  modules: RegExp,
  name: string,
  specifier: string,
): { readonly name: string; readonly edits: readonly Edit[] } {
  const { module } = evaluator;
  for (const statement of module.ast.body) {
    if (statement.type !== Kind.ImportDeclaration || statement.importKind === 'type') continue;
    for (const one of statement.specifiers) {
      const [value] = evaluator.evaluate(one.local, ROOT);
      if (value?.kind !== 'reference' || value.root.kind !== 'module') continue;
      const full = [value.root.name, ...value.path].join('/').replaceAll('_', '-');
      if (!modules.test(full)) {
        if (modules.test(statement.source.value) && value.path.at(-1) === name)
          return { name: one.local.name, edits: [] };
        continue;
      }
      return { name: `${one.local.name}.${name}`, edits: [] };
    }
  }
  const same = module.ast.body.find(
    (statement) => statement.type === Kind.ImportDeclaration && modules.test(statement.source.value),
  );
  const from = same?.type === Kind.ImportDeclaration ? same.source.value : specifier;
  const isRequired = !module.ast.body.some((statement) => statement.type === Kind.ImportDeclaration);
  const text = isRequired
    ? `const { ${name} } = require(${quoted(module, from)});\n`
    : `import { ${name} } from ${quoted(module, from)};\n`;
  return { name, edits: [insert(module, module.ast.body[0]?.range[0] ?? 0, text)] };
}
