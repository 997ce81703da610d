import { factId, type Default, type InvalidOption, type Location, type Setting } from 'imdsv2-core';
import { get, readJson, textOf, type Node } from '../structured/index.ts';
import { Evaluator, type Surroundings } from './evaluate.ts';
import { materialise } from './materialise.ts';
import type { Resource } from './scope.ts';
import { locationOf } from './template.ts';
import { explore } from './world.ts';
import { embeddedDocument, type DocumentHole } from 'imdsv2-core';

/** Defaults of an organisation or account that a template sets (facts/aws.md §1.1, §1.3). */
export function defaultsOf(resource: Resource, surroundings: Surroundings): readonly Default[] {
  const read = READERS[resource.type];
  if (read === undefined) return [];
  const properties = get(resource.entry.value, 'Properties');
  if (properties === undefined) return [];
  const { document } = resource.scope.template;
  const [outcome] =
    explore((world) => {
      const holes: DocumentHole[] = [...document.holes];
      const node = materialise(new Evaluator(world, surroundings, 'script'), properties, resource.scope, holes);
      return read(
        node,
        (mapped) => readJson(embeddedDocument(document, 'json', mapped, '', { holes })).roots[0],
        (at) => placeOf(document, at),
      );
    }, 16) ?? [];
  const found = outcome?.result;
  if (found === undefined) return [];
  const { key, value } = resource.entry;
  const location = locationOf(document, { start: key.start, end: value.end });
  return [
    {
      kind: 'default',
      id: factId('default', location, resource.scope.instance),
      location,
      platform: 'cloudformation',
      resource: resource.type,
      name: resource.id,
      instance: resource.scope.instance,
      evidence: [],
      ...found,
    },
  ];
}

type Found = Pick<Default, 'scope' | 'tokens' | 'hopLimit'> & { readonly invalid?: readonly InvalidOption[] };
type Parse = (mapped: Parameters<typeof readJson>[0]) => Node | undefined;
type Place = (node: Node) => Location;

const READERS: Readonly<Record<string, (properties: Node, parse: Parse, place: Place) => Found | undefined>> = {
  // There is no type for account defaults: CDK's AwsCustomResource calls the API.
  'Custom::AWS': (properties, parse, place) => {
    const call = [get(properties, 'Create'), get(properties, 'Update')]
      .map((node) => structured(node, parse))
      .find((node) => node !== undefined);
    if (
      call === undefined ||
      !/^modifyInstanceMetadataDefaults$|^ModifyInstanceMetadataDefaultsCommand$/i.test(
        textOf(get(call, 'action')) ?? '',
      )
    )
      return undefined;
    const parameters = get(call, 'parameters');
    if (parameters === undefined) return undefined;
    return options(
      'account',
      parameters,
      (key) => get(parameters, key),
      { tokens: 'HttpTokens', hopLimit: 'HttpPutResponseHopLimit', noPreference: 'no-preference' },
      place,
    );
  },
};

/** A map, or a string of JSON. */
function structured(node: Node | undefined, parse: Parse): Node | undefined {
  return node?.kind === 'scalar' && node.value !== null ? parse(node.mapped) : node;
}

function options(
  scope: Default['scope'],
  block: Node,
  value: (key: string) => Node | undefined,
  keys: { readonly tokens: string; readonly hopLimit: string; readonly noPreference: string },
  place: Place,
): Found {
  const invalid: InvalidOption[] = [];
  const tokensNode = value(keys.tokens);
  const word = textOf(tokensNode);
  const unset = { state: 'unset', location: place(block) } as const;
  let tokens: Setting<'required' | 'optional' | 'no-preference'> = unset;
  if (tokensNode !== undefined && word !== undefined) {
    const location = place(tokensNode);
    if (word === 'required' || word === 'optional') tokens = { state: 'set', value: word, location };
    else if (word === keys.noPreference) tokens = { state: 'set', value: 'no-preference', location };
    else {
      tokens = { state: 'unknown', why: `"${word}" is no value that AWS accepts`, location };
      if (!/[\u{F0000}-\u{FFFFD}]/u.test(word))
        invalid.push({
          message: `${keys.tokens} takes "required", "optional" or "${keys.noPreference}"; "${word}" is refused.`,
          location,
        });
    }
  }
  const hopNode = value(keys.hopLimit);
  const hops = Number(textOf(hopNode));
  const hopLimit: Setting<number> =
    hopNode === undefined || Number.isNaN(hops) || hops < 1
      ? unset
      : { state: 'set', value: hops, location: place(hopNode) };
  return { scope, tokens, hopLimit, ...(invalid.length > 0 ? { invalid } : {}) };
}

/** Scalars know their place in the file; of maps inside a string of JSON only the string's is known. */
function placeOf(document: Parameters<typeof locationOf>[0], node: Node): Location {
  if (node.kind !== 'scalar' || node.text === '') return locationOf(document, node);
  return node.mapped.map.range(0, node.text.length);
}
