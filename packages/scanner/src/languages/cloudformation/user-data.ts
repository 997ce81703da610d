import {
  embeddedDocument,
  NO_USER_DATA,
  type Document,
  type DocumentHole,
  type Evidence,
  type Launch,
  type UserData,
} from 'imdsv2-core';
import { containersInScript } from '../embedded/container-evidence.ts';
import { openLine } from '../embedded/open-line.ts';
import { Evaluator, type Surroundings } from './evaluate.ts';
import { withOpenConditions, type Resource, type Scope } from './scope.ts';
import { textWithHoles } from './materialise.ts';
import { isReference, type TextValue, type Value } from './value.ts';
import { explore } from './world.ts';

/** The boot script of a launch. */
export interface Boot {
  readonly userData: UserData;
  readonly documents: readonly Document[];
  readonly containers?: Evidence;
}

interface BootQuestion {
  readonly resource: Resource;
  readonly scope: Scope;
  readonly surroundings: Surroundings;
  readonly launch: Launch;
  readonly value: (evaluator: Evaluator, scope: Scope) => Value | undefined;
}

/** More ways in which a script can come out than this are not read. */
const MAX_WAYS = 16;
/** More combinations of parameters than this are not looked at together. */
const MAX_OTHER_WAYS = 128;

/** The user data of a launch, once for each way in which the template's conditions let it come out. */
export function userDataOf({ resource, scope, surroundings, launch, value }: BootQuestion): Boot {
  const standard = textsOf(surroundings, (evaluator) => value(evaluator, scope), MAX_WAYS);
  if (standard === undefined)
    return {
      userData: { state: 'unknown', why: 'it depends on more combinations than can be looked at' },
      documents: [],
    };
  const texts = [...standard.values(), ...otherTexts(standard, scope, surroundings, value)];
  const [first] = texts;
  if (first === undefined) return { userData: NO_USER_DATA, documents: [] };
  const role = `user data of ${resource.type} ${launch.name}`;
  const documents: Document[] = [];
  let unknown: string | undefined;
  let containers: Evidence | undefined;
  for (const text of texts) {
    if (text.kind === 'unknown') unknown = `${text.name}: ${text.why}`;
    if (text.kind !== 'text') continue;
    const [only] = text.parts;
    if (text.parts.length === 1 && only !== undefined && isReference(only) && only.values.length === 0) {
      unknown = `${only.name}: ${only.why}`;
      continue;
    }
    const host = scope.template.document;
    // Holes of a template that is itself embedded keep their numbers.
    const holes: DocumentHole[] = [...host.holes];
    const mapped = textWithHoles(text.parts, holes);
    const document = embeddedDocument(host, 'user-data', mapped, role, {
      launches: [launch.id],
      runner: 'host',
      holes,
    });
    const open = openLine(document.text, (offset) => (holeAt(document, offset)?.values.length ?? 0) > 0);
    if (open !== undefined) {
      const { name, why } = holeAt(document, open)?.hole ?? { name: 'a line', why: undefined };
      unknown ??= `${name}: ${why ?? 'it is not known'}`;
    }
    const started = containersInScript(document.text);
    if (started !== undefined) {
      containers ??= {
        message: 'Its boot script starts containers or joins a cluster that does.',
        location: document.map.range(started.start, started.end),
      };
    }
    documents.push(document);
  }
  const state = documents.length === 0 ? 'unknown' : 'known';
  return {
    userData: { state, ...(unknown === undefined ? {} : { why: unknown }), location: first.location },
    documents,
    ...(containers === undefined ? {} : { containers }),
  };
}

function holeAt({ text, holes }: Document, offset: number): DocumentHole | undefined {
  return holes[(text.codePointAt(offset) ?? 0) - 0xf0000];
}

type Text = TextValue | Extract<Value, { kind: 'unknown' }>;

/** Texts that the defaults do not lead to, but other values of the template's parameters. */
function otherTexts(
  standard: ReadonlyMap<string, Text>,
  scope: Scope,
  surroundings: Surroundings,
  value: BootQuestion['value'],
): readonly Text[] {
  const open = withOpenConditions(scope);
  if (open === undefined) return [];
  const all = textsOf(surroundings, (evaluator) => value(evaluator, open), MAX_OTHER_WAYS);
  // Too many together: each parameter by itself.
  const found =
    all === undefined
      ? [...open.opened].map((name) => {
          const one: Scope = { ...scope, opened: new Set([...scope.opened, name]) };
          return textsOf(surroundings, (evaluator) => value(evaluator, one), MAX_WAYS);
        })
      : [all];
  const others = new Map(
    found.flatMap((texts) => [...(texts ?? [])].filter(([key, text]) => text.kind === 'text' && !standard.has(key))),
  );
  return [...others.values()].slice(0, MAX_WAYS);
}

/** The different values of a node of the template, by what they look like; undefined when there are more than `limit` ways. */
function textsOf(
  surroundings: Surroundings,
  value: (evaluator: Evaluator) => Value | undefined,
  limit: number,
): ReadonlyMap<string, Text> | undefined {
  const outcomes = explore((world) => value(new Evaluator(world, surroundings, 'script')), limit);
  if (outcomes === undefined) return undefined;
  const texts = new Map<string, Text>();
  for (const { result } of outcomes) {
    if (result === undefined || result.kind === 'none') continue;
    if (result.kind === 'text')
      texts.set(result.parts.map((part) => (isReference(part) ? `\0${part.name}\0` : part.text)).join(''), result);
    else
      texts.set(
        '\0',
        result.kind === 'unknown'
          ? result
          : { kind: 'unknown', name: 'user data', why: 'it is no string', location: result.location },
      );
  }
  return texts;
}
