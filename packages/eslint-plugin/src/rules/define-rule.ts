import type { Rule as EslintRule } from 'eslint';
import { DEFAULT_OPTIONS, type Finding, type Rule, type RuleOptions } from 'imdsv2-core';
import { REPAIRED_RULES, type Repair } from '../front-end/index.ts';
import { homepage } from '../package.ts';
import { analyse, concernsUs } from './analysis.ts';

export interface Options {
  /** `none`: constructs are judged as if no aspect elsewhere covered them. `unknown`: ones that an aspect elsewhere may cover are left to the scanner. */
  readonly assumeAspects?: 'none' | 'unknown';
  readonly hopLimit?: Partial<RuleOptions['hopLimit']>;
}

/** A rule of the core as a rule of ESLint. What it judges is analysed once per file, whichever rules are on. */
export function defineRule(rule: Rule): EslintRule.RuleModule {
  const takes = OPTIONS[rule.id];
  return {
    meta: {
      type: 'problem',
      docs: {
        description: rule.meta.description,
        recommended: rule.meta.persona === 'regular',
        url: `${homepage}/blob/main/docs/rules/${rule.id}.md`,
      },
      schema:
        takes === undefined ? [] : [{ type: 'object', properties: takes.properties, additionalProperties: false }],
      defaultOptions: takes === undefined ? [] : [takes.defaults],
      hasSuggestions: REPAIRED_RULES.includes(rule.id),
      messages: { found: '{{ message }}', foundWithHelp: '{{ message }} {{ help }}', repair: '{{ title }}.' },
    },
    create(context) {
      const { sourceCode } = context;
      // Projects lint JSON, Markdown and CSS too: their trees have other roots.
      if ((sourceCode.ast as { type?: string } | undefined)?.type !== 'Program') return {};
      // Most files of most projects: no rule waits for anything in them.
      if (!concernsUs(sourceCode)) return {};
      const options = (context.options[0] ?? {}) as Options;
      return {
        Program() {
          const { program, repairs } = analyse(sourceCode, context.filename, options.assumeAspects ?? 'unknown');
          const limits = { hopLimit: { ...DEFAULT_OPTIONS.hopLimit, ...options.hopLimit } };
          for (const finding of rule.check(program, limits)) {
            if (finding.confidence === 'low') continue;
            context.report({
              loc: {
                start: sourceCode.getLocFromIndex(finding.location.start),
                end: sourceCode.getLocFromIndex(finding.location.end),
              },
              ...messageOf(finding),
              suggest: REPAIRED_RULES.includes(rule.id)
                ? repairs()
                    .filter((repair) => repair.subject === finding.subject && repair.rule === rule.id)
                    .map((repair) => suggestionOf(repair))
                : [],
            });
          }
        },
      };
    },
  };
}

function messageOf(finding: Finding): { messageId: string; data: Record<string, string> } {
  return finding.help === ''
    ? { messageId: 'found', data: { message: finding.message } }
    : { messageId: 'foundWithHelp', data: { message: finding.message, help: finding.help } };
}

/** Every repair is a suggestion: what a program sends, or a template makes, is never changed unasked. */
function suggestionOf({ fix }: Repair): EslintRule.SuggestionReportDescriptor {
  return {
    messageId: 'repair',
    data: { title: fix.title },
    fix: (fixer) => fix.edits.map(({ start, end, text }) => fixer.replaceTextRange([start, end], text)),
  };
}

interface RuleSchema {
  readonly properties: Readonly<Record<string, object>>;
  readonly defaults: Options;
}

const ASPECTS: RuleSchema = {
  properties: {
    assumeAspects: {
      type: 'string',
      enum: ['none', 'unknown'],
      description:
        'Whether a CDK aspect in another file may require tokens of a construct in this one. With "none" such constructs are reported.',
    },
  },
  defaults: { assumeAspects: 'unknown' },
};

/** Options of rules, by id. */
const OPTIONS: Readonly<Record<string, RuleSchema | undefined>> = {
  'require-imdsv2': ASPECTS,
  'hop-limit': {
    properties: {
      hopLimit: {
        type: 'object',
        properties: {
          host: {
            type: 'integer',
            minimum: 1,
            maximum: 64,
            description: 'The highest hop limit that is right for programs on the instance itself.',
          },
          containers: {
            type: 'integer',
            minimum: 1,
            maximum: 64,
            description: 'The highest hop limit that is right where containers ask.',
          },
        },
        additionalProperties: false,
        description: 'Highest hop limits, per context.',
      },
    },
    defaults: { hopLimit: DEFAULT_OPTIONS.hopLimit },
  },
};
