import type { Location } from '../document/offset-map.ts';
import type { Evidence } from './evidence.ts';

/** A launch option: set to a value, not set, or not known. */
export type Setting<T> =
  | {
      readonly state: 'set';
      readonly value: T;
      readonly location?: Location;
      readonly evidence?: readonly Evidence[];
      readonly decidedBy?: DecidedBy;
    }
  /** `location` is the tightest place to say it: the options block, else the launch's header line. */
  | { readonly state: 'unset'; readonly location?: Location; readonly evidence?: readonly Evidence[] }
  | {
      readonly state: 'unknown';
      readonly why: string;
      readonly location?: Location;
      readonly evidence?: readonly Evidence[];
    };

/** What made a launch's verdict. */
export type DecidedBy =
  | 'self'
  | 'launch-template'
  | 'variable-default'
  | 'module-default'
  | 'tool-default'
  | 'aspect'
  | 'account'
  | 'ami'
  | 'policy'
  | 'unknown';

export const UNSET: Setting<never> = { state: 'unset' };

export function isSet<T>(setting: Setting<T>): setting is Extract<Setting<T>, { state: 'set' }> {
  return setting.state === 'set';
}
