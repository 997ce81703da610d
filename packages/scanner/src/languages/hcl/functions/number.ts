import { plain } from './plain.ts';
import type { FunctionTable } from './function.ts';

/** https://developer.hashicorp.com/terraform/language/functions, "Numeric functions". */
export const NUMBER_FUNCTIONS: FunctionTable = {
  abs: plain(['number'], Math.abs),
  ceil: plain(['number'], Math.ceil),
  floor: plain(['number'], Math.floor),
  signum: plain(['number'], Math.sign),
  pow: plain(['number', 'number'], (base, exponent) => base ** exponent),
  log: plain(['number', 'number'], (value, base) => Math.log(value) / Math.log(base)),
  max: plain(['number'], (...values: number[]) => Math.max(...values)),
  min: plain(['number'], (...values: number[]) => Math.min(...values)),
  parseint: plain(['string', 'number'], (text, base) => {
    const digits = text.toLowerCase().replace(/^[-+]/, '');
    if (digits === '' || Array.from(digits).some((digit) => Number.isNaN(Number.parseInt(digit, base))))
      throw new Error('it is no number of that base');
    return Number.parseInt(text, base);
  }),
};
