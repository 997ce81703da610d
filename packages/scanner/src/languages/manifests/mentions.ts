import { factId, type Dependency, type Document, type Ecosystem, type FallbackSwitch } from 'imdsv2-core';
import { dependencyOf } from './index.ts';

/** Versions of SDKs that scripts install and images that they run, and environments that switch the fallback off, in a file of any language. */
export function sdkMentions(document: Document): readonly (Dependency | FallbackSwitch)[] {
  return [...pinsIn(document), ...imagesIn(document), ...switchesIn(document)];
}

/** `pip install awscli==1.2.3`, in words, in a list of strings, over continued lines. */
const PIN = /(?<![\w.-])(awscli|boto3|botocore)(?:\[[\w,-]*\])?===?(\d[\w.]*\w)/gi;

function pinsIn(document: Document): readonly Dependency[] {
  const { text } = document;
  return [...text.matchAll(PIN)].flatMap((match) => {
    const [whole, name = '', version = ''] = match;
    // Somebody installs it: the word stands before it, and no end of a statement in between.
    const before = text.slice(Math.max(0, match.index - 600), match.index);
    if (!/\binstall(?:_requires)?\b(?:(?!\n\s*\n)[^;&|])*$/.test(before)) return [];
    return mention(document, 'pypi', name.toLowerCase(), version, match.index, whole.length);
  });
}

/** `amazon/aws-cli:2.1.0`, as an image that something runs or builds on. A shorter tag is one of the image's own (`features/aws-cli:1` of a dev container). */
const IMAGE = /(?<![\w./-])((?:[\w.-]+(?::\d+)?\/)+aws-?cli):(\d+(?:\.\d+){2,})(?![\w.])/g;

function imagesIn(document: Document): readonly Dependency[] {
  return [...document.text.matchAll(IMAGE)].flatMap((match) => {
    const [whole, name = '', version = ''] = match;
    return mention(document, 'container', name, version, match.index, whole.length);
  });
}

function mention(
  document: Document,
  ecosystem: Ecosystem,
  name: string,
  version: string,
  start: number,
  length: number,
): readonly Dependency[] {
  if (isComment(document.text, start)) return [];
  const fact = dependencyOf({ ecosystem, name, version, start, end: start + length }, document);
  return fact === undefined ? [] : [fact];
}

/** The variable as it is set in shells, Dockerfiles, units, `{name, value}` pairs of containers, and the key of a profile. */
const SWITCH =
  /\b(?:AWS_EC2_METADATA_V1_DISABLED["'\]]{0,2}[\s,]*(?:-?\s*["']?value["']?)?\s*[=:]?\s*["']?|ec2_metadata_v1_disabled\s*=\s*)(true|false)\b/gi;

function switchesIn(document: Document): readonly FallbackSwitch[] {
  return [...document.text.matchAll(SWITCH)].flatMap((match): FallbackSwitch[] => {
    if (isComment(document.text, match.index)) return [];
    const location = document.map.range(match.index, match.index + match[0].length);
    const [name = ''] = /^\w+/.exec(match[0]) ?? [];
    return [
      {
        kind: 'fallback-switch',
        id: factId('fallback-switch', location),
        location,
        name,
        isOff: match[1]?.toLowerCase() === 'true',
      },
    ];
  });
}

function isComment(text: string, at: number): boolean {
  return /^\s*(?:#|\/\/|\*|REM\b|;)/i.test(text.slice(text.lastIndexOf('\n', at - 1) + 1, at));
}
