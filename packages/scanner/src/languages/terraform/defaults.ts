import { factId, type Default, type InvalidOption, type Setting } from 'imdsv2-core';
import { evaluate } from '../hcl/evaluate.ts';
import { NULL, textOf, type Value } from '../hcl/value.ts';
import type { ModuleInstance } from './instance.ts';
import type { Resource } from './module.ts';
import { evidenceOf, hopLimitSetting } from './setting.ts';

/** `aws_ec2_instance_metadata_defaults`: the account's default of one Region; `aws_ami.imds_support`: an image's. */
export function defaultOf(resource: Resource, instance: ModuleInstance): Default | undefined {
  const { block } = resource;
  const argument = (name: string): Value => {
    const attribute = block.body.attributes.get(name);
    return attribute === undefined ? NULL : evaluate(attribute.value, instance);
  };
  const invalid: InvalidOption[] = [];
  const region = textOf(argument('region')) ?? instance.providerOf(block);
  const base = {
    kind: 'default',
    id: factId('default', block.at, instance.path === null ? null : instance.root, instance.path),
    location: block.at,
    platform: 'terraform',
    resource: resource.type,
    name: resource.name,
    instance: instance.path,
    ...(region === undefined ? {} : { region }),
    evidence: [],
  } as const;
  if (resource.type === 'aws_ec2_instance_metadata_defaults') {
    const limit = argument('http_put_response_hop_limit');
    // -1 stands for no preference.
    const hopLimit =
      limit.kind === 'number' && limit.value === -1
        ? ({ state: 'unset' } as const)
        : hopLimitSetting(limit, block.header, 'http_put_response_hop_limit', invalid);
    return {
      ...base,
      scope: 'account',
      tokens: wordSetting(argument('http_tokens'), block.header, invalid),
      hopLimit,
      ...(invalid.length === 0 ? {} : { invalid }),
    };
  }
  if (resource.type === 'aws_ami' && resource.mode === 'resource') {
    const value = argument('imds_support');
    const text = textOf(value);
    if (value.kind === 'null') return undefined;
    if (text !== undefined && text !== 'v2.0')
      invalid.push({
        message: `imds_support is "${text}"; AWS takes only "v2.0".`,
        location: value.at ?? block.header,
      });
    const tokens: Default['tokens'] =
      text === 'v2.0'
        ? { state: 'set', value: 'required', ...(value.at === undefined ? {} : { location: value.at }) }
        : { state: 'unknown', why: value.kind === 'unknown' ? value.why : 'its value is none that AWS takes' };
    return {
      ...base,
      scope: 'ami',
      tokens,
      hopLimit: text === 'v2.0' ? { state: 'set', value: 2 } : { state: 'unset' },
      ...(invalid.length === 0 ? {} : { invalid }),
    };
  }
  return undefined;
}

function wordSetting(
  value: Value,
  unsetAt: Default['location'],
  invalid: InvalidOption[],
): Setting<'required' | 'optional' | 'no-preference'> {
  if (value.kind === 'null') return { state: 'unset', location: unsetAt };
  const text = textOf(value);
  const location = value.at === undefined ? {} : { location: value.at };
  if (text === 'required' || text === 'optional' || text === 'no-preference')
    return { state: 'set', value: text, ...location, evidence: evidenceOf(value) };
  if (text !== undefined)
    invalid.push({
      message: `http_tokens is "${text}"; AWS takes only "required", "optional" and "no-preference".`,
      location: value.at ?? unsetAt,
    });
  return {
    state: 'unknown',
    why: value.kind === 'unknown' ? `${value.name}: ${value.why}` : 'its value is none that AWS takes',
    ...location,
  };
}
