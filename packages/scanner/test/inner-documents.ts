import { fileDocument, type Analysis, type Document, type LanguageId } from 'imdsv2-core';
import { languageOf } from '../src/discover/kinds.ts';
import type { Context } from '../src/languages/front-end.ts';
import { analyseBatch } from '../src/languages/batch/index.ts';
import { analyseCloudConfig } from '../src/languages/cloud-init/index.ts';
import { analyseCrontab } from '../src/languages/crontab/index.ts';
import { analyseDockerfile } from '../src/languages/dockerfile/index.ts';
import { analyseJson } from '../src/languages/json/index.ts';
import { analyseMakefile } from '../src/languages/makefile/index.ts';
import { analyseManifest } from '../src/languages/manifests/index.ts';
import { analyseUnit } from '../src/languages/systemd/index.ts';
import { analyseTemplate } from '../src/languages/template/index.ts';
import { analyseUserData } from '../src/languages/user-data/index.ts';
import { analyseXml } from '../src/languages/xml/index.ts';
import { analyseYaml } from '../src/languages/yaml/index.ts';

const CARRIERS: Partial<Record<LanguageId, (document: Document, context: Context) => Analysis>> = {
  batch: analyseBatch,
  'cloud-init': analyseCloudConfig,
  crontab: analyseCrontab,
  dockerfile: analyseDockerfile,
  json: analyseJson,
  makefile: analyseMakefile,
  manifest: analyseManifest,
  systemd: analyseUnit,
  template: analyseTemplate,
  'user-data': analyseUserData,
  xml: analyseXml,
  yaml: analyseYaml,
};

/** What the formats that carry scripts make of a file, read to the bottom. */
export interface Inside {
  /** The documents that carry nothing more: scripts. */
  readonly scripts: readonly Document[];
  /** Of all carriers, added up. */
  readonly analysis: Analysis;
}

/** Reads a file through all its carriers. `files`: others that may be asked for. */
export function inside(path: string, text: string, files: Readonly<Record<string, string>> = {}): Inside {
  const language = languageOf(path, text);
  const context: Context = {
    readFile: (name) => files[name],
    listDirectory: () => [],
    singleFile: false,
    variableFiles: [],
  };
  const scripts: Document[] = [];
  const analyses: Analysis[] = [];
  let round = language === undefined ? [] : [fileDocument(path, text, language)];
  while (round.length > 0) {
    const next: Document[] = [];
    for (const document of round) {
      const read = CARRIERS[document.language];
      if (read === undefined) {
        scripts.push(document);
        continue;
      }
      const analysis = read(document, context);
      analyses.push(analysis);
      next.push(...analysis.documents);
    }
    round = next;
  }
  return {
    scripts,
    analysis: {
      facts: analyses.flatMap(({ facts }) => facts),
      documents: scripts,
      problems: analyses.flatMap(({ problems }) => problems),
      suppressions: analyses.flatMap(({ suppressions }) => suppressions),
    },
  };
}

/** The scripts of a file, one line each: `language line "role" flags: text`, placeholders as `‹name›`. */
export function shown(path: string, text: string, files: Readonly<Record<string, string>> = {}): readonly string[] {
  return inside(path, text, files).scripts.map((script) => {
    const { interpreter, errexit, pipefail, variables } = script.shell ?? {};
    const flags = [
      interpreter,
      errexit === true ? '-e' : undefined,
      pipefail === true ? 'pipefail' : undefined,
      ...(variables?.keys() ?? []),
    ].filter((flag) => flag !== undefined);
    const { offset } = script.map.at(0);
    const line = text.slice(0, offset).split('\n').length;
    const plain = script.text.replace(
      /[\u{F0000}-\u{FFFFD}]/gu,
      (hole) => `‹${script.holes[(hole.codePointAt(0) ?? 0) - 0xf0000]?.hole.name ?? '?'}›`,
    );
    const runner = script.runner === 'unknown' ? '' : ` on ${script.runner}`;
    return `${script.language} line ${String(line)} "${script.role}"${runner} [${flags.join(' ')}]: ${plain.trim()}`;
  });
}
