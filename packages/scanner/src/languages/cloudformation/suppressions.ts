import { type Suppression } from 'imdsv2-core';
import { treeSuppressions } from '../embedded/suppressions.ts';
import { get, textOf, type Node } from '../structured/index.ts';
import { locationOf, type Template } from './template.ts';

/** Wishes to keep quiet: comments, and `Metadata: {imdsv2: {ignore: [{rule, reason}]}}` of a resource or of the whole template. */
export function suppressionsOf(template: Template): readonly Suppression[] {
  const { document, tree, root, resources } = template;
  return [
    ...treeSuppressions(document, tree),
    ...declared(template, get(root, 'Metadata'), resources),
    ...resources.entries.flatMap(({ key, value }) =>
      declared(template, get(value, 'Metadata'), { start: key.start, end: value.end }),
    ),
  ];

  function declared(
    { document: host }: Template,
    metadata: Node | undefined,
    covered: { readonly start: number; readonly end: number },
  ): readonly Suppression[] {
    const ignore = get(get(metadata, 'imdsv2'), 'ignore');
    if (ignore === undefined) return [];
    const items = ignore.kind === 'sequence' ? ignore.items : [ignore];
    return items.map((item) => {
      const rule = get(item, 'rule') ?? get(item, 'rules');
      const rules = (rule?.kind === 'sequence' ? rule.items : [rule])
        .flatMap((node) => textOf(node)?.split(/[\s,]+/) ?? [])
        .map((id) => id.replace(/^imdsv2\//, ''))
        .filter((id) => id !== '');
      const reason = (textOf(get(item, 'reason')) ?? '').trim();
      const error =
        rules.length === 0
          ? 'it names no rule: write {rule: <rule>, reason: <why>}.'
          : reason === ''
            ? 'it gives no reason: write {rule: <rule>, reason: <why>}.'
            : undefined;
      return {
        location: locationOf(host, item),
        covers: locationOf(host, covered),
        rules,
        reason,
        ...(error === undefined ? {} : { error }),
      };
    });
  }
}
