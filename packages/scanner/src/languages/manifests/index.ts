import {
  embeddedDocument,
  factId,
  NOTHING,
  sdkOf,
  type Analysis,
  type Dependency,
  type Document,
  type LanguageId,
} from 'imdsv2-core';
import { posix } from 'node:path';
import { namesSdk } from '../../discover/manifest-names.ts';
import { lineComments, suppressionsIn } from '../embedded/suppressions.ts';
import type { Context, DocumentFrontEnd } from '../front-end.ts';
import { formatOf } from './formats.ts';
import type { NamedPackage } from './named-package.ts';
import { reaches } from './versions.ts';

/** Manifests and lockfiles of package managers: the versions of the SDKs that they name. */
export const frontEnd: DocumentFrontEnd = {
  scope: 'document',
  languages: ['manifest'],
  load: () => Promise.resolve(analyseManifest),
};

/** Manifests that may hold scripts too, with the language that they are read in for those. */
const CARRIERS: readonly { readonly match: RegExp; readonly language: LanguageId }[] = [
  { match: /(?:^|\/)package\.json$/, language: 'json' },
  { match: /(?:^|\/)pom\.xml$/, language: 'xml' },
  { match: /\.gradle(?:\.kts)?$/, language: 'text' },
];

export function analyseManifest(document: Document, context: Context): Analysis {
  const { path, text } = document;
  const carrier = CARRIERS.find(({ match }) => match.test(path));
  const carried = carrier === undefined ? [] : [embeddedDocument(document, carrier.language, document, '')];
  const format = formatOf(path);
  if (format === undefined || !namesSdk(text)) return { ...NOTHING, documents: carried };
  const beside = new Set(context.listDirectory(posix.dirname(path)).map((name) => name.toLowerCase()));
  // What a lockfile resolves counts, not what the manifest would also take.
  if (format.locks?.some((lock) => beside.has(lock)) === true) return { ...NOTHING, documents: carried };
  let named: readonly NamedPackage[];
  try {
    named = format.read(text);
  } catch (error) {
    const reason = `it cannot be read as a manifest: ${error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)}`;
    return {
      ...NOTHING,
      documents: carried,
      problems: [{ location: document.map.range(0, 0), reason, extent: 'part' }],
    };
  }
  return {
    ...NOTHING,
    documents: carried,
    facts: named.flatMap((one) => dependencyOf(one, document) ?? []),
    // Where the manifest is read for its scripts too, its comments are.
    suppressions: carrier === undefined ? suppressionsIn(document, lineComments(text, /^(?:#|\/\/|<!--)/), []) : [],
  };
}

/** A package as a fact, if it is one of AWS's SDKs. */
export function dependencyOf(named: NamedPackage, document: Document): Dependency | undefined {
  const { ecosystem, name, version, range, start, end } = named;
  const sdk = sdkOf(ecosystem, name);
  if (sdk === undefined) return undefined;
  if (sdk.from !== undefined && reaches(ecosystem, named, sdk.from) === 'no') return undefined;
  const location = document.map.range(start, end);
  return {
    kind: 'dependency',
    id: factId('dependency', location, name),
    location,
    ecosystem,
    sdk: sdk.id,
    name,
    ...(version === undefined ? {} : { version }),
    ...(range === undefined ? {} : { range }),
    speaksVersionTwo: reaches(ecosystem, named, sdk.versionTwoSince, sdk.doubtfulSince),
    hasSwitch: sdk.switchSince === undefined ? 'unknown' : reaches(ecosystem, named, sdk.switchSince),
    evidence: [],
  };
}
