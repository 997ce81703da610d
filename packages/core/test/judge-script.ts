import { fileDocument, Program, type Analysis, type Document } from '../src/index.ts';
import { analyseShell, type ShellContext } from '../src/shell/index.ts';

/** A script's analysis, with the documents of shell that it contains. */
export function analyseScript(
  text: string,
  more: Partial<Document> = {},
  context: ShellContext = {},
): { readonly analysis: Analysis; readonly program: Program } {
  const root: Document = { ...fileDocument('script.sh', text, 'shell'), ...more };
  const analysis = analyseShell(root, context);
  const facts = [...analysis.facts];
  const queue = [...analysis.documents];
  for (let document = queue.shift(); document !== undefined; document = queue.shift()) {
    if (document.language !== 'shell' && document.language !== 'user-data') continue;
    const inner = analyseShell(document, context);
    facts.push(...inner.facts);
    queue.push(...inner.documents);
  }
  return { analysis, program: new Program(facts) };
}

/** What a reader would write in the margin: line, verdict, method and path of each request, in the order of the file. */
export function margin(text: string, more: Partial<Document> = {}, context: ShellContext = {}): readonly string[] {
  const { program } = analyseScript(text, more, context);
  return program.requests
    .map((request) => {
      const judgement = program.judgementOf(request);
      const line = text.slice(0, request.location.start).split('\n').length;
      return {
        line,
        start: request.location.start,
        note: `${String(line)} ${judgement?.verdict ?? '?'} ${judgement?.method ?? '?'} ${judgement?.path ?? '?'}`,
      };
    })
    .sort((a, b) => a.start - b.start)
    .map(({ note }) => note);
}
