import type { CommandReader } from './dispatch.ts';
export const AWS_COMMANDS: ReadonlyMap<string, CommandReader> = new Map<string, CommandReader>();
