import {
  hasHole,
  hole,
  holeCharacter,
  knownOnly,
  sliceMapped,
  splitHoles,
  unite,
  type Alternatives,
  type MappedText,
} from 'imdsv2-core';
import { entryOf, get, textOf, type Entry, type MapNode, type Node, type Scalar } from '../structured/index.ts';
import { ConditionEvaluator } from './conditions.ts';
import { intrinsicOf, type Intrinsic } from './intrinsic.ts';
import { domainOf, type Scope } from './scope.ts';
import { locationOf, wordOf, type Parameter } from './template.ts';
import {
  endOf,
  isReference,
  literals,
  partsOf,
  placedAfter,
  referenceValue,
  render,
  textValue,
  type Part,
  type Reference,
  type TextValue,
  type Value,
} from './value.ts';
import { Impossible, type Choice, type Variable, type World } from './world.ts';

/** What evaluation may ask about things outside the template. */
export interface Surroundings {
  /** The template that a local `Fn::Transform` `AWS::Include` names, as a node; undefined when it is not in the tree. */
  readonly include?: (location: string, scope: Scope) => { readonly node: Node; readonly scope: Scope } | undefined;
  /** The value that another stack exports under a name. */
  readonly exported?: (name: string) => { readonly node: Node; readonly scope: Scope } | undefined;
}

/** Evaluates nodes of templates in one world. */
export class Evaluator {
  readonly world: World;
  readonly surroundings: Surroundings;
  readonly conditions: ConditionEvaluator;
  readonly #purpose: 'setting' | 'script';
  #depth = 0;

  /** `script`: only conditions split the world; what is looked up by an open name stays a placeholder. */
  constructor(world: World, surroundings: Surroundings = {}, purpose: 'setting' | 'script' = 'setting') {
    this.world = world;
    this.surroundings = surroundings;
    this.#purpose = purpose;
    this.conditions = new ConditionEvaluator(this);
  }

  evaluate(node: Node | undefined, scope: Scope): Value {
    if (node === undefined)
      return { kind: 'none', location: locationOf(scope.template.document, { start: 0, end: 0 }) };
    // A template may call itself in circles (parameters of nested stacks, aliases).
    if (this.#depth > 100) return this.#unknown(node, scope, '…', 'it is nested too deeply');
    this.#depth++;
    try {
      const call = intrinsicOf(node);
      return call === undefined ? this.#plain(node, scope) : this.#call(call, scope);
    } finally {
      this.#depth--;
    }
  }

  /** The value at a path of keys below a map; `none` where a key is missing. */
  at(value: Value, path: readonly string[]): Value {
    let current = value;
    for (const key of path) {
      if (current.kind === 'unknown') return current;
      if (current.kind === 'text')
        return { kind: 'unknown', name: render(current), why: 'a map is expected here', location: current.location };
      if (current.kind !== 'map') return { kind: 'none', location: current.location };
      current = this.get(current, key);
    }
    return current;
  }

  /** The value of a map's key. */
  get(map: Extract<Value, { kind: 'map' }>, key: string): Value {
    const entry = entryOf(map.node, key);
    if (entry !== undefined) return this.evaluate(entry.value, map.scope);
    for (const { entries, scope } of this.rounds(map.node, map.scope)) {
      const looped = entries.find(
        (candidate) => candidate.key.kind === 'scalar' && this.looped(candidate.key.text, scope) === key,
      );
      if (looped !== undefined) return this.evaluate(looped.value, scope);
    }
    for (const { node, scope } of this.#mixins(map)) {
      if (node.kind === 'unknown') return { kind: 'unknown', name: node.name, why: node.why, location: map.location };
      const value = scope === undefined || node.kind !== 'map' ? undefined : this.get(node, key);
      if (value !== undefined && value.kind !== 'none') return value;
    }
    return { kind: 'none', location: map.location };
  }

  /** The rounds of every `Fn::ForEach` among a map's entries: what each adds to the map, with its loop's variables. */
  *rounds(map: MapNode, scope: Scope): Generator<{ readonly entries: readonly Entry[]; readonly scope: Scope }> {
    for (const { key, value } of map.entries) {
      if (key.kind !== 'scalar' || !key.text.startsWith('Fn::ForEach::') || value.kind !== 'sequence') continue;
      const [variable, collection, fragment] = value.items;
      const name = textOf(variable);
      if (name === undefined || collection === undefined || fragment?.kind !== 'map') continue;
      const items = this.evaluate(collection, scope);
      for (const item of this.items(
        items.kind === 'text' && items.parts.some(isReference)
          ? { kind: 'unknown', name: render(items), why: 'its items are not known', location: items.location }
          : items,
      )) {
        const inner: Scope = { ...scope, loops: new Map([...scope.loops, [name, item]]) };
        yield { entries: fragment.entries, scope: inner };
        yield* this.rounds(fragment, inner);
      }
    }
  }

  /** Items of a value that is meant to be a list; a single value stands for a list of one. */
  items(value: Value): readonly Value[] {
    return value.kind === 'list' ? value.items : value.kind === 'none' ? [] : [value];
  }

  /** The whole string, if the template or its defaults decide it. Asks for parameters that have allowed values only. */
  known(value: Value): string | undefined {
    if (value.kind !== 'text') return undefined;
    let known = '';
    for (const part of value.parts) {
      const text = isReference(part) ? this.#decided(part) : part.text;
      if (text === undefined) return undefined;
      known += text;
    }
    return known;
  }

  /** Why `known` gives nothing. */
  whyUnknown(value: Value): string {
    if (value.kind === 'unknown') return `${value.name}: ${value.why}`;
    if (value.kind !== 'text') return 'it is not a string';
    const open = value.parts.find((part) => isReference(part) && this.#decided(part) === undefined) as
      Reference | undefined;
    return open === undefined ? 'it is not a string' : `${open.name}: ${open.why}`;
  }

  /** One side of a comparison: its string, or a name that is equal to itself alone. Asks for whatever is open. */
  operand(value: Value): Choice | { readonly kind: 'opaque'; readonly key: string } {
    if (value.kind === 'text') {
      const [only] = value.parts;
      if (
        value.parts.length === 1 &&
        only !== undefined &&
        isReference(only) &&
        only.variable !== undefined &&
        this.#default(only) === undefined
      )
        return this.world.ask(only.variable);
      let known = '';
      for (const part of value.parts) {
        if (!isReference(part)) {
          known += part.text;
          continue;
        }
        const decided =
          this.#decided(part) ?? (part.variable === undefined ? undefined : this.world.ask(part.variable));
        if (typeof decided === 'string') known += decided;
        else if (decided?.kind === 'value') known += decided.value;
        else return { kind: 'opaque', key: render(value) };
      }
      return { kind: 'value', value: known };
    }
    if (value.kind === 'none') return { kind: 'value', value: '' };
    if (value.kind === 'list') {
      const operands = value.items.map((item) => this.operand(item));
      if (operands.every((operand) => operand.kind === 'value'))
        return { kind: 'value', value: operands.map((operand) => operand.value).join(',') };
    }
    return {
      kind: 'opaque',
      key: value.kind === 'unknown' ? value.name : `${value.location.path}:${value.location.start}`,
    };
  }

  /** The map or text of a call's argument list, evaluated; a string for one that may be a list or a string. */
  #plain(node: Node, scope: Scope): Value {
    const location = locationOf(scope.template.document, node);
    if (node.kind === 'scalar') {
      if (node.value === null) return { kind: 'none', location };
      const text: TextValue = { kind: 'text', parts: this.#withoutHoles(mappedWord(node), scope), location };
      if (scope.loops.size === 0 || !/[$&]\{\w/.test(node.text)) return text;
      return {
        ...text,
        parts: text.parts.flatMap((part) => (isReference(part) ? [part] : this.#substituteLoops(part, scope))),
      };
    }
    if (node.kind === 'map') return { kind: 'map', node, scope, location };
    const items = node.items.map((item) => this.evaluate(item, scope)).filter((item) => item.kind !== 'none');
    return { kind: 'list', items, location };
  }

  #call({ name, argument, node }: Intrinsic, scope: Scope): Value {
    switch (name) {
      case 'Ref':
        return this.#ref(argument, scope);
      case 'Fn::GetAtt':
        return this.#getAtt(argument, scope);
      case 'Fn::Sub':
        return this.#sub(argument, scope);
      case 'Fn::Join':
        return this.#join(node, argument, scope);
      case 'Fn::Base64':
        return this.evaluate(argument, scope);
      case 'Fn::If':
        return this.#if(node, argument, scope);
      case 'Fn::FindInMap':
        return this.#findInMap(node, argument, scope);
      case 'Fn::Select':
        return this.#select(node, argument, scope);
      case 'Fn::Split':
        return this.#split(node, argument, scope);
      case 'Fn::ImportValue':
        return this.#importValue(node, argument, scope);
      case 'Fn::Transform':
        return this.#transform(node, argument, scope);
      case 'Condition':
      case 'Fn::Equals':
      case 'Fn::And':
      case 'Fn::Or':
      case 'Fn::Not': {
        const text = String(this.conditions.holds(node, scope));
        const location = locationOf(scope.template.document, node);
        return textValue({ text, map: placedAfter(text, location).map }, location);
      }
      default:
        return this.#unknown(node, scope, name, `${name} is evaluated when the stack is deployed`);
    }
  }

  #ref(argument: Node, scope: Scope): Value {
    const name =
      argument.kind === 'scalar' ? this.looped(argument.text, scope) : this.known(this.evaluate(argument, scope));
    if (name === undefined) return this.#unknown(argument, scope, 'Ref', 'it refers to no name');
    return this.reference(name, locationOf(scope.template.document, argument), scope);
  }

  /** A name inside `Fn::ForEach`, the loop's variables put in (`${Name}`, `&{Name}`). */
  looped(name: string, scope: Scope): string {
    if (scope.loops.size === 0) return name;
    return name.replaceAll(/[$&]\{(\w+)\}/g, (whole, variable: string) => {
      const value = scope.loops.get(variable);
      return (value === undefined ? undefined : this.known(value)) ?? whole;
    });
  }

  /** What `Ref NAME` stands for: a loop's variable, a parameter, a pseudo parameter, a resource. */
  reference(name: string, location: ReturnType<typeof locationOf>, scope: Scope): Value {
    const loop = scope.loops.get(name);
    if (loop !== undefined) return loop;
    if (name === 'AWS::NoValue') return { kind: 'none', location };
    const parameter = scope.template.parameters.get(name);
    if (parameter !== undefined) return this.#parameter(parameter, location, scope);
    if (name.startsWith('AWS::')) {
      return referenceValue({
        name,
        why: 'it is known only when the stack is deployed',
        location,
        variable: variableOf(scope, name, []),
        values: [],
      });
    }
    if (resourceOf(scope, name) !== undefined) {
      return referenceValue({
        name,
        why: 'it is the id of a resource',
        location,
        resource: { scope, id: name },
        values: [],
      });
    }
    return { kind: 'unknown', name, why: 'the template does not say what it is', location };
  }

  #parameter(parameter: Parameter, location: ReturnType<typeof locationOf>, scope: Scope): Value {
    const { name, type } = parameter;
    const passed = scope.passed.get(name);
    if (passed !== undefined) {
      const value = this.evaluate(passed.node, passed.scope);
      if (!isList(type) || value.kind !== 'text') return value;
      const text = this.known(value);
      return text === undefined
        ? value
        : {
            kind: 'list',
            items: text.split(',').map((item) => textValue(placedAfter(item.trim(), value.location), value.location)),
            location,
          };
    }
    if (type.startsWith('AWS::SSM::Parameter::')) {
      return referenceValue({
        name,
        why: 'it is read from Parameter Store when the stack is deployed',
        location,
        parameter: { name, scope },
        values: [],
      });
    }
    const allowed = parameter.allowed.map(wordOf);
    const standard = defaultOf(parameter);
    const isOpen = standard === undefined || scope.opened.has(name);
    if (isList(type)) {
      if (!isOpen) {
        const place =
          parameter.default?.kind === 'scalar' ? locationOf(scope.template.document, parameter.default) : location;
        return {
          kind: 'list',
          items: standard.split(',').map((item) => textValue(placedAfter(item.trim(), place), place)),
          location,
        };
      }
      return referenceValue({
        name,
        why: NO_DEFAULT,
        location,
        parameter: { name, scope },
        variable: variableOf(scope, name, []),
        values: [],
      });
    }
    const values: Alternatives = isOpen
      ? allowed.length > 0
        ? unite(allowed.map((value) => literals(value)[0] ?? hole(name, NO_DEFAULT)))
        : []
      : literals(standard);
    const extra = isOpen && standard !== undefined && allowed.length === 0 ? [standard] : [];
    return referenceValue({
      name,
      why: NO_DEFAULT,
      location,
      parameter: { name, scope },
      ...(isOpen
        ? {
            variable:
              extra.length > 0 ? withValues(variableOf(scope, name, allowed), extra) : variableOf(scope, name, allowed),
          }
        : {}),
      values,
    });
  }

  /** The default of a parameter, unless it counts as open. */
  #default(reference: Reference): string | undefined {
    const { parameter } = reference;
    if (parameter === undefined || parameter.scope.opened.has(parameter.name)) return undefined;
    const declared = parameter.scope.template.parameters.get(parameter.name);
    return declared === undefined || declared.type.startsWith('AWS::SSM::Parameter::')
      ? undefined
      : defaultOf(declared);
  }

  #decided(reference: Reference): string | undefined {
    const standard = this.#default(reference);
    if (standard !== undefined) {
      const { name = '', scope } = reference.parameter ?? {};
      const parameter = scope?.template.parameters.get(name);
      if (parameter !== undefined && scope !== undefined) this.world.defaults.set(parameter, scope);
      return standard;
    }
    const { variable } = reference;
    if (variable === undefined) return undefined;
    const isClosed = variable.domain.every((choice) => choice.kind === 'value');
    const choice = isClosed && reference.values.length > 0 ? this.world.ask(variable) : this.world.peek(variable);
    return choice?.kind === 'value' ? choice.value : undefined;
  }

  #getAtt(argument: Node, scope: Scope): Value {
    const path =
      argument.kind === 'scalar'
        ? this.looped(argument.text, scope).split('.')
        : argument.kind === 'sequence'
          ? argument.items.map((item) => this.known(this.evaluate(item, scope)) ?? '?')
          : [];
    return this.attribute(path, locationOf(scope.template.document, argument), scope);
  }

  /** What `Fn::GetAtt` gives; outputs of nested stacks in the tree are their values. */
  attribute(path: readonly string[], location: ReturnType<typeof locationOf>, scope: Scope): Value {
    const [id = '?', ...rest] = path;
    const name = path.join('.');
    const child = rest[0] === 'Outputs' ? scope.children.get(id) : undefined;
    if (child !== undefined) {
      const output = get(get(child.template.outputs, rest.slice(1).join('.')), 'Value');
      if (output !== undefined) return this.evaluate(output, child);
    }
    return referenceValue({
      name,
      why: 'it is an attribute of a resource',
      location,
      resource: { scope, id, attribute: rest.join('.') },
      values: [],
    });
  }

  #sub(argument: Node, scope: Scope): Value {
    const [template, variables] = argument.kind === 'sequence' ? argument.items : [argument];
    const location = locationOf(scope.template.document, argument);
    const source = template === undefined ? undefined : this.evaluate(template, scope);
    if (source?.kind !== 'text') return { kind: 'unknown', name: 'Fn::Sub', why: 'its string is not known', location };
    const map = variables?.kind === 'map' ? variables : undefined;
    const parts = source.parts.flatMap((part) => (isReference(part) ? [part] : this.#substitute(part, map, scope)));
    return { kind: 'text', parts, location };
  }

  /** A string of a template that is itself embedded: what the host puts in is known, or a reference. */
  #withoutHoles(mapped: MappedText, { template: { document } }: Scope): readonly Part[] {
    if (document.holes.length === 0 || !hasHole(mapped.text)) return [mapped];
    let at = 0;
    return splitHoles(mapped.text, document).map((part): Part => {
      const length = typeof part === 'string' ? part.length : holeCharacter(0).length;
      const from = at;
      at += length;
      if (typeof part === 'string') return sliceMapped(mapped, from, at);
      const location = mapped.map.range(from, at);
      const value = knownOnly(part.values);
      return value === undefined
        ? { name: part.hole.name, why: part.hole.why, location, values: part.values }
        : placedAfter(value, location);
    });
  }

  #substituteLoops(mapped: MappedText, scope: Scope): readonly Part[] {
    const parts: Part[] = [];
    let from = 0;
    for (const match of mapped.text.matchAll(/[$&]\{(\w+)\}/g)) {
      const value = scope.loops.get(match[1] ?? '');
      if (value === undefined) continue;
      parts.push(sliceMapped(mapped, from, match.index), ...partsOf(value));
      from = match.index + match[0].length;
    }
    parts.push(sliceMapped(mapped, from, mapped.text.length));
    return parts;
  }

  #substitute(mapped: MappedText, variables: MapNode | undefined, scope: Scope): readonly Part[] {
    const parts: Part[] = [];
    let from = 0;
    for (const match of mapped.text.matchAll(/\$\{(!?)([^}]*)\}/g)) {
      const name = (match[2] ?? '').trim();
      const end = match.index + match[0].length;
      if (match.index > from) parts.push(sliceMapped(mapped, from, match.index));
      from = end;
      if (match[1] === '!') {
        // `${!x}` is written for `${x}`.
        parts.push(sliceMapped(mapped, match.index, match.index + 2), sliceMapped(mapped, match.index + 3, end));
        continue;
      }
      const location = mapped.map.range(match.index, end);
      const own = get(variables, name);
      const value =
        own !== undefined
          ? this.evaluate(own, scope)
          : name.includes('.')
            ? this.attribute(name.split('.'), location, scope)
            : this.reference(name, location, scope);
      parts.push(
        ...partsOf(value.kind === 'list' ? this.#joined(value, ',') : value).map((part) =>
          isReference(part) && own === undefined ? { ...part, location } : part,
        ),
      );
    }
    if (from < mapped.text.length) parts.push(sliceMapped(mapped, from, mapped.text.length));
    return parts;
  }

  #join(node: Node, argument: Node, scope: Scope): Value {
    const [delimiterNode, listNode] = argument.kind === 'sequence' ? argument.items : [];
    const delimiter = this.known(this.evaluate(delimiterNode, scope));
    const list = this.evaluate(listNode, scope);
    const location = locationOf(scope.template.document, node);
    if (delimiter === undefined || listNode === undefined)
      return { kind: 'unknown', name: 'Fn::Join', why: 'its delimiter is not known', location };
    if (list.kind === 'unknown') return list;
    // A list parameter of which nothing is known, whatever stands between its items.
    if (list.kind === 'text') return list;
    return { ...this.#joined(list, delimiter), location };
  }

  #joined(list: Value, delimiter: string): TextValue {
    const parts: Part[] = [];
    this.items(list).forEach((item, index) => {
      if (index > 0 && delimiter !== '') parts.push(placedAfter(delimiter, endOf(parts, list.location)));
      parts.push(...partsOf(item.kind === 'list' ? this.#joined(item, delimiter) : item));
    });
    return { kind: 'text', parts, location: list.location };
  }

  #if(node: Node, argument: Node, scope: Scope): Value {
    const [condition, whenTrue, whenFalse] = argument.kind === 'sequence' ? argument.items : [];
    if (condition === undefined) return this.#unknown(node, scope, 'Fn::If', 'it names no condition');
    return this.evaluate(this.conditions.holds(condition, scope) ? whenTrue : whenFalse, scope);
  }

  #findInMap(node: Node, argument: Node, scope: Scope): Value {
    const [mapNode, firstNode, secondNode, options] = argument.kind === 'sequence' ? argument.items : [];
    const mapName = this.known(this.evaluate(mapNode, scope));
    const map = mapName === undefined ? undefined : get(scope.template.mappings, mapName);
    if (map === undefined) return this.#unknown(node, scope, 'Fn::FindInMap', 'the mapping is not in the template');
    const standard = get(options, 'DefaultValue');
    const only = this.#onlyValue(map, secondNode);
    if (only !== undefined) return this.evaluate(only, scope);
    let entry: Node | undefined = map;
    for (const keyNode of [firstNode, secondNode]) {
      const keyValue = this.evaluate(keyNode, scope);
      if (this.#purpose === 'script' && this.#isOpen(keyValue))
        return this.#unknown(node, scope, 'Fn::FindInMap', 'its key is known only when the stack is deployed');
      const key = this.operand(keyValue);
      if (key.kind === 'opaque') return this.#unknown(node, scope, 'Fn::FindInMap', 'its key is not known');
      entry = key.kind === 'value' ? get(entry, key.value) : undefined;
      if (entry !== undefined) continue;
      if (standard !== undefined) return this.evaluate(standard, scope);
      throw new Impossible();
    }
    return this.evaluate(entry, scope);
  }

  #isOpen(value: Value): boolean {
    return (
      value.kind !== 'text' ||
      value.parts.some(
        (part) =>
          isReference(part) &&
          this.#default(part) === undefined &&
          (part.variable === undefined || this.world.peek(part.variable) === undefined),
      )
    );
  }

  /** What every first-level key of a mapping gives for a second-level key, if that is one value. */
  #onlyValue(map: Node, secondNode: Node | undefined): Node | undefined {
    if (secondNode?.kind !== 'scalar' || secondNode.tag !== undefined || map.kind !== 'map') return undefined;
    const values = map.entries.map((entry) => get(entry.value, secondNode.text));
    const [first] = values;
    if (first?.kind !== 'scalar') return undefined;
    return values.every((value) => value?.kind === 'scalar' && wordOf(value) === wordOf(first)) ? first : undefined;
  }

  #select(node: Node, argument: Node, scope: Scope): Value {
    const [indexNode, listNode] = argument.kind === 'sequence' ? argument.items : [];
    const index = Number(this.known(this.evaluate(indexNode, scope)) ?? Number.NaN);
    const list = this.evaluate(listNode, scope);
    if (list.kind !== 'list' || Number.isNaN(index))
      return this.#unknown(node, scope, 'Fn::Select', 'the list is not known');
    return list.items[index] ?? this.#unknown(node, scope, 'Fn::Select', 'the list has no such item');
  }

  #split(node: Node, argument: Node, scope: Scope): Value {
    const [delimiterNode, textNode] = argument.kind === 'sequence' ? argument.items : [];
    const delimiter = this.known(this.evaluate(delimiterNode, scope));
    const text = this.evaluate(textNode, scope);
    const location = locationOf(scope.template.document, node);
    if (
      delimiter === undefined ||
      delimiter === '' ||
      text.kind !== 'text' ||
      text.parts.some((part) => isReference(part) && this.#decided(part) === undefined)
    ) {
      return this.#unknown(node, scope, 'Fn::Split', 'its string is not known');
    }
    const items: Part[][] = [[]];
    for (const part of text.parts) {
      const mapped = isReference(part) ? placedAfter(this.#decided(part) ?? '', part.location) : part;
      let from = 0;
      for (;;) {
        const at = mapped.text.indexOf(delimiter, from);
        items.at(-1)?.push(sliceMapped(mapped, from, at === -1 ? mapped.text.length : at));
        if (at === -1) break;
        items.push([]);
        from = at + delimiter.length;
      }
    }
    return { kind: 'list', items: items.map((parts): Value => ({ kind: 'text', parts, location })), location };
  }

  #importValue(node: Node, argument: Node, scope: Scope): Value {
    const name = this.known(this.evaluate(argument, scope));
    const exported = name === undefined ? undefined : this.surroundings.exported?.(name);
    return exported === undefined
      ? this.#unknown(node, scope, `ImportValue ${name ?? '…'}`, 'another stack exports it')
      : this.evaluate(exported.node, exported.scope);
  }

  #transform(node: Node, argument: Node, scope: Scope): Value {
    const included = this.included(argument, scope);
    if (included !== undefined) return this.evaluate(included.node, included.scope);
    return this.#unknown(
      node,
      scope,
      'Fn::Transform',
      `the macro ${textOf(get(argument, 'Name')) ?? ''} decides when the stack is deployed`,
    );
  }

  /** What a local `AWS::Include` stands for. */
  included(argument: Node, scope: Scope): { readonly node: Node; readonly scope: Scope } | undefined {
    if (textOf(get(argument, 'Name')) !== 'AWS::Include') return undefined;
    const location = this.known(this.evaluate(get(get(argument, 'Parameters'), 'Location'), scope));
    return location === undefined ? undefined : this.surroundings.include?.(location, scope);
  }

  /** What `Fn::Transform` puts beside a map's own keys. */
  #mixins(
    map: Extract<Value, { kind: 'map' }>,
  ): readonly { readonly node: Value; readonly scope: Scope | undefined }[] {
    return map.node.entries.flatMap(({ key, value }) => {
      if (key.kind !== 'scalar' || key.text !== 'Fn::Transform') return [];
      const transforms = value.kind === 'sequence' ? value.items : [value];
      return transforms.map((transform) => {
        const node = this.#transform(transform, transform, map.scope);
        return { node, scope: node.kind === 'map' ? node.scope : undefined };
      });
    });
  }

  #unknown(node: Node, scope: Scope, name: string, why: string): Value {
    return { kind: 'unknown', name, why, location: locationOf(scope.template.document, node) };
  }
}

const NO_DEFAULT = 'it is a parameter without a default';

function isList(type: string): boolean {
  return type === 'CommaDelimitedList' || type.startsWith('List<');
}

function defaultOf(parameter: Parameter): string | undefined {
  return parameter.default?.kind === 'scalar' && parameter.default.value !== null
    ? wordOf(parameter.default)
    : undefined;
}

function variableOf(scope: Scope, name: string, allowed: readonly string[]): Variable {
  // Region, account and stack name are the same for a stack and what it nests, but a nested stack has a name of its own.
  const id =
    name.startsWith('AWS::') && !name.startsWith('AWS::Stack')
      ? name
      : `${scope.template.document.path}:${String(scope.template.root.start)}:${scope.instance ?? ''}:${name}`;
  return { id, name, domain: domainOf(scope, name, allowed) };
}

function withValues(variable: Variable, values: readonly string[]): Variable {
  const more = values.filter(
    (value) => !variable.domain.some((choice) => choice.kind === 'value' && choice.value === value),
  );
  return { ...variable, domain: [...more.map((value): Choice => ({ kind: 'value', value })), ...variable.domain] };
}

/** A boolean in the spelling that CloudFormation gives it. */
function mappedWord(node: Scalar): MappedText {
  const word = wordOf(node);
  return word === node.text ? node.mapped : { text: word, map: node.mapped.map };
}

/** The node of a resource by its logical id. */
function resourceOf(scope: Scope, id: string): Node | undefined {
  return scope.resources.get(id)?.entry.value;
}
