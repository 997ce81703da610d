export { analyseShell, type ShellContext } from './analyse.ts';
export { planShell } from './repair/plan.ts';
