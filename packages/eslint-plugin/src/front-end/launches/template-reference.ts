import { known, render, type TemplateReference } from 'imdsv2-core';
import type { Evaluator } from '../evaluation/evaluator.ts';
import { toTexts, type ReferenceValue, type Value, type Values } from '../evaluation/value.ts';
import type { Node } from '../syntax/module.ts';
import type { LaunchForm } from './catalogue.ts';
import type { Place } from './places.ts';
import { at, type Found } from './settings.ts';

function identity(reference: ReferenceValue): string | undefined {
  const { root } = reference;
  if (root.kind !== 'made') return undefined;
  return `code:${root.evaluator.module.path}:${String(root.node.range[0])}`;
}

/** All the names that a template goes by. */
export function identitiesOf({ call, form, props }: Place, evaluator: Evaluator): readonly string[] {
  const { module } = evaluator;
  const own = [`code:${module.path}:${String(call.range[0])}`];
  if (form.name === undefined) return own;
  const names = toTexts(at(props, form.name, evaluator, call).values).filter(
    (text) => text.pieces.some((piece) => piece.kind === 'literal') && render(text) !== 'undefined',
  );
  return [...own, ...names.map((text) => nameIdentity(module.path, text))];
}

/** Names with unknown parts are equal within one file only, where the parts are the same variables. */
function nameIdentity(path: string, text: Parameters<typeof render>[0]): string {
  return known(text) === undefined ? `code-name:${path}:${render(text)}` : `code-name:${render(text)}`;
}

/** The template that a launch names; undefined: none. */
export function templateOf(
  form: LaunchForm,
  props: Values,
  evaluator: Evaluator,
  node: Node,
): TemplateReference | undefined {
  for (const path of form.templates ?? []) {
    const found = at(props, path, evaluator, node);
    const reference = templateReference(found, evaluator, node);
    if (reference !== undefined) return reference;
  }
  return undefined;
}

/** A template by a construct, an id, or a name; undefined: none is named. */
export function templateReference(found: Found, evaluator: Evaluator, node: Node): TemplateReference | undefined {
  const identities: string[] = [];
  let why: string | undefined;
  let version: TemplateReference['version'] = { kind: 'latest' };
  for (const value of found.values) {
    if (value.kind === 'primitive') continue;
    if (value.kind === 'object') {
      const parts = [
        'launchTemplateId',
        'launchTemplateName',
        'id',
        'name',
        'LaunchTemplateId',
        'LaunchTemplateName',
        'launchTemplate',
      ]
        .map((part) => at([value], [part], evaluator, node).values)
        .filter((values) => values.some((one) => one.kind !== 'primitive' || one.value !== undefined));
      if (
        parts.length === 0 &&
        value.unread.length === 0 &&
        value.entries.some((entry) => known(entry.name) === 'overrides')
      )
        continue;
      for (const part of parts) for (const one of part) collect(one);
      version = versionOf(
        at([value], ['version'], evaluator, node).values,
        at([value], ['Version'], evaluator, node).values,
      );
      if (parts.length === 0) why ??= 'it is not said which one';
      continue;
    }
    collect(value);
  }
  function collect(value: Value): void {
    if (value.kind === 'reference') {
      const own = identity(value);
      if (own !== undefined) {
        identities.push(own);
        return;
      }
    }
    if (value.kind === 'string' || value.kind === 'url') {
      const [text] = toTexts([value]);
      if (text?.pieces.some((piece) => piece.kind === 'literal') === true)
        identities.push(nameIdentity(evaluator.module.path, text));
      else why ??= 'its name is not known';
      return;
    }
    if (value.kind === 'primitive') return;
    why ??= value.kind === 'unknown' ? `${value.name} is not known: ${value.why}` : 'it comes from elsewhere';
  }
  if (identities.length === 0 && why === undefined) return undefined;
  return {
    identities,
    ...(why === undefined ? {} : { why }),
    ...(found.location === undefined ? {} : { location: found.location }),
    version,
  };
}

function versionOf(...candidates: readonly Values[]): TemplateReference['version'] {
  for (const values of candidates) {
    const [value] = values;
    if (value === undefined || (value.kind === 'primitive' && value.value === undefined)) continue;
    if (value.kind === 'reference') {
      const words = JSON.stringify([value.path, value.root.kind === 'made' ? value.root.by.path : []]);
      if (/latest/i.test(words)) return { kind: 'latest' };
      if (/default/i.test(words)) return { kind: 'default' };
      return { kind: 'latest' };
    }
    const text =
      value.kind === 'string' ? known(value.text) : value.kind === 'primitive' ? String(value.value) : undefined;
    if (text === '$Latest') return { kind: 'latest' };
    if (text === '$Default') return { kind: 'default' };
    if (text !== undefined) return { kind: 'literal', value: text };
    return /latest/i.test(value.kind === 'unknown' ? value.name : '')
      ? { kind: 'latest' }
      : { kind: 'unknown', why: value.kind === 'unknown' ? value.why : 'it is computed' };
  }
  return { kind: 'default' };
}
