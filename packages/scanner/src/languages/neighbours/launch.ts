import {
  factId,
  NO_USER_DATA,
  render,
  saysNothing,
  splitHoles,
  type Launch,
  type Location,
  type NeighbourLaunch,
  type Piece,
  type Setting,
  type TemplateReference,
  type UserData,
} from 'imdsv2-core';
import { joinLines } from '../embedded/command-line.ts';
import type { Script } from '../embedded/script.ts';
import { get, textOf, type Node } from '../structured/node.ts';
import type { Findings, Found } from '../script-places/format.ts';

/** A launch that was recognised in a file. Offsets are those of the document's text. */
export interface Recognised {
  readonly type: NeighbourLaunch;
  /** The map that the type's paths start from. */
  readonly options: Node;
  /** The whole block. */
  readonly place: { readonly start: number; readonly end: number };
  readonly name: string;
  /** Names that other launches may call it by. */
  readonly identities?: readonly string[];
  readonly template?: TemplateReference;
  /** What the file itself says that the table cannot. */
  readonly overrides?: Partial<Pick<Launch, 'tokens' | 'hopLimit'>>;
  /** What a value with placeholders stands for; undefined when it is not known. */
  readonly resolve?: (node: Node) => string | undefined;
}

/** Tools whose launches are nodes of Kubernetes. */
const NODES: ReadonlySet<Launch['platform']> = new Set(['karpenter', 'cluster-api', 'kops', 'eksctl', 'openshift']);

/** The launch as a fact, and its user data as scripts. */
export function launchFindings(found: Found, recognised: Recognised): Findings {
  const { type, place } = recognised;
  const name = render({
    pieces: splitHoles(recognised.name, found.document).map((part): Piece =>
      typeof part === 'string' ? { kind: 'literal', value: part } : part.hole,
    ),
    choices: new Map(),
  });
  const { document } = found;
  const location = document.map.range(place.start, place.end);
  const id = factId('launch', location, type.resource);
  const reader = new OptionReader(found, recognised, location);
  const scripts = userDataScripts(found, recognised).map((script) => ({ ...script, launches: [id] }));
  const launch: Launch = {
    kind: 'launch',
    id,
    location,
    platform: type.platform,
    resource: type.resource,
    name,
    instance: null,
    role: type.role,
    tokens: reader.tokens(),
    endpoint: reader.choice(type.endpoint, ['enabled', 'true'], ['disabled', 'false'], 'enabled', 'disabled'),
    hopLimit: reader.number(type.hopLimit),
    ipv6: reader.choice(type.ipv6, ['enabled', 'true'], ['disabled', 'false'], 'enabled', 'disabled'),
    ...(NODES.has(type.platform) ? { containers: { message: 'Nodes of a cluster run containers.' } } : {}),
    ...(type.missing === undefined
      ? {}
      : { toolDefault: { tokens: type.missing.tokens, evidence: { message: type.missing.why } } }),
    ...(type.tokens !== undefined || type.advice === undefined
      ? {}
      : { notConfigurable: { why: `${type.resource} has no metadata options.`, advice: type.advice } }),
    identities: recognised.identities ?? [],
    ...(recognised.template === undefined ? {} : { template: recognised.template }),
    userData: userDataOf(found, recognised, scripts),
    evidence: [],
    ...recognised.overrides,
  };
  return { scripts, facts: [launch] };
}

/** The node at a path of keys; `[]` is a list's first item, or the map itself where a map stands for a list of one. */
function at(node: Node | undefined, path: string): Node | undefined {
  return path
    .split('.')
    .reduce<Node | undefined>(
      (current, key) =>
        key === '[]' ? (current?.kind === 'sequence' ? current.items[0] : current) : get(current, key),
      node,
    );
}

class OptionReader {
  readonly #found: Found;
  readonly #recognised: Recognised;
  readonly #header: Location;

  constructor(found: Found, recognised: Recognised, header: Location) {
    this.#found = found;
    this.#recognised = recognised;
    this.#header = header;
  }

  tokens(): Setting<'required' | 'optional'> {
    const { type, options } = this.#recognised;
    const block = type.block === undefined ? undefined : at(options, type.block);
    const place = block === undefined ? {} : { location: this.#locate(block) };
    if (type.tokens === undefined) return { state: 'unset' };
    const setting = this.choice<'required' | 'optional'>(
      type.tokens.path,
      type.tokens.required,
      type.tokens.optional,
      'required',
      'optional',
    );
    if (setting.state !== 'unset') return setting;
    if (block?.kind === 'scalar' && block.value !== null)
      return { state: 'unknown', why: `it is ${block.text}`, ...place };
    if (block !== undefined && type.missingInBlock !== undefined) {
      return {
        state: 'set',
        value: type.missingInBlock.tokens,
        evidence: [{ message: type.missingInBlock.why }],
        decidedBy: 'tool-default',
        ...place,
      };
    }
    return { state: 'unset', ...place };
  }

  choice<T>(
    path: string | undefined,
    first: readonly string[],
    second: readonly string[],
    firstValue: T,
    secondValue: T,
  ): Setting<T> {
    const node = path === undefined ? undefined : at(this.#recognised.options, path);
    const text = this.#text(node);
    if (node?.kind !== 'scalar' || node.value === null) return { state: 'unset' };
    const location = this.#locate(node);
    const plain = text?.toLowerCase();
    if (plain !== undefined && first.includes(plain)) return { state: 'set', value: firstValue, location };
    if (plain !== undefined && second.includes(plain)) return { state: 'set', value: secondValue, location };
    return { state: 'unknown', why: `it is ${node.text}`, location };
  }

  number(path: string | undefined): Setting<number> {
    const node = path === undefined ? undefined : at(this.#recognised.options, path);
    if (node?.kind !== 'scalar' || node.value === null) return { state: 'unset' };
    const value = Number(this.#text(node));
    return Number.isInteger(value)
      ? { state: 'set', value, location: this.#locate(node) }
      : { state: 'unknown', why: `it is ${node.text}`, location: this.#locate(node) };
  }

  #text(node: Node | undefined): string | undefined {
    if (node === undefined) return undefined;
    return this.#recognised.resolve?.(node) ?? textOf(node);
  }

  #locate(node: Node): Location {
    return node.end > node.start ? this.#found.document.map.range(node.start, node.end) : this.#header;
  }
}

/** A scalar is user data of any kind; a list holds commands, or maps with `content` (kops). */
function userDataScripts(found: Found, { type, options, name }: Recognised): readonly Script[] {
  const role = `user data of ${type.resource} ${name}`.trim();
  return (type.userData ?? []).flatMap((path): readonly Script[] => {
    const node = at(options, path);
    if (node?.kind === 'sequence') {
      const texts = node.items.flatMap((item) => (item.kind === 'scalar' ? found.texts(item) : []));
      const contents = node.items.flatMap((item) => found.texts(get(item, 'content')));
      return [
        ...(texts.length === 0
          ? []
          : [
              found.script({
                language: 'shell',
                text: joinLines(texts),
                role: `${path} of ${type.resource} ${name}`.trim(),
                shell: { interpreter: 'sh' },
                runner: 'host',
              }),
            ]),
        ...contents.map((text) => found.script({ language: 'user-data', text, role, runner: 'host' })),
      ];
    }
    const text = found.text(node);
    return text === undefined ? [] : [found.script({ language: 'user-data', text, role, runner: 'host' })];
  });
}

function userDataOf(found: Found, { type, options }: Recognised, scripts: readonly Script[]): UserData {
  const node = (type.userData ?? [])
    .map((path) => at(options, path))
    .find((candidate) => candidate !== undefined && (candidate.kind !== 'scalar' || candidate.value !== null));
  if (node === undefined) return NO_USER_DATA;
  const location = found.document.map.range(node.start, node.end);
  // What is nothing but a placeholder is put together elsewhere.
  const isKnown =
    scripts.length > 0 &&
    scripts.some((script) => !saysNothing(script.text.text, { holes: script.holes ?? found.document.holes }));
  return isKnown ? { state: 'known', location } : { state: 'unknown', why: 'it is put together elsewhere', location };
}
