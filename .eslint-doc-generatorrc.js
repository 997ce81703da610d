import { format, resolveConfig } from 'prettier';

/**
 * Config for `npm run rule-docs`. The pages of the rules serve the scanner as well, so they stand at the root and
 * carry the bare id; paths start at the plug-in.
 *
 * @type {import('eslint-doc-generator').GenerateOptions}
 */
export default {
  pathRuleDoc: '../../docs/rules/{name}.md',
  pathRuleList: 'README.md',
  ruleDocTitleFormat: 'name',
  // The description opens the page in its author's words.
  ruleDocNotices: ['configs', 'deprecated', 'fixable', 'hasSuggestions'],
  urlConfigs: 'https://www.npmjs.com/package/eslint-plugin-imdsv2',
  postprocess: async (content, path) => format(content, { ...(await resolveConfig(path)), filepath: path }),
};
