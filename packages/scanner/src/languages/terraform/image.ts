import type { Launch } from 'imdsv2-core';
import { evaluate, type Scope } from '../hcl/evaluate.ts';
import type { Body } from '../hcl/syntax.ts';
import { casesOf, textOf } from '../hcl/value.ts';
import { textAttribute } from './block.ts';
import type { ModuleInstance } from './instance.ts';

/**
 * What the image says about tokens: Amazon Linux 2023 images carry ImdsSupport v2.0 (facts/aws.md §4.3), and so does an `aws_ami` that sets it.
 */
export function imageEvidence(
  body: Body,
  argument: string,
  instance: ModuleInstance,
  scope: Scope,
): Launch['ami'] | undefined {
  const attribute = body.attributes.get(argument);
  if (attribute === undefined) return undefined;
  for (const { value } of casesOf(evaluate(attribute.value, scope))) {
    const text = textOf(value);
    if (text !== undefined && AL2023.test(text))
      return {
        requiresTokens: 'likely',
        evidence: {
          message: `${argument} names an image of Amazon Linux 2023, which asks for tokens by itself.`,
          location: attribute.at,
        },
      };
    if (value.kind !== 'unknown' || value.reference === undefined) continue;
    const prefix = instance.identity('');
    if (!value.reference.address.startsWith(prefix)) continue;
    const resource = instance.module.resources.get(value.reference.address.slice(prefix.length));
    if (resource === undefined) continue;
    if (
      resource.type === 'aws_ami' &&
      resource.mode === 'resource' &&
      textAttribute(resource.block.body, 'imds_support', instance) === 'v2.0'
    ) {
      return {
        requiresTokens: 'certain',
        evidence: {
          message: `${resource.address} is registered with imds_support = "v2.0".`,
          location: resource.block.header,
        },
      };
    }
    const source = resource.file.text.slice(resource.block.at.start, resource.block.at.end);
    if (resource.mode === 'data' && AL2023.test(source)) {
      return {
        requiresTokens: 'likely',
        evidence: {
          message: `${resource.address} looks for an image of Amazon Linux 2023, which asks for tokens by itself.`,
          location: resource.block.header,
        },
      };
    }
  }
  return undefined;
}

const AL2023 = /\bal2023|amazon-linux-2023/i;
