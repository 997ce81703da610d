import type { FunctionTable } from './function.ts';
import { plain } from './plain.ts';

/** https://developer.hashicorp.com/terraform/language/functions, "IP network functions"; IPv4 only. */
export const NETWORK_FUNCTIONS: FunctionTable = {
  cidrhost: plain(['string', 'number'], (prefix, host) => {
    const { base, bits } = parse(prefix);
    const size = 2 ** (32 - bits);
    const offset = host < 0 ? size + host : host;
    if (offset < 0 || offset >= size) throw new Error('the prefix has no such host');
    return show(base + offset);
  }),
  cidrnetmask: plain(['string'], (prefix) => show(2 ** 32 - 2 ** (32 - parse(prefix).bits))),
  cidrsubnet: plain(['string', 'number', 'number'], (prefix, newbits, number) => {
    const { base, bits } = parse(prefix);
    const length = bits + newbits;
    if (length > 32 || number < 0 || number >= 2 ** newbits) throw new Error('the prefix has no such subnet');
    return `${show(base + number * 2 ** (32 - length))}/${length}`;
  }),
  cidrsubnets: plain(
    ['string', 'number'],
    (prefix: string, ...newbits: number[]) => {
      const { base, bits } = parse(prefix);
      let next = base;
      return newbits.map((more) => {
        const size = 2 ** (32 - bits - more);
        if (size < 1) throw new Error('the prefix has no such subnet');
        const start = Math.ceil(next / size) * size;
        next = start + size;
        if (next > base + 2 ** (32 - bits)) throw new Error('the prefix is full');
        return `${show(start)}/${bits + more}`;
      });
    },
    1,
  ),
};

function parse(prefix: string): { base: number; bits: number } {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(prefix);
  if (match === null) throw new Error('only IPv4 prefixes are evaluated');
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - bits);
  return { base: Math.floor(address / size) * size, bits };
}

function show(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
