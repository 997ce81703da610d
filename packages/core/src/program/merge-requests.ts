import type { Request } from '../facts/request.ts';

/**
 * One request per place and client. A script is often read several times: as a file of its own, and as the boot script of each launch that
 * passes it variables. The readings become the variants of one request.
 */
export function mergeRequests(requests: readonly Request[]): readonly Request[] {
  const merged = new Map<string, Request>();
  for (const request of requests) {
    const twin = merged.get(request.id);
    merged.set(request.id, twin === undefined ? request : join(twin, request));
  }
  return [...merged.values()];
}

function join(a: Request, b: Request): Request {
  // A reading for a launch knows what the placeholders stand for; the reading of the file alone adds nothing then.
  const bound = [a, b].filter((request) => request.launches.length > 0);
  const readings = bound.length === 1 ? bound : [a, b];
  return {
    ...a,
    variants: readings.flatMap((request) => request.variants),
    launches: [...new Set([...a.launches, ...b.launches])],
    runner:
      a.runner === b.runner
        ? a.runner
        : a.runner === 'unknown'
          ? b.runner
          : b.runner === 'unknown'
            ? a.runner
            : 'unknown',
    role: a.role === '' ? b.role : a.role,
  };
}
