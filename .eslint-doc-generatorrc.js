/**
 * The pages of the rules serve the scanner as well, so they stand at the root and carry the bare id.
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
};
