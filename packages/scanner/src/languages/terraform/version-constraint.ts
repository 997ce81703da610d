/** A version of three numbers; suffixes of pre-releases are dropped. */
type Version = readonly [number, number, number];

/** The versions that a constraint admits: from `least` to before `before`, and no further than `upTo`. */
export interface Bounds {
  readonly least: Version;
  readonly before: Version;
  readonly upTo: Version | undefined;
}

const NO_LIMIT: Version = [Infinity, Infinity, Infinity];

export const ANY_VERSION: Bounds = { least: [0, 0, 0], before: NO_LIMIT, upTo: undefined };

/**
 * The bounds of a constraint as Terraform writes it (`~> 4.0, < 4.50`); undefined for what is none. Source: developer.hashicorp.com/terraform,
 * *Version constraints*.
 */
export function boundsOf(constraint: string): Bounds | undefined {
  let { least, before, upTo } = ANY_VERSION;
  for (const part of constraint
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')) {
    const match = /^(=|!=|>=|<=|>|<|~>)?\s*v?(\d+(?:\.\d+){0,2})(?:[-+].*)?$/.exec(part);
    if (match === null) return undefined;
    const [, operator = '=', text = ''] = match;
    const version = parseVersion(text);
    const places = text.split('.').length;
    if (operator === '=') [least, upTo] = [version, version];
    else if (operator === '>=' || operator === '>') least = later(least, version);
    else if (operator === '<') before = earlier(before, version);
    else if (operator === '<=') upTo = upTo === undefined ? version : earlier(upTo, version);
    else if (operator === '~>') {
      least = later(least, version);
      before = earlier(before, places >= 3 ? [version[0], version[1] + 1, 0] : [version[0] + 1, 0, 0]);
    }
  }
  return { least, before, upTo };
}

/** What both admit. */
export function intersect(a: Bounds, b: Bounds): Bounds {
  const upTo = a.upTo === undefined ? b.upTo : b.upTo === undefined ? a.upTo : earlier(a.upTo, b.upTo);
  return { least: later(a.least, b.least), before: earlier(a.before, b.before), upTo };
}

/** Whether every version that is admitted is below another. */
export function areBelow({ before, upTo }: Bounds, version: Version): boolean {
  return compareVersions(before, version) <= 0 || (upTo !== undefined && compareVersions(upTo, version) < 0);
}

export function parseVersion(text: string): Version {
  const [major = 0, minor = 0, patch = 0] = text.split('.').map(Number);
  return [major, minor, patch];
}

export function compareVersions(a: Version, b: Version): number {
  for (const index of [0, 1, 2] as const) if (a[index] !== b[index]) return a[index] < b[index] ? -1 : 1;
  return 0;
}

function later(a: Version, b: Version): Version {
  return compareVersions(a, b) < 0 ? b : a;
}

function earlier(a: Version, b: Version): Version {
  return compareVersions(a, b) < 0 ? a : b;
}
