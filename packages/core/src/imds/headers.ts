/** The header that carries the session token. Names compare without case. Source: facts/aws.md §4.1. */
export const TOKEN_HEADER = 'X-aws-ec2-metadata-token';

/** The header of the token request that says how many seconds the token shall live. */
export const TTL_HEADER = 'X-aws-ec2-metadata-token-ttl-seconds';

/** Bounds of the token's life in seconds, both allowed. Source: facts/aws.md §4.1. */
export const TTL_SECONDS = { min: 1, max: 21_600 } as const;

/** The token service refuses requests that carry it, by default. */
export const FORWARDED_HEADER = 'X-Forwarded-For';

export function isTokenHeader(name: string): boolean {
  return same(name, TOKEN_HEADER);
}

export function isTtlHeader(name: string): boolean {
  return same(name, TTL_HEADER);
}

export function isForwardedHeader(name: string): boolean {
  return same(name, FORWARDED_HEADER);
}

/** Whether a name was meant to be one of the two headers but is another name, which IMDS ignores: `aws-ec2-metadata-token`, `X-aws-metadata-token`. */
export function isMisspeltHeader(name: string): boolean {
  const plain = name.trim().toLowerCase();
  if (isTokenHeader(plain) || isTtlHeader(plain) || plain.includes('aliyun')) return false;
  return /metadata[-_]?token/.test(plain) && /aws|ec2/.test(plain);
}

/** Whether `value` (the text of a TTL header) is a life that IMDS accepts. Surrounding blanks are allowed. */
export function isValidTtl(value: string): boolean {
  const text = value.trim();
  return /^\d{1,9}$/.test(text) && Number(text) >= TTL_SECONDS.min && Number(text) <= TTL_SECONDS.max;
}

function same(name: string, header: string): boolean {
  return name.trim().toLowerCase() === header.toLowerCase();
}
