import type { Evidence, RequestVariant } from 'imdsv2-core';
import type { HeaderHabits, HeaderSet } from '../scripting/requests.ts';
import { NO_CHOICES, type Values } from '../scripting/values.ts';
import { failureStops, shown, type Interpreter } from './interpreter.ts';

/** Invoke-RestMethod and Invoke-WebRequest leave out headers whose value is $null (WebRequestPSCmdlet, PrepareSession). */
export const DROPS_NULL: HeaderHabits = { dropsNull: true };
/** .NET sends an empty header. */
export const KEEPS_NULL: HeaderHabits = { dropsNull: false };

export interface Sent {
  readonly client: string;
  readonly url: Values;
  readonly method: Values;
  readonly headers: readonly HeaderSet[];
  readonly habits: HeaderHabits;
  readonly sdk?: RequestVariant['sdk'];
  readonly evidence?: readonly Evidence[];
}

/** Notes a request, and gives what it returns: nothing, when it fails and no error stops the script. */
export function send(
  interpreter: Interpreter,
  node: { readonly start: number; readonly end: number },
  sent: Sent,
): Values {
  const stops = failureStops(interpreter);
  const token = interpreter.machine.request({ start: node.start, end: node.end, ...sent });
  return [{ kind: 'response', name: shown(interpreter, node), token, mayBeEmpty: !stops, choices: NO_CHOICES }];
}
