import type { Document } from 'imdsv2-core';
import { Machine } from '../scripting/machine.ts';
import { Relevance } from '../scripting/relevance.ts';
import type { SyntaxNode } from '../scripting/syntax.ts';
import { NULL, textOf, unknown, type Values } from '../scripting/values.ts';

/** A function, method or script block that the script defines, remembered in case nothing runs it. */
export interface Definition {
  readonly node: SyntaxNode;
  readonly name: string;
  /** Properties of the class that it is a method of. */
  readonly ofClass?: SyntaxNode;
}

/** What runs through the evaluation of one PowerShell document. */
export interface Interpreter {
  readonly machine: Machine;
  readonly document: Document;
  readonly scriptFrame: number;
  /** The frame that called a frame: names not found in one are looked for in its caller. */
  readonly callers: Map<number, number>;
  readonly functions: Map<string, SyntaxNode>;
  readonly relevance: Relevance;
  readonly definitions: Map<number, Definition>;
  /** Aliases that the script sets, in lower case. */
  readonly aliases: Map<string, string>;
  frame: number;
}

export function createInterpreter(document: Document): Interpreter {
  // A variable that was never set holds $null.
  const machine = new Machine(document, { absent: NULL });
  const scriptFrame = machine.nextId();
  const functions = new Map<string, SyntaxNode>();
  const relevance = new Relevance(document.text, functions, ['command_name']);
  return {
    machine,
    document,
    scriptFrame,
    frame: scriptFrame,
    callers: new Map(),
    functions,
    relevance,
    definitions: new Map(),
    aliases: new Map(),
  };
}

export function sourceOf(interpreter: Interpreter, node: { readonly start: number; readonly end: number }): string {
  return interpreter.document.text.slice(node.start, node.end);
}

/** A short name for what an expression stands for. */
export function shown(interpreter: Interpreter, node: { readonly start: number; readonly end: number }): string {
  const source = sourceOf(interpreter, node).replace(/`?\s+/g, ' ').trim();
  return source.length > 60 ? `${source.slice(0, 57)}…` : source;
}

export function unknownOf(interpreter: Interpreter, node: SyntaxNode, why: string): Values {
  return unknown(shown(interpreter, node), why);
}

/** A name without `$`, `@`, braces, in lower case; with its scope, if it has one. */
function variableName(source: string): { readonly scope: string; readonly name: string } {
  const plain = source.replace(/^[$@]\{?|\}$/g, '').toLowerCase();
  const colon = plain.indexOf(':');
  return colon > 0 ? { scope: plain.slice(0, colon), name: plain.slice(colon + 1) } : { scope: '', name: plain };
}

export function setVariable(interpreter: Interpreter, source: string, values: Values): void {
  interpreter.machine.setLocal(variableKey(interpreter, source), values);
}

/** Where an assignment to a variable puts its value. */
function variableKey(interpreter: Interpreter, source: string): string {
  const { scope, name } = variableName(source);
  if (scope === 'env') return `env:${name}`;
  if (scope === 'script' || scope === 'global') return `${String(interpreter.scriptFrame)}:${name}`;
  return `${String(interpreter.frame)}:${name}`;
}

const CONSTANTS: ReadonlyMap<string, Values> = new Map([
  ['null', NULL],
  ['true', [{ kind: 'boolean', value: true, choices: new Map() }]],
  ['false', [{ kind: 'boolean', value: false, choices: new Map() }]],
]);

/** The values of a variable, looked for from the running function through its callers; `key` is where they were found. */
export function lookUp(
  interpreter: Interpreter,
  source: string,
): { readonly key: string; readonly values: Values } | undefined {
  const { scope, name } = variableName(source);
  const constant = scope === '' ? CONSTANTS.get(name) : undefined;
  if (constant !== undefined) return { key: '', values: constant };
  const { state } = interpreter.machine;
  if (scope === 'env') {
    const values = state.get(`env:${name}`);
    return values === undefined ? undefined : { key: `env:${name}`, values };
  }
  if (scope === 'script' || scope === 'global') {
    const key = `${String(interpreter.scriptFrame)}:${name}`;
    const values = state.get(key);
    return values === undefined ? undefined : { key, values };
  }
  for (let frame: number | undefined = interpreter.frame; frame !== undefined; frame = interpreter.callers.get(frame)) {
    const key = `${String(frame)}:${name}`;
    const values = state.get(key);
    if (values !== undefined) return { key, values };
  }
  return undefined;
}

/** The values of a variable. */
export function readVariable(interpreter: Interpreter, source: string): Values {
  const found = lookUp(interpreter, source);
  if (found !== undefined) return found.values;
  const { scope, name } = variableName(source);
  if (scope === 'env') return unknown(`$env:${name}`, 'it comes from the environment');
  if (name === 'pshome' || name === 'psscriptroot') return textOf('.');
  return unknown(source, 'it is not set in this file');
}

/** Whether an error ends the script, or what comes after in the `try` around: then nothing goes on without what failed. */
export function failureStops(interpreter: Interpreter): boolean {
  if (interpreter.machine.attempting) return true;
  const preference = lookUp(interpreter, '$ErrorActionPreference')?.values ?? [];
  return (
    preference.length > 0 &&
    preference.every(
      (value) =>
        value.kind === 'text' &&
        value.pieces.some((piece) => piece.kind === 'literal' && /^stop$/i.test(piece.value.trim())),
    )
  );
}
