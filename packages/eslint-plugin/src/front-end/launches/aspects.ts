import type { AspectKind, Aspects } from '../input.ts';

/** The constructs that each aspect of the CDK covers. Source: facts/requests.md, *TypeScript infrastructure code*. */
export const ASPECTS: readonly (readonly [string, AspectKind])[] = [
  ['InstanceRequireImdsv2Aspect', 'instance'],
  ['LaunchTemplateRequireImdsv2Aspect', 'launch-template'],
  ['AutoScalingGroupRequireImdsv2Aspect', 'auto-scaling-group'],
];

/** Whether a file applies, or may apply, one of the aspects. */
export function namesAspect(text: string): boolean {
  return ASPECTS.some(([name]) => text.includes(name));
}

/**
 * The aspects that the files of an app apply. `isWhole`: whether these are all the files of the app that name an aspect, so that
 * nothing else can cover a construct. Where in the app an aspect is applied is not followed from file to file.
 */
export function knownAspects(
  files: readonly { readonly path: string; readonly text: string }[],
  isWhole: boolean,
): Aspects {
  const covered = new Set<AspectKind>();
  for (const file of files) {
    for (const [name, kind] of ASPECTS)
      if (new RegExp(String.raw`\bnew\s+(?:\w+\.)*${name}\s*\(`).test(file.text) && !isTest(file.path))
        covered.add(kind);
  }
  return { covered: [...covered], mayBeElsewhere: !isWhole };
}

function isTest(path: string): boolean {
  return /(^|\/)(__tests__|tests?)\/|\.(test|spec)\.[cm]?[jt]s$/.test(path);
}
