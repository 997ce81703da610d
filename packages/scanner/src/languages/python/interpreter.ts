import type { Document } from 'imdsv2-core';
import { Machine } from '../scripting/machine.ts';
import type { SyntaxNode } from '../scripting/syntax.ts';
import { unknown, type Value, type Values } from '../scripting/values.ts';

/** A function or method that the script defines, remembered in case nothing calls it. */
export interface Definition {
  readonly node: SyntaxNode;
  readonly name: string;
  readonly frame: number;
  /** The class it is a method of. */
  readonly ofClass?: Value;
}

/** What other modules of the same tree are asked for. */
export interface OwnModules {
  /** The value of a constant by its dotted name, leading dots for relative ones; undefined when there is no such module, or the name is no constant in it. */
  readonly constant: (dotted: string) => Values | undefined;
  /** Whether a module that the text imports may hold the service's address. */
  readonly importsAddress: (text: string) => boolean;
}

const NO_MODULES: OwnModules = { constant: () => undefined, importsAddress: () => false };

/** What runs through the evaluation of one Python document. */
export interface Interpreter {
  readonly machine: Machine;
  readonly document: Document;
  readonly modules: OwnModules;
  /** Frame of the module's own names. */
  readonly moduleFrame: number;
  /** The frame in which a frame was defined: names not found in one are looked for there. */
  readonly parents: Map<number, number>;
  readonly definitions: Map<number, Definition>;
  /** The decorators of functions as written, by the place of the definition. */
  readonly decorators: Map<number, readonly string[]>;
  /** Names that a function declares `global`: `<frame>:<name>`. */
  readonly globals: Set<string>;
  /** Frames of class bodies, by class id. */
  readonly classFrames: Map<number, number>;
  /** The class values that a class is derived from, by class id. */
  readonly bases: Map<number, readonly Value[]>;
  /** The frame that runs now. */
  frame: number;
}

export function createInterpreter(document: Document, modules: OwnModules = NO_MODULES, steps?: number): Interpreter {
  const machine = new Machine(document, { absent: undefined, ...(steps === undefined ? {} : { steps }) });
  const moduleFrame = machine.nextId();
  return {
    machine,
    document,
    modules,
    moduleFrame,
    frame: moduleFrame,
    parents: new Map(),
    definitions: new Map(),
    decorators: new Map(),
    globals: new Set(),
    classFrames: new Map(),
    bases: new Map(),
  };
}

export function sourceOf(interpreter: Interpreter, node: SyntaxNode): string {
  return interpreter.document.text.slice(node.start, node.end);
}

/** An unknown value that is named by the expression that it stands for. */
export function unknownOf(interpreter: Interpreter, node: SyntaxNode, why: string): Values {
  const source = sourceOf(interpreter, node).replace(/\s+/g, ' ');
  return unknown(source.length > 60 ? `${source.slice(0, 57)}…` : source, why);
}

/** Where a name of the running frame is kept. */
function variableKey(interpreter: Interpreter, name: string): string {
  const frame = interpreter.globals.has(`${String(interpreter.frame)}:${name}`)
    ? interpreter.moduleFrame
    : interpreter.frame;
  return `${String(frame)}:${name}`;
}

export function assignName(interpreter: Interpreter, name: string, values: Values): void {
  interpreter.machine.setLocal(variableKey(interpreter, name), values);
}

/** The values of a name, looked for from the running frame outwards; undefined when it is nowhere set. */
export function lookUp(
  interpreter: Interpreter,
  name: string,
): { readonly key: string; readonly values: Values } | undefined {
  for (let frame: number | undefined = interpreter.frame; frame !== undefined; frame = interpreter.parents.get(frame)) {
    const key = `${String(frame)}:${name}`;
    const values = interpreter.machine.state.get(key);
    if (values !== undefined) return { key, values };
  }
  return undefined;
}
