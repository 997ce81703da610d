export type Colour = 'red' | 'yellow' | 'green' | 'blue' | 'bold' | 'dim';

/** Puts a text into a colour, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string;

/** Colours where they are wanted: `NO_COLOR` and `FORCE_COLOR` decide, else whether the report goes to a terminal. */
export function colours({
  env,
  isTerminal,
}: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
}): Paint {
  const force = env['FORCE_COLOR'];
  const isOn =
    force !== undefined && force !== ''
      ? force !== '0' && force !== 'false'
      : !(env['NO_COLOR'] ?? '') && isTerminal && env['TERM'] !== 'dumb';
  return isOn
    ? (colour, text) => `\u001b[${String(CODES[colour][0])}m${text}\u001b[${String(CODES[colour][1])}m`
    : (_colour, text) => text;
}

const CODES: Readonly<Record<Colour, readonly [number, number]>> = {
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  blue: [36, 39],
  bold: [1, 22],
  dim: [2, 22],
};
