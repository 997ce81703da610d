import { gte as isAtLeastPep440, satisfies as satisfiesPep440, valid as validPep440 } from '@renovatebot/pep440';
import { gte as isAtLeastNuget, valid as validNuget } from '@snyk/nuget-semver';
import type { Ecosystem, Reached } from 'imdsv2-core';
import { coerce, gte, intersects, parse, subset, validRange } from 'semver';

/** How versions of an ecosystem compare: by its own library, since no two agree. */
interface Scheme {
  /** Whether a version is `minimum` or later; undefined: it is no version. */
  readonly isAtLeast: (version: string, minimum: string) => boolean | undefined;
  /** What a requirement leaves open about `minimum`; undefined where the manifests of the ecosystem hold resolved versions only. */
  readonly range?: (range: string, minimum: string) => Reached;
}

const SEMVER: Scheme = {
  isAtLeast: (version, minimum) => {
    const read = parse(version, { loose: true }) ?? parse(coerce(version));
    return read === null ? undefined : gte(read, minimum);
  },
};

const SCHEMES: Readonly<Record<Ecosystem, Scheme>> = {
  npm: {
    ...SEMVER,
    range: (range, minimum) => {
      if (validRange(range) === null) return 'unknown';
      if (!intersects(range, `>=${minimum}`, { includePrerelease: true })) return 'no';
      return subset(range, `>=${minimum}`) ? 'yes' : 'unknown';
    },
  },
  pypi: {
    isAtLeast: (version, minimum) => (validPep440(version) === null ? undefined : isAtLeastPep440(version, minimum)),
    range: pythonRange,
  },
  // The versions of the SDKs of AWS for Java, Go, Ruby and PHP are semantic ones.
  maven: SEMVER,
  go: SEMVER,
  rubygems: SEMVER,
  packagist: SEMVER,
  container: SEMVER,
  nuget: {
    isAtLeast: (version, minimum) => {
      const plain = version.replace(/^[[(]|[\])]$/g, '');
      return validNuget(plain) === null ? undefined : isAtLeastNuget(plain, minimum);
    },
  },
};

/** Whether a package is at `minimum`, as far as its version or requirement says. `doubtful`: versions from here on may be as well. */
export function reaches(
  ecosystem: Ecosystem,
  { version, range }: { readonly version?: string; readonly range?: string },
  minimum: string,
  doubtful?: string,
): Reached {
  const scheme = SCHEMES[ecosystem];
  const reached = (least: string): Reached => {
    if (version !== undefined) {
      const is = scheme.isAtLeast(version, least);
      return is === undefined ? 'unknown' : is ? 'yes' : 'no';
    }
    return range === undefined || scheme.range === undefined ? 'unknown' : scheme.range(range, least);
  };
  const certain = reached(minimum);
  return certain === 'no' && doubtful !== undefined && reached(doubtful) !== 'no' ? 'unknown' : certain;
}

/** The parts of a requirement: a sign, a version, `.*`. */
const PART = /(?:^|,)\s*(===|==|~=|<=|>=|<|>|!=)\s*([\w.!+-]+?)(\.\*)?\s*(?=,|$)/g;

/** Whether what fits a requirement lies at `minimum` or above, below it, or on both sides. */
function pythonRange(range: string, minimum: string): Reached {
  const parts = [...range.matchAll(PART)].map(([, sign = '', version = '', star = '']) => ({ sign, version, star }));
  if (parts.some(({ version }) => validPep440(version) === null)) return 'unknown';
  const isAtLeast = (sign: string): boolean =>
    parts.some((part) => part.sign === sign && isAtLeastPep440(part.version, minimum));
  // Nothing that fits lies below the lower end.
  if (['>=', '>', '==', '===', '~='].some(isAtLeast)) return 'yes';
  if (satisfiesPep440(minimum, range)) return 'unknown';
  // The minimum does not fit, and an upper end lies below it: so does all that fits.
  return parts.some(
    ({ sign, version }) => ['<', '<=', '==', '===', '~='].includes(sign) && !isPast(version, sign, minimum),
  )
    ? 'no'
    : 'unknown';
}

/** Whether an upper end leaves room above `minimum`. */
function isPast(version: string, sign: string, minimum: string): boolean {
  return isAtLeastPep440(version, minimum) && !(sign === '<' && version === minimum);
}
