import type { Cell } from '../../scripting/state.ts';
import type { SyntaxNode } from '../../scripting/syntax.ts';
import type { RefValue, Values } from '../../scripting/values.ts';
import type { Arguments } from '../calls.ts';
import type { Interpreter } from '../interpreter.ts';
import { callConnection, makeConnection } from './connections.ts';
import { callOnPrepared, callPrepared } from './prepared.ts';
import { callProcess, splitCommand } from './processes.ts';
import { callSdk, readSdkAttribute } from './sdks.ts';
import { sendBy } from './send.ts';
import { callSession, makeSession } from './sessions.ts';
import { REQUEST_FUNCTIONS } from './verbs.ts';

/** Calls a function or class of a library that is known; undefined for any other. */
export function callLibrary(
  interpreter: Interpreter,
  path: string,
  args: Arguments,
  node: SyntaxNode,
): Values | undefined {
  const entry = REQUEST_FUNCTIONS.get(path);
  if (entry !== undefined) return sendBy(interpreter, entry, args, node);
  return (
    callPrepared(interpreter, path, args, node) ??
    makeSession(interpreter, path, args) ??
    makeConnection(interpreter, path, args) ??
    callSdk(interpreter, path, args, node) ??
    callProcess(interpreter, path, args, node) ??
    splitCommand(interpreter, path, args, node)
  );
}

/** Calls a method of an object that a library made; undefined for any other. */
export function callOnObject(
  interpreter: Interpreter,
  receiver: RefValue,
  cell: Cell,
  name: string,
  args: Arguments,
  node: SyntaxNode,
): Values | undefined {
  if (name === '__enter__' || name === '__aenter__') return [receiver];
  return (
    callSession(interpreter, receiver, cell, name, args, node) ??
    callOnPrepared(interpreter, receiver, cell, name, args, node) ??
    callConnection(interpreter, receiver, cell, name, args, node)
  );
}

/** Reads an attribute of a library's object that does something when it is read; undefined for any other. */
export function readAttribute(interpreter: Interpreter, path: string, node: SyntaxNode): Values | undefined {
  return readSdkAttribute(interpreter, path, node);
}
