import { hasHole, type Document, type Location, type OffsetMap, mayHoldPolicy } from 'imdsv2-core';
import { looksLikeUserData, scriptLanguageOf } from '../content.ts';
import { mayHoldRequest } from '../../discover/markers.ts';
import { evaluate, type Scope } from '../hcl/evaluate.ts';
import { jsonEncode } from '../hcl/functions/json.ts';
import { toPartial } from '../hcl/partial-string.ts';
import type { Attribute, Block, Body, HclFile } from '../hcl/syntax.ts';
import { casesOf, entriesOf, list, NULL, object, type StringValue, type Value } from '../hcl/value.ts';
import { structuredLanguage } from './carried-scripts.ts';
import { withNames, type ModuleInstance } from './instance.ts';
import { scriptDocument } from './user-data.ts';

/**
 * Scripts that stand where no table knows of them: arguments of modules that cannot be read, locals and defaults that nothing here uses, resources of
 * other providers. They are read as the JSON that their block amounts to, so the names of arguments and the look of strings tell what runs.
 */
export function otherScripts(instance: ModuleInstance, covered: Covered): readonly Document[] {
  return instance.module.files.flatMap((file) => {
    if (!mayHoldRequest(file.text)) return [];
    const reader = new Reader(file.text, covered);
    return file.body.blocks.flatMap((block) => reader.block(block, instance));
  });
}

/** Scripts among the `inputs` and `locals` of a Terragrunt file. */
export function scriptsOfAttributes(file: HclFile, scope: Scope, covered: Covered): readonly Document[] {
  if (!mayHoldRequest(file.text)) return [];
  return new Reader(file.text, covered).body(file.body, scope, 'inputs');
}

/** Places of files that some document was made of. */
export class Covered {
  readonly #ranges = new Map<string, { readonly start: number; readonly end: number }[]>();

  constructor(documents: readonly Document[]) {
    for (const { map } of documents) this.#add(map);
    for (const ranges of this.#ranges.values()) ranges.sort((a, b) => a.start - b.start);
  }

  #add(map: OffsetMap): void {
    for (const { path, outer, outerLength } of map.segments) {
      if (outerLength === 0) continue;
      const ranges = this.#ranges.get(path);
      const range = { start: outer, end: outer + outerLength };
      if (ranges === undefined) this.#ranges.set(path, [range]);
      else ranges.push(range);
    }
  }

  has(path: string, offset: number): boolean {
    return this.#ranges.get(path)?.some(({ start, end }) => start <= offset && offset < end) === true;
  }
}

/** Labelled blocks whose strings are read by people. */
const PROSE_BLOCKS: ReadonlySet<string> = new Set(['validation', 'precondition', 'postcondition', 'check', 'assert']);

class Reader {
  readonly #text: string;
  readonly #covered: Covered;

  constructor(text: string, covered: Covered) {
    this.#text = text;
    this.#covered = covered;
  }

  block(block: Block, instance: ModuleInstance): readonly Document[] {
    if (!this.#mayHold(block.at)) return [];
    const role = [block.type, ...block.labels].join(' ');
    const { attributes } = block.body;
    switch (block.type) {
      case 'locals':
        return this.body(block.body, instance, role);
      case 'variable': {
        const fallback = attributes.get('default');
        return fallback === undefined
          ? []
          : this.#value(block.labels[0] ?? '', evaluate(fallback.value, instance), role);
      }
      case 'output': {
        // What is printed is for people, unless it is a whole script.
        const value = attributes.get('value');
        const printed = value === undefined ? NULL : this.#plain(evaluate(value.value, instance));
        return printed.kind === 'string' && /^\s*#!/.test(toPartial(printed).mapped.text)
          ? this.#value('script', printed, role)
          : [];
      }
      case 'resource':
      case 'data':
      case 'module':
        return this.body(block.body, withNames(firstScope(block, instance), { self: NULL }), role);
      default:
        return [];
    }
  }

  body(body: Body, scope: Scope, role: string): readonly Document[] {
    const documents: Document[] = [];
    const value = this.#body(body, scope, role, documents);
    return [...documents, ...this.#document(value, role)];
  }

  #value(name: string, value: Value, role: string): readonly Document[] {
    const documents: Document[] = [];
    const plain = this.#taken(this.#plain(value), role, documents);
    return [...documents, ...this.#document(object([[name, plain]]), role)];
  }

  #document(value: Value, role: string): readonly Document[] {
    const encoded = jsonEncode(value);
    return encoded.kind === 'string' && mayHoldRequest(toPartial(encoded).mapped.text)
      ? [scriptDocument({ content: encoded, language: 'json' }, { role, launch: undefined, runner: 'unknown' })]
      : [];
  }

  /** The arguments of a body that may hold a request, nested blocks under their type. */
  #body(body: Body, scope: Scope, role: string, documents: Document[]): Value {
    const entries: (readonly [string, Value])[] = [];
    for (const attribute of body.attributes.values())
      if (this.#isRead(attribute))
        entries.push([attribute.name, this.#taken(this.#plain(evaluate(attribute.value, scope)), role, documents)]);
    for (const block of body.blocks) {
      if (PROSE_BLOCKS.has(block.type) || !this.#mayHold(block.at)) continue;
      const content = block.type === 'dynamic' ? block.body.blocks.find(({ type }) => type === 'content') : block;
      const type = block.type === 'dynamic' ? (block.labels[0] ?? '') : block.type;
      const iterated: Attribute | undefined =
        block.type === 'dynamic' ? block.body.attributes.get('for_each') : undefined;
      if (iterated !== undefined && this.#mayHold(iterated.at))
        entries.push([type, this.#taken(this.#plain(evaluate(iterated.value, scope)), role, documents)]);
      if (content !== undefined) entries.push([type, this.#body(content.body, scope, role, documents)]);
    }
    return object(entries);
  }

  #mayHold({ start, end }: Location): boolean {
    return mayHoldRequest(this.#text.slice(start, end));
  }

  /** As `#mayHold`, for an argument: policies are read elsewhere. */
  #isRead({ at }: Attribute): boolean {
    return this.#mayHold(at) && !mayHoldPolicy(this.#text.slice(at.start, at.end));
  }

  /** The value with encodings taken off, each branch of its conditions in a row, and without what is read elsewhere. */
  #plain(value: Value): Value {
    switch (value.kind) {
      case 'string': {
        if (value.encodes?.as === 'cloud-init')
          return list(value.encodes.parts.map((part) => this.#plain(part.content)));
        if (value.encodes !== undefined) return this.#plain(value.encodes.value);
        return this.#isCovered(value) ? NULL : value;
      }
      case 'unknown': {
        const cases = casesOf(value);
        return cases.length < 2 ? value : list(cases.map((one) => this.#plain(one.value)));
      }
      case 'list':
        return list(value.items.map((item) => this.#plain(item)));
      case 'object':
        return object(entriesOf(value).map(([key, entry]) => [key, this.#plain(entry)] as const));
      default:
        return value;
    }
  }

  #isCovered(value: StringValue): boolean {
    const { text, map } = toPartial(value).mapped;
    const { path, offset } = map.at(REQUEST_HINT.exec(text)?.index ?? 0);
    return this.#covered.has(path, offset);
  }

  /** Strings that are JSON or YAML are documents of their own; the rest stays. */
  #taken(value: Value, role: string, documents: Document[]): Value {
    switch (value.kind) {
      case 'string': {
        const { text } = toPartial(value).mapped;
        if (!mayHoldRequest(text)) return value;
        const known = hasHole(text) ? text.replace(/[\u{F0000}-\u{FFFFD}]/gu, '') : text;
        const language =
          looksLikeUserData(known) || scriptLanguageOf(known) !== undefined ? undefined : structuredLanguage(known);
        if (language === undefined) return value;
        documents.push(scriptDocument({ content: value, language }, { role, launch: undefined, runner: 'unknown' }));
        return NULL;
      }
      case 'list':
        return list(value.items.map((item) => this.#taken(item, role, documents)));
      case 'object':
        return object(entriesOf(value).map(([key, entry]) => [key, this.#taken(entry, role, documents)] as const));
      default:
        return value;
    }
  }
}

/** Where in a script the address or the path stands: it tells whether the script is read elsewhere. Under base64 any place does. */
const REQUEST_HINT = /169|254|meta-?data|imds|latest|instance/i;

function firstScope(block: Block, instance: ModuleInstance): Scope {
  return instance.keysOf(block).scopes[0]?.scope ?? instance;
}
