import type { SourceCode } from 'eslint';
import { mergeAnalyses, Program, type Analysis, type Document } from 'imdsv2-core';
import { analyseShell } from 'imdsv2-core/shell';
import { collectFacts, hasMarker, repairsOf, type FrontEndInput, type Repair } from '../front-end/index.ts';

/**
 * The analysis of the file that is linted, shared by the rules. Keyed by the tree: it belongs to one file and one run, where the
 * source code object is shared between files by Oxlint.
 */
const ANALYSES = new WeakMap<object, Map<string, FileAnalysis>>();

export interface FileAnalysis {
  readonly program: Program;
  /** Made when first asked for: most files need none. */
  readonly repairs: () => readonly Repair[];
}

/** Whether anything of the file is of interest; asked by every rule, found out once. */
export function concernsUs({ ast, text }: SourceCode): boolean {
  let known = MARKED.get(ast);
  if (known === undefined) MARKED.set(ast, (known = hasMarker(text)));
  return known;
}

const MARKED = new WeakMap<object, boolean>();

export function analyse(sourceCode: SourceCode, filename: string, assumeAspects: 'none' | 'unknown'): FileAnalysis {
  const { ast } = sourceCode;
  let kept = ANALYSES.get(ast);
  if (kept === undefined) ANALYSES.set(ast, (kept = new Map<string, FileAnalysis>()));
  const before = kept.get(assumeAspects);
  if (before !== undefined) return before;
  const made = analyseFile(sourceCode, filename, assumeAspects);
  kept.set(assumeAspects, made);
  return made;
}

function analyseFile(sourceCode: SourceCode, filename: string, assumeAspects: 'none' | 'unknown'): FileAnalysis {
  const { ast, scopeManager, visitorKeys, text } = sourceCode;
  const typeOf = literalTypes(sourceCode);
  const input: FrontEndInput = {
    ast,
    scopeManager,
    visitorKeys,
    text,
    path: filename,
    ...(assumeAspects === 'none' ? { aspects: { covered: [], mayBeElsewhere: false } } : {}),
    ...(typeOf === undefined ? {} : { typeOf }),
  };
  const analysis = collectFacts(input);
  const embedded = mergeAnalyses(analysis.documents.map((document) => analyseEmbedded(document)));
  let repairs: readonly Repair[] | undefined;
  return {
    program: new Program([...analysis.facts, ...embedded.facts]),
    repairs: () => (repairs ??= repairsOf(input, analysis.facts)),
  };
}

/** Scripts in strings. Kinds that only the scanner reads stay unread. */
function analyseEmbedded(document: Document): Analysis {
  if (document.language === 'shell') return analyseShell(document);
  if (document.language === 'user-data' && isShell(document.text))
    return analyseShell({ ...document, language: 'shell' });
  return { facts: [], documents: [], problems: [], suppressions: [] };
}

function isShell(text: string): boolean {
  const start = text.trimStart();
  return start.startsWith('#!')
    ? /^#!.*\b(ba|da|z|k)?sh\b/.test(start)
    : !/^(#cloud-config|<powershell>|<script>|Content-Type:|MIME-Version:|\{)/i.test(start);
}

/** What literal types say about expressions, in projects that are linted with types. */
function literalTypes(sourceCode: SourceCode): ((node: object) => string | number | boolean | undefined) | undefined {
  const services = sourceCode.parserServices as
    | { program?: { getTypeChecker: () => Checker } | null; esTreeNodeToTSNodeMap?: { get: (node: object) => unknown } }
    | undefined;
  const checker = services?.program?.getTypeChecker();
  if (checker === undefined || services?.esTreeNodeToTSNodeMap === undefined) return undefined;
  const nodes = services.esTreeNodeToTSNodeMap;
  return (node) => {
    const tsNode = nodes.get(node);
    if (tsNode === undefined) return undefined;
    const type = checker.getTypeAtLocation(tsNode);
    return typeof type.value === 'string' || typeof type.value === 'number' ? type.value : undefined;
  };
}

interface Checker {
  getTypeAtLocation: (node: unknown) => { readonly value?: unknown };
}
