import type { Launch } from '../../facts/launch.ts';
import { AWS_CLI_LAUNCHES } from './aws-cli.ts';
import { CLOUDFORMATION_LAUNCHES } from './cloudformation.ts';
import { GENERAL_REMEDY, type LaunchType } from './launch-type.ts';
import { NEIGHBOUR_LAUNCHES } from './neighbours.ts';
import { POWERSHELL_LAUNCHES } from './powershell.ts';
import { TERRAFORM_LAUNCHES } from './terraform.ts';
import { TYPESCRIPT_LAUNCHES } from './typescript.ts';

export type { CloudFormationLaunch, LaunchPlace, MetadataSwitch, TemplatePath } from './cloudformation.ts';
export { CLOUDFORMATION_LAUNCHES } from './cloudformation.ts';
export type { LaunchType } from './launch-type.ts';
export { NEIGHBOURS, PACKER_BUILDERS, type NeighbourLaunch, type PackerBuilder } from './neighbours.ts';
export { POWERSHELL_LAUNCHES, type PowerShellLaunch } from './powershell.ts';
export {
  TERRAFORM_LAUNCHES,
  type TerraformLaunch,
  type TerraformOptions,
  type TerraformTemplate,
} from './terraform.ts';

/** Every launch type of every platform. */
export const LAUNCH_TYPES: readonly LaunchType[] = [
  ...TERRAFORM_LAUNCHES,
  ...CLOUDFORMATION_LAUNCHES,
  ...TYPESCRIPT_LAUNCHES,
  ...AWS_CLI_LAUNCHES,
  ...POWERSHELL_LAUNCHES,
  ...NEIGHBOUR_LAUNCHES,
];

const BY_KEY: ReadonlyMap<string, LaunchType> = new Map(
  LAUNCH_TYPES.map((type) => [`${type.platform} ${type.resource}`, type]),
);

/** What to do about a launch that allows version 1, from its catalogue entry. */
export function remedyOf(launch: Pick<Launch, 'platform' | 'resource'>): string {
  return BY_KEY.get(`${launch.platform} ${launch.resource}`)?.remedy ?? GENERAL_REMEDY;
}
