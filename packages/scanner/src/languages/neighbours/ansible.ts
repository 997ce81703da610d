import { known, type TemplateReference } from 'imdsv2-core';
import { get, textOf, type Entry, type Node } from '../structured/node.ts';
import { resolveText, type AnsibleVariables } from '../script-places/ansible-variables.ts';
import { textWithHoles } from '../script-places/find.ts';
import type { Findings, Found } from '../script-places/format.ts';
import { neighbour, versionOf } from './formats.ts';
import { launchFindings } from './launch.ts';

/** Modules that launch instances or describe launches, by their names without collection. */
const MODULES: Readonly<Record<string, string>> = {
  ec2_instance: 'amazon.aws.ec2_instance',
  ec2_launch_template: 'amazon.aws.ec2_launch_template',
  ec2_spot_instance: 'amazon.aws.ec2_spot_instance',
  autoscaling_launch_config: 'community.aws.autoscaling_launch_config',
  ec2_lc: 'community.aws.ec2_lc',
};

/** The launch of a task, if its module launches something; undefined otherwise. `entry`: the module with its options. */
export function ansibleLaunch(found: Found, entry: Entry, variables: AnsibleVariables): Findings | undefined {
  const type = neighbour('ansible', MODULES[(textOf(entry.key) ?? '').replace(/^(?:amazon|community)\.aws\./, '')]);
  const options = entry.value;
  if (type === undefined || options.kind !== 'map') return undefined;
  if (/^(?:absent|terminated|stopped|rebooted|restarted)$/.test(textOf(get(options, 'state')) ?? '')) return undefined;
  const reference = type.template === undefined ? undefined : get(options, type.template);
  // Without an image an instance is only changed.
  if (
    type.role === 'instance' &&
    type.advice === undefined &&
    ['image_id', 'image'].every((key) => get(options, key) === undefined) &&
    reference === undefined
  )
    return undefined;
  const name =
    textOf(get(options, 'name')) ?? textOf(get(options, 'template_name')) ?? textOf(get(found.node, 'name')) ?? '';
  const resolve = (node: Node): string | undefined => {
    if (node.kind !== 'scalar' || !node.text.includes('{{')) return undefined;
    const texts = resolveText(textWithHoles(node.mapped, found.document, found.format), variables).map(known);
    return texts.length === 1 ? texts[0] : undefined;
  };
  return launchFindings(found, {
    type,
    options,
    place: found.node,
    name,
    identities:
      type.role === 'template' ? identities(textOf(get(options, 'name')) ?? textOf(get(options, 'template_name'))) : [],
    ...(reference === undefined ? {} : { template: templateOf(found, reference) }),
    resolve,
  });
}

function templateOf(found: Found, reference: Node): TemplateReference {
  const name = textOf(get(reference, 'name')) ?? textOf(get(reference, 'template'));
  return {
    identities: identities(name),
    version: versionOf(textOf(get(reference, 'version'))),
    location: found.document.map.range(reference.start, reference.end),
    ...(name === undefined ? { why: 'it is named by an id' } : {}),
  };
}

function identities(name: string | undefined): readonly string[] {
  return name === undefined ? [] : [`ansible:name:${name}`];
}
