export { analyseShell, type ShellContext } from './analyse.ts';
