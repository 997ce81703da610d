import { MappedTextBuilder, OffsetMap, sliceMapped, type Location, type MappedText } from 'imdsv2-core';
import type { GrammarParser, Node } from '../tree-sitter/grammar.ts';
import {
  EMPTY_BODY,
  type Attribute,
  type Block,
  type Body,
  type Comment,
  type Expression,
  type HclFile,
  type ObjectEntry,
  type SplatStep,
  type Template,
} from './syntax.ts';
import { assembleTemplate, heredocLiteral, quotedLiteral, type TemplateToken } from './template.ts';

/** Reads a file in native syntax. Never throws; what could not be read is in `errors`. */
export function parseHcl(parser: GrammarParser, path: string, text: string): HclFile {
  const whole: MappedText = { text, map: OffsetMap.identity(path, text.length) };
  const first = parser.parse(text, (root) => readFile(root, whole));
  if (first === undefined)
    return { path, text, body: EMPTY_BODY, comments: [], errors: [{ path, start: 0, end: text.length }] };
  if (first.errors.length === 0) return { path, text, ...first };
  // An unclosed string or conflict markers may swallow the rest of the file: read from block to block, if that finds more.
  const readable: MappedText = {
    text: text.replace(CONFLICT_MARKERS, (line) => ' '.repeat(line.length)),
    map: whole.map,
  };
  const parts = blockStarts(text).flatMap((start, index, all) => {
    const slice = sliceMapped(readable, start, all[index + 1] ?? text.length);
    return parser.parse(slice.text, (root) => readFile(root, slice)) ?? [];
  });
  const body = joinBodies(parts.map((part) => part.body));
  if (body.blocks.length <= first.body.blocks.length) return { path, text, ...first };
  return {
    path,
    text,
    body,
    comments: parts.flatMap((part) => part.comments),
    errors: parts.flatMap((part) => part.errors),
  };
}

const CONFLICT_MARKERS = /^(?:<{7}|={7}|>{7}|\|{7})(?:[ \t][^\n]*)?$/gm;

/** Reads a string whose quotes are already gone (a template file, a string of a JSON file) as a template. */
export function parseTemplate(parser: GrammarParser, mapped: MappedText): Template {
  const at = mapped.map.range(0, mapped.text.length);
  if (!/[$%]\{/.test(mapped.text))
    return { kind: 'template', at, parts: mapped.text === '' ? [] : [{ kind: 'text', text: mapped }] };
  const wrapped = wrap(mapped, `t = <<${DELIMITER}\n`, `\n${DELIMITER}\n`);
  const begin = `t = <<${DELIMITER}\n`.length;
  const parts = parser.parse(wrapped.text, (root) => {
    const heredoc = root.descendantsOfType('heredoc_template')[0];
    if (heredoc === undefined) return undefined;
    const reader = new Reader(wrapped);
    return assembleTemplate(reader.templateTokens(heredoc, begin, begin + mapped.text.length, 'heredoc'), {
      flush: false,
    });
  });
  return { kind: 'template', at, parts: parts ?? [{ kind: 'interpolation', at, value: { kind: 'broken', at } }] };
}

const DELIMITER = 'END_OF_THE_TEMPLATE_FILE';

function wrap(mapped: MappedText, before: string, after: string): MappedText {
  return new MappedTextBuilder()
    .synthetic(before, mapped, 0)
    .append(mapped)
    .synthetic(after, mapped, mapped.text.length)
    .build();
}

function readFile(root: Node, source: MappedText): { body: Body; comments: Comment[]; errors: Location[] } {
  const reader = new Reader(source);
  const bodies = root.namedChildren.filter((child) => child.type === 'body');
  const body = joinBodies(bodies.map((node) => reader.body(node)));
  const comments = source.text.includes('imdsv2-ignore')
    ? root.descendantsOfType('comment').map((node) => ({ at: reader.at(node), text: node.text }))
    : [];
  return { body, comments, errors: root.hasError ? errorsIn(root, reader) : [] };
}

/** The outermost places that the parser could not make sense of; at most ten. */
function errorsIn(root: Node, reader: Reader): Location[] {
  const errors: Location[] = [];
  const pending: Node[] = [root];
  for (let node = pending.pop(); node !== undefined && errors.length < 10; node = pending.pop()) {
    if (node.isError || node.isMissing) errors.push(reader.at(node));
    else if (node.hasError) pending.push(...node.children.toReversed());
  }
  return errors;
}

/** Where blocks begin in the first column, as people write them. */
function blockStarts(text: string): number[] {
  const starts = [
    ...text.matchAll(
      /^(?:(?:resource|data|module|variable|output|provider|source|check|ephemeral)[ \t]+"?[\w-]+"?[^\n]*\{|(?:locals|terraform|moved|import|removed|build|packer)[ \t]*\{)/gm,
    ),
  ].map((match) => match.index);
  return starts[0] === 0 ? starts : [0, ...starts];
}

function joinBodies(bodies: readonly Body[]): Body {
  const [only] = bodies;
  if (only !== undefined && bodies.length === 1) return only;
  return {
    attributes: new Map(bodies.flatMap((body) => [...body.attributes])),
    blocks: bodies.flatMap((body) => body.blocks),
  };
}

/** Deeper expressions than this are written by programs that mean harm. */
const MAX_NESTING = 250;

/** Turns nodes of the grammar into plain values. The grammar's rules are named as in its own `make_grammar.js`. */
class Reader {
  readonly #source: MappedText;
  #depth = 0;

  constructor(source: MappedText) {
    this.#source = source;
  }

  at(node: Node): Location {
    return this.#source.map.range(node.startIndex, node.endIndex);
  }

  #span(start: number, end: number): Location {
    return this.#source.map.range(start, end);
  }

  body(node: Node | null): Body {
    if (node === null) return EMPTY_BODY;
    const attributes = new Map<string, Attribute>();
    const blocks: Block[] = [];
    for (const child of node.namedChildren) {
      if (child.type === 'attribute') {
        const [name, value] = child.namedChildren.filter((part) => part.type !== 'comment' && part.type !== 'ERROR');
        if (name === undefined) continue;
        attributes.set(name.text, {
          name: name.text,
          at: this.at(child),
          value: value === undefined ? { kind: 'broken', at: this.at(child) } : this.expression(value),
        });
      } else if (child.type === 'block') {
        blocks.push(this.#block(child));
      }
    }
    return { attributes, blocks };
  }

  #block(node: Node): Block {
    const names: string[] = [];
    let body: Body = EMPTY_BODY;
    let open = node.endIndex;
    for (const child of node.namedChildren) {
      if (child.type === 'identifier') names.push(child.text);
      else if (child.type === 'string_lit') names.push(child.text.slice(1, -1));
      else if (child.type === 'block_start') open = child.endIndex;
      else if (child.type === 'body') body = this.body(child);
    }
    const [type = '', ...labels] = names;
    return { type, labels, at: this.at(node), header: this.#span(node.startIndex, open), body };
  }

  expression(node: Node): Expression {
    if (this.#depth >= MAX_NESTING) return { kind: 'broken', at: this.at(node) };
    this.#depth += 1;
    try {
      return this.#operand(this.#meaningful(node), node);
    } finally {
      this.#depth -= 1;
    }
  }

  /** A term and what is applied to it (`.name`, `[key]`, splats): the grammar leaves them side by side. */
  #operand(nodes: readonly Node[], whole: Node): Expression {
    const [first, ...rest] = nodes;
    if (first === undefined) return { kind: 'broken', at: this.at(whole) };
    let value: Expression;
    let applied: readonly Node[] = rest;
    if (first.type === '(') {
      const inner = rest[0];
      value = inner === undefined ? { kind: 'broken', at: this.at(first) } : this.expression(inner);
      applied = rest.slice(2);
    } else {
      value = this.#term(first);
    }
    for (const node of applied) value = this.#apply(value, node, first.startIndex);
    return value;
  }

  #apply(of: Expression, node: Node, start: number): Expression {
    const at = this.#span(start, node.endIndex);
    switch (node.type) {
      case 'get_attr':
        return { kind: 'attribute', at, of, name: node.namedChildren[0]?.text ?? '' };
      case 'index':
        return { kind: 'index', at, of, key: this.#key(node) };
      case 'splat':
        return this.#splat(of, node, at);
      default:
        return { kind: 'broken', at };
    }
  }

  #key(node: Node): Expression {
    const index = node.namedChildren[0];
    if (index === undefined) return { kind: 'broken', at: this.at(node) };
    if (index.type === 'legacy_index')
      return { kind: 'literal', at: this.at(index), value: Number(index.text.slice(1)) };
    const inner = index.namedChildren.find((child) => child.type === 'expression');
    return inner === undefined ? { kind: 'broken', at: this.at(node) } : this.expression(inner);
  }

  #splat(of: Expression, node: Node, at: Location): Expression {
    const splat = node.namedChildren[0];
    const steps = (splat?.namedChildren ?? []).filter((child) => child.type !== 'comment');
    // `a.*.b[0]` takes the first of the list; `a[*].b[0]` the first of each.
    const attributesOnly = splat?.type === 'attr_splat';
    const cut = attributesOnly ? steps.findIndex((step) => step.type !== 'get_attr') : -1;
    const each = (cut === -1 ? steps : steps.slice(0, cut)).map((step): SplatStep =>
      step.type === 'get_attr'
        ? { name: step.namedChildren[0]?.text ?? '', at: this.at(step) }
        : { key: this.#key(step), at: this.at(step) },
    );
    let value: Expression = { kind: 'splat', at, of, each };
    for (const step of cut === -1 ? [] : steps.slice(cut)) value = this.#apply(value, step, node.startIndex);
    return value;
  }

  #term(node: Node): Expression {
    const at = this.at(node);
    switch (node.type) {
      case 'expression':
        return this.expression(node);
      case 'literal_value':
      case 'collection_value':
      case 'for_expr':
      case 'operation':
      case 'template_expr': {
        const inner = node.namedChildren.find((child) => child.type !== 'comment');
        return inner === undefined ? { kind: 'broken', at } : this.#term(inner);
      }
      case 'numeric_lit':
        return { kind: 'literal', at, value: Number(node.text) };
      case 'bool_lit':
        return { kind: 'literal', at, value: node.text === 'true' };
      case 'null_lit':
        return { kind: 'literal', at, value: null };
      case 'string_lit':
      case 'quoted_template':
        return {
          kind: 'template',
          at,
          parts: assembleTemplate(
            this.templateTokens(node, node.startIndex + 1, node.endIndex - (node.text.endsWith('"') ? 1 : 0), 'quoted'),
            { flush: false },
          ),
        };
      case 'heredoc_template':
        return this.#heredoc(node);
      case 'variable_expr':
        return { kind: 'variable', at, name: node.text };
      case 'function_call':
        return this.#call(node);
      case 'conditional': {
        const [condition, then, otherwise] = this.#expressions(node);
        return condition === undefined || then === undefined || otherwise === undefined
          ? { kind: 'broken', at }
          : { kind: 'conditional', at, condition, then, otherwise };
      }
      case 'unary_operation': {
        const [operator, ...operand] = this.#meaningful(node);
        return operator === undefined
          ? { kind: 'broken', at }
          : { kind: 'unary', at, operator: operator.text, operand: this.#operand(operand, node) };
      }
      case 'binary_operation':
        return this.#binary(node);
      case 'tuple':
        return { kind: 'tuple', at, items: this.#expressions(node) };
      case 'object':
        return {
          kind: 'object',
          at,
          entries: node.namedChildren.flatMap((child) => (child.type === 'object_elem' ? this.#entry(child) : [])),
        };
      case 'for_tuple_expr':
      case 'for_object_expr':
        return this.#for(node);
      default:
        return { kind: 'broken', at };
    }
  }

  #meaningful(node: Node): Node[] {
    return node.children.filter((child) => child.type !== 'comment');
  }

  #expressions(node: Node): Expression[] {
    return node.namedChildren.flatMap((child) => (child.type === 'expression' ? [this.expression(child)] : []));
  }

  #binary(node: Node): Expression {
    const children = this.#meaningful(node);
    const split = children.findIndex((child, index) => index > 0 && BINARY.has(child.type));
    const at = this.at(node);
    if (split === -1) return { kind: 'broken', at };
    if (this.#depth >= MAX_NESTING) return { kind: 'broken', at };
    this.#depth += 1;
    const left = this.#operand(children.slice(0, split), node);
    const right = this.#operand(children.slice(split + 1), node);
    this.#depth -= 1;
    return { kind: 'binary', at, operator: children[split]?.type ?? '', left, right };
  }

  #call(node: Node): Expression {
    const args = node.namedChildren.find((child) => child.type === 'function_arguments');
    const expand = args?.namedChildren.some((child) => child.type === 'ellipsis') ?? false;
    return {
      kind: 'call',
      at: this.at(node),
      name: node.namedChildren[0]?.text ?? '',
      args: args === undefined ? [] : this.#expressions(args),
      expand,
    };
  }

  #entry(node: Node): ObjectEntry[] {
    const key = node.childForFieldName('key');
    const value = node.childForFieldName('val');
    if (key === null || value === null) return [];
    const [only, ...more] = this.#meaningful(key);
    const bare =
      only !== undefined &&
      more.length === 0 &&
      (only.type === 'variable_expr' ||
        (only.type === 'literal_value' && only.namedChildren[0]?.type !== 'string_lit'));
    return [{ key: bare ? key.text : this.expression(key), keyAt: this.at(key), value: this.expression(value) }];
  }

  #for(node: Node): Expression {
    const at = this.at(node);
    const intro = node.namedChildren.find((child) => child.type === 'for_intro');
    const names = intro?.namedChildren.filter((child) => child.type === 'identifier').map((child) => child.text) ?? [];
    const collection = intro === undefined ? undefined : this.#expressions(intro)[0];
    const condition = node.namedChildren.find((child) => child.type === 'for_cond');
    const results = this.#expressions(node);
    const value = results.at(-1);
    if (collection === undefined || value === undefined) return { kind: 'broken', at };
    return {
      kind: 'for',
      at,
      keyName: names.length > 1 ? names[0] : undefined,
      valueName: names.at(-1) ?? '',
      collection,
      key: node.type === 'for_object_expr' ? results[0] : undefined,
      value,
      group: node.namedChildren.some((child) => child.type === 'ellipsis'),
      condition: condition === undefined ? undefined : this.#expressions(condition)[0],
    };
  }

  #heredoc(node: Node): Template {
    const { text } = this.#source;
    const start = text.indexOf('\n', node.startIndex) + 1;
    // The closing delimiter stands alone on its line; its indentation is no part of the value.
    const closing = text.lastIndexOf('\n', node.endIndex - 1) + 1;
    const end = Math.max(start, closing);
    const flush = text.startsWith('<<-', node.startIndex);
    return {
      kind: 'template',
      at: this.at(node),
      parts: assembleTemplate(this.templateTokens(node, start, end, 'heredoc'), { flush }),
    };
  }

  /**
   * The tokens of the template between two offsets. The grammar drops white space around literals, so they are taken
   * from the text: all that is neither interpolation nor directive.
   */
  templateTokens(node: Node, start: number, end: number, style: 'quoted' | 'heredoc'): TemplateToken[] {
    const tokens: TemplateToken[] = [];
    let from = start;
    const literal = (until: number): void => {
      if (until <= from) return;
      if (style === 'quoted') tokens.push(quotedLiteral(this.#source, from, until));
      else tokens.push(...heredocLiteral(this.#source, from, until));
    };
    const read = (parent: Node): void => {
      for (const child of parent.namedChildren) {
        if (child.endIndex <= start || child.startIndex >= end) continue;
        if (child.type === 'template_directive' || child.type === 'template_if' || child.type === 'template_for') {
          read(child);
          continue;
        }
        const token = this.#templateToken(child);
        if (token === undefined) continue;
        literal(child.startIndex);
        tokens.push(token);
        from = child.endIndex;
      }
    };
    read(node);
    literal(end);
    return tokens;
  }

  #templateToken(node: Node): TemplateToken | undefined {
    const at = this.at(node);
    const marks = { at, trimBefore: /^[$%]\{~/.test(node.text), trimAfter: node.text.endsWith('~}') };
    const [value] = ['template_interpolation', 'template_if_intro', 'template_for_start'].includes(node.type)
      ? this.#expressions(node)
      : [];
    const broken: Expression = { kind: 'broken', at };
    switch (node.type) {
      case 'template_interpolation':
        return { kind: 'interpolation', ...marks, value: value ?? broken };
      case 'template_if_intro':
        return { kind: 'if', ...marks, condition: value ?? broken };
      case 'template_else_intro':
        return { kind: 'else', ...marks };
      case 'template_if_end':
        return { kind: 'endif', ...marks };
      case 'template_for_end':
        return { kind: 'endfor', ...marks };
      case 'template_for_start': {
        const names = node.namedChildren.filter((child) => child.type === 'identifier').map((child) => child.text);
        return {
          kind: 'for',
          ...marks,
          keyName: names.length > 1 ? names[0] : undefined,
          valueName: names.at(-1) ?? '',
          collection: value ?? broken,
        };
      }
      default:
        return undefined;
    }
  }
}

const BINARY: ReadonlySet<string> = new Set(['*', '/', '%', '+', '-', '>', '>=', '<', '<=', '==', '!=', '&&', '||']);
