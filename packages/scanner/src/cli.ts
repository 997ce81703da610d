#!/usr/bin/env node
import process from 'node:process';
import { main } from './main.ts';

// A reader that goes away early (`imdsv2 | head`) ends the output, not the command.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
const { argv, stdin, stdout, stderr, env } = process;
process.exitCode = await main({ argv: argv.slice(2), stdin, stdout, stderr, env, cwd: process.cwd() });
