import type { ESLint, Linter, Rule } from 'eslint';
import { RULES } from 'imdsv2-core';
import { defineRule } from './rules/define-rule.ts';
import { name, version } from './package.ts';

/** Rules about facts that no program states: versions that manifests pin. */
const OTHER_FILES: readonly string[] = ['imdsv2-capable-sdk'];

/** The rules of the core that code of JavaScript and TypeScript can break. */
const OWN = RULES.filter(({ id }) => !OTHER_FILES.includes(id));

const rules: Record<string, Rule.RuleModule> = Object.fromEntries(OWN.map((rule) => [rule.id, defineRule(rule)]));

type Configs = Record<'recommended' | 'strict' | 'all', Linter.Config>;

const plugin: Omit<ESLint.Plugin, 'configs'> & { configs: Configs } = {
  meta: { name, version, namespace: 'imdsv2' },
  rules,
  configs: {} as Configs,
};

// A configuration names the plug-in that it is part of.
Object.assign(plugin.configs, {
  recommended: config('recommended', (rule) => rule.meta.persona === 'regular'),
  strict: config('strict', () => true, 'error'),
  all: config('all', () => true),
});

function config(
  configName: string,
  takes: (rule: (typeof RULES)[number]) => boolean,
  severity?: 'error',
): Linter.Config {
  return {
    name: `imdsv2/${configName}`,
    plugins: { imdsv2: plugin },
    rules: Object.fromEntries(
      OWN.filter(takes).map((rule) => [
        `imdsv2/${rule.id}`,
        severity ?? (rule.meta.severity === 'warning' ? 'warn' : 'error'),
      ]),
    ),
  };
}

export { plugin as default, plugin as 'module.exports' };
