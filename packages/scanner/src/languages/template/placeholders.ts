import { holeCharacter, literal, MappedTextBuilder, type DocumentHole, type MappedText } from 'imdsv2-core';
import { DIALECTS, type DialectName, type Mark } from './dialects.ts';

/** A template with its placeholders as holes, its escapes undone and its control directives dropped: every arm of a branching is kept, one after the other. */
export interface RenderedTemplate extends MappedText {
  /** Those that the template's own host had, then the template's. */
  readonly holes: readonly DocumentHole[];
}

/** Reads a template. `holes` are those that stand in its text already. */
export function readPlaceholders(
  template: MappedText,
  holes: readonly DocumentHole[],
  dialectName: DialectName,
): RenderedTemplate {
  const dialect = DIALECTS[dialectName];
  const { text } = template;
  const all = [...holes];
  const builder = new MappedTextBuilder();
  const variables = new Map<string, string>();
  let from = 0;
  for (const match of text.matchAll(dialect.pattern)) {
    if (match.index < from) continue;
    const end = match.index + match[0].length;
    const mark: Mark = dialect.read(match, { text, variables });
    if (mark.kind === 'verbatim') continue;
    builder.copy(template, from, match.index);
    from = end;
    if (mark.kind === 'literal') {
      builder.decoded(mark.value, template, match.index, end);
    } else if (mark.kind === 'raw') {
      builder.copy(template, match.index + mark.start, match.index + mark.end);
    } else if (mark.kind === 'hole') {
      const value = mark.value ?? variables.get(mark.name);
      all.push({
        hole: {
          kind: 'hole',
          name: mark.name,
          why: 'it is filled in when the template is rendered',
          location: template.map.range(match.index, end),
          mayBeEmpty: true,
        },
        values: value === undefined ? [] : [literal(value)],
      });
      builder.decoded(holeCharacter(all.length - 1), template, match.index, end);
    } else if (mark.defines !== undefined) {
      variables.set(mark.defines.name, mark.defines.value);
    }
  }
  return { ...builder.copy(template, from, text.length).build(), holes: all };
}

/** The template without the lines that hold nothing but a placeholder (`{{- toYaml .Values.x | nindent 4 }}`), which no data format can read. */
export function withoutLonelyHoles(template: RenderedTemplate): RenderedTemplate {
  const builder = new MappedTextBuilder();
  let from = 0;
  for (const match of template.text.matchAll(/^[ \t]*[\u{F0000}-\u{FFFFD}][ \t]*\r?\n/gmu)) {
    builder.copy(template, from, match.index);
    from = match.index + match[0].length;
  }
  return { ...builder.copy(template, from, template.text.length).build(), holes: template.holes };
}
