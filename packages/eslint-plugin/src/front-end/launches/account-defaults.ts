import { Kind } from '../syntax/kind.ts';
import { factId, type Default, type InvalidOption, type Location } from 'imdsv2-core';
import { originOf } from '../clients/origin.ts';
import { ROOT, type Evaluator } from '../evaluation/evaluator.ts';
import { UNDEFINED } from '../evaluation/value.ts';
import type { Call } from '../syntax/module.ts';
import { at, readHopLimit, readTokens, settingOf } from './settings.ts';

/** Defaults of an account, set through an API call: `ModifyInstanceMetadataDefaults`, `aws.ec2.InstanceMetadataDefaults`. */
export function defaultsOf(call: Call, evaluator: Evaluator): readonly Default[] {
  if (call.type !== Kind.NewExpression || call.callee.type === Kind.Super) return [];
  const [callee] = evaluator.evaluate(call.callee);
  if (callee?.kind !== 'reference') return [];
  const { name, path, kind, made } = originOf(callee);
  if (kind !== 'module' || made.length > 0) return [];
  const isPulumi = name.startsWith('@pulumi/aws') && path.at(-1) === 'InstanceMetadataDefaults';
  const isSdk = name === '@aws-sdk/client-ec2' && path.at(-1) === 'ModifyInstanceMetadataDefaultsCommand';
  if (!isPulumi && !isSdk) return [];
  const props = evaluator.args(call, ROOT)[isPulumi ? 1 : 0] ?? [UNDEFINED];
  const invalid: InvalidOption[] = [];
  const tokens = settingOf(at(props, [isPulumi ? 'httpTokens' : 'HttpTokens'], evaluator, call), readTokens, invalid);
  const location: Location = { path: evaluator.module.path, start: call.range[0], end: call.range[1] };
  return [
    {
      kind: 'default',
      id: factId('default', location),
      location,
      platform: isPulumi ? 'pulumi' : 'aws-sdk',
      resource: isPulumi ? 'ec2.InstanceMetadataDefaults' : 'ModifyInstanceMetadataDefaults',
      name: '',
      instance: null,
      scope: 'account',
      tokens,
      hopLimit: settingOf(
        at(props, [isPulumi ? 'httpPutResponseHopLimit' : 'HttpPutResponseHopLimit'], evaluator, call),
        readHopLimit,
        invalid,
      ),
      evidence: [],
      ...(invalid.length === 0 ? {} : { invalid }),
    },
  ];
}
