import type { Location, MappedText } from 'imdsv2-core';

/**
 * HCL as plain values: what Terraform and Packer files look like after parsing, from native syntax and from JSON alike.
 * Every node says where it stands.
 */
export type Expression =
  | { readonly kind: 'literal'; readonly at: Location; readonly value: null | boolean | number }
  | Template
  | { readonly kind: 'tuple'; readonly at: Location; readonly items: readonly Expression[] }
  | { readonly kind: 'object'; readonly at: Location; readonly entries: readonly ObjectEntry[] }
  | { readonly kind: 'variable'; readonly at: Location; readonly name: string }
  | { readonly kind: 'attribute'; readonly at: Location; readonly of: Expression; readonly name: string }
  | { readonly kind: 'index'; readonly at: Location; readonly of: Expression; readonly key: Expression }
  | { readonly kind: 'splat'; readonly at: Location; readonly of: Expression; readonly each: readonly SplatStep[] }
  | {
      readonly kind: 'call';
      readonly at: Location;
      readonly name: string;
      readonly args: readonly Expression[];
      readonly expand: boolean;
    }
  | ForExpression
  | {
      readonly kind: 'conditional';
      readonly at: Location;
      readonly condition: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  | { readonly kind: 'unary'; readonly at: Location; readonly operator: string; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly at: Location;
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  /** What the parser could not read. */
  | { readonly kind: 'broken'; readonly at: Location };

export interface ObjectEntry {
  /** An identifier as key stands for its own name; in parentheses it is evaluated. */
  readonly key: Expression | string;
  readonly keyAt: Location;
  readonly value: Expression;
}

/** What is done to each element of a splat. */
export type SplatStep =
  { readonly name: string; readonly at: Location } | { readonly key: Expression; readonly at: Location };

export interface ForExpression {
  readonly kind: 'for';
  readonly at: Location;
  readonly keyName: string | undefined;
  readonly valueName: string;
  readonly collection: Expression;
  /** Set: the result is an object. */
  readonly key: Expression | undefined;
  readonly value: Expression;
  /** `...`: values of one key are collected in a list. */
  readonly group: boolean;
  readonly condition: Expression | undefined;
}

/** A string: quoted, a heredoc, or a file that is read as a template. Strip markers, escapes and indentation are already dealt with. */
export interface Template {
  readonly kind: 'template';
  readonly at: Location;
  readonly parts: readonly TemplatePart[];
}

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: MappedText }
  | { readonly kind: 'interpolation'; readonly at: Location; readonly value: Expression }
  | {
      readonly kind: 'if';
      readonly at: Location;
      readonly condition: Expression;
      readonly then: readonly TemplatePart[];
      readonly otherwise: readonly TemplatePart[];
    }
  | {
      readonly kind: 'for';
      readonly at: Location;
      readonly keyName: string | undefined;
      readonly valueName: string;
      readonly collection: Expression;
      readonly body: readonly TemplatePart[];
    };

export interface Body {
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly blocks: readonly Block[];
}

export interface Attribute {
  readonly name: string;
  readonly at: Location;
  readonly value: Expression;
}

export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  /** From the block's type to its closing brace. */
  readonly at: Location;
  /** The line that opens it, from its type to its brace. */
  readonly header: Location;
  readonly body: Body;
}

export interface Comment {
  readonly at: Location;
  readonly text: string;
}

export interface HclFile {
  readonly path: string;
  readonly text: string;
  readonly body: Body;
  readonly comments: readonly Comment[];
  /** Places that could not be read; the rest was. */
  readonly errors: readonly Location[];
}

export const EMPTY_BODY: Body = { attributes: new Map(), blocks: [] };
