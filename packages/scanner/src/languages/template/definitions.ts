import { joinMapped, sliceMapped, type MappedText } from 'imdsv2-core';

/**
 * The texts of a Go template that holds several: what each `{{ define "name" }} … {{ end }}` makes, then what stands outside of them. One text, the
 * template itself, where nothing is defined. Source: https://pkg.go.dev/text/template#hdr-Nested_template_definitions
 */
export function definitionsIn(template: MappedText): readonly MappedText[] {
  if (!definesTexts(template.text)) return [template];
  const bodies: MappedText[] = [];
  const outside: MappedText[] = [];
  let depth = 0;
  /** The definition that is open: where its tag begins and ends, and how deep it stands. */
  let open: { readonly start: number; readonly body: number; readonly depth: number } | undefined;
  let from = 0;
  for (const match of template.text.matchAll(TAG)) {
    const end = match.index + match[0].length;
    const keyword = match[1] ?? '';
    if (keyword !== 'end') {
      if (keyword === 'define' && open === undefined) {
        outside.push(sliceMapped(template, from, match.index));
        open = { start: match.index, body: end, depth };
      }
      depth += 1;
      continue;
    }
    depth = Math.max(depth - 1, 0);
    if (open?.depth !== depth) continue;
    bodies.push(sliceMapped(template, open.body, match.index));
    open = undefined;
    from = end;
  }
  outside.push(sliceMapped(template, open === undefined ? from : open.body, template.text.length));
  return [...bodies, joinMapped(outside)];
}

/** Whether a Go template defines others. */
export function definesTexts(text: string): boolean {
  return DEFINITION.test(text);
}

const DEFINITION = /\{\{-?\s*define\s+["`]/;
/** Tags that open something which `end` closes, and that one. */
const TAG = /\{\{-?\s*(define|block|if|range|with|end)\b[^}]*\}\}/g;
