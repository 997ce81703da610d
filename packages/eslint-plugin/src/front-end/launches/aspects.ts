import type { AspectKind, Aspects, ParsedFile } from '../input.ts';

/** The constructs that each aspect of the CDK covers. Source: facts/requests.md, *TypeScript infrastructure code*. */
export const ASPECTS: readonly (readonly [string, AspectKind])[] = [
  ['InstanceRequireImdsv2Aspect', 'instance'],
  ['LaunchTemplateRequireImdsv2Aspect', 'launch-template'],
  ['AutoScalingGroupRequireImdsv2Aspect', 'auto-scaling-group'],
];

/**
 * The aspects that the files of a program apply to a whole app or stage. `isWhole`: whether these are all the files of the program
 * that name an aspect, so that nothing else can cover a construct.
 */
export function knownAspects(files: readonly ParsedFile[], isWhole: boolean): Aspects {
  const covered = new Set<AspectKind>();
  for (const file of files) {
    for (const [name, kind] of ASPECTS) if (new RegExp(String.raw`\bnew\s+(?:\w+\.)*${name}\s*\(`).test(file.text) && !isTest(file.path)) covered.add(kind);
  }
  return { covered: [...covered], mayBeElsewhere: !isWhole };
}

function isTest(path: string): boolean {
  return /(^|\/)(__tests__|tests?)\/|\.(test|spec)\.[cm]?[jt]s$/.test(path);
}
