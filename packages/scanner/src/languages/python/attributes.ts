import type { SyntaxNode } from '../scripting/syntax.ts';
import { namedOf, unknown, type Value, type Values } from '../scripting/values.ts';
import { callFunction } from './calls.ts';
import { sourceOf, unknownOf, type Interpreter } from './interpreter.ts';
import { readAttribute } from './libraries/index.ts';
import { modulePath } from './modules.ts';

/** What an attribute of a value may be. */
export function attributeOf(interpreter: Interpreter, receiver: Value, name: string, node: SyntaxNode): Values {
  return attributeWithout(interpreter, receiver, name, node).map((value) =>
    receiver.choices.size === 0 ? value : { ...value, choices: new Map([...value.choices, ...receiver.choices]) },
  );
}

function attributeWithout(interpreter: Interpreter, receiver: Value, name: string, node: SyntaxNode): Values {
  const { machine } = interpreter;
  switch (receiver.kind) {
    case 'named': {
      const path = modulePath(`${receiver.path}.${name}`);
      return (
        readAttribute(interpreter, path, node) ??
        interpreter.modules.constant(`${receiver.path}.${name}`) ??
        namedOf(path)
      );
    }
    case 'response':
      // Whether the request went well says whether there is a token.
      if (/^(?:status|status_code|ok|reason|code|is_success|is_error|getcode)$/.test(name))
        return unknown(
          `${receiver.name}.${name}`,
          'the answer decides it',
          receiver.token ? { fromTokenRequest: true } : {},
        );
      return /^(?:text|content|data|body|value|msg)$/.test(name)
        ? [receiver]
        : [{ kind: 'member', receiver, name, choices: receiver.choices }];
    case 'class':
      return (
        classAttribute(interpreter, receiver, name, undefined) ??
        unknownOf(interpreter, node, 'the class does not set it in this file')
      );
    case 'ref': {
      const field = machine.state.field(receiver, name);
      if (field !== undefined) return field;
      const cell = machine.state.cellOf(receiver);
      if (cell?.of.startsWith('class:') === true) {
        const ofClass = machine.state.field(receiver, '<class>')?.[0];
        const found = ofClass === undefined ? undefined : classAttribute(interpreter, ofClass, name, receiver);
        if (found === undefined)
          return inheritsFromLibrary(interpreter, ofClass)
            ? [{ kind: 'member', receiver, name, choices: receiver.choices }]
            : unknownOf(interpreter, node, 'it is not set in this file');
        const [only] = found;
        // Properties run when they are read.
        if (
          only?.kind === 'function' &&
          (interpreter.decorators.get(only.node.start) ?? []).some((decorator) =>
            /^@(?:\w+\.)*(?:cached_?property|property|reify|lazy\w*)\b/.test(decorator),
          )
        ) {
          return callFunction(interpreter, only, { positional: [], keywords: new Map() }, node);
        }
        return found;
      }
      return [{ kind: 'member', receiver, name, choices: receiver.choices }];
    }
    case 'unknown':
      if (receiver.hole.name === 'self' || receiver.hole.name === 'cls')
        return unknown(sourceOf(interpreter, node), 'it is set elsewhere');
      return [{ kind: 'member', receiver, name, choices: receiver.choices }];
    default:
      return [{ kind: 'member', receiver, name, choices: receiver.choices }];
  }
}

/** An attribute that a class or one it is derived from sets; functions are bound to `self`. */
export function classAttribute(
  interpreter: Interpreter,
  of: Value,
  name: string,
  self: Value | undefined,
  depth = 0,
): Values | undefined {
  if (of.kind !== 'class' || depth > 8) return undefined;
  const values = interpreter.machine.state.get(`${String(of.frame)}:${name}`);
  if (values !== undefined) {
    return values.map((value) => {
      if (value.kind !== 'function') return value;
      const decorators = interpreter.decorators.get(value.node.start) ?? [];
      if (decorators.some((decorator) => decorator.startsWith('@staticmethod'))) return value;
      if (decorators.some((decorator) => decorator.startsWith('@classmethod'))) return { ...value, self: of };
      return self === undefined ? value : { ...value, self };
    });
  }
  for (const base of interpreter.bases.get(of.id) ?? []) {
    const inherited = classAttribute(interpreter, base, name, self, depth + 1);
    if (inherited !== undefined) return inherited;
  }
  return undefined;
}

/** Whether a class is derived from one of a library: what it does not define itself may still be there. */
function inheritsFromLibrary(interpreter: Interpreter, of: Value | undefined): boolean {
  return (
    of?.kind === 'class' &&
    (interpreter.bases.get(of.id) ?? []).some((base) => base.kind === 'named' || inheritsFromLibrary(interpreter, base))
  );
}
