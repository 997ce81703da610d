export { analyseShell } from './analyse.ts';
