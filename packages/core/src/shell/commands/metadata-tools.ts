import type { CommandReader } from './dispatch.ts';
export const TOOLS: ReadonlyMap<string, CommandReader> = new Map<string, CommandReader>();
