import { CLOUDFORMATION_LAUNCHES } from './cloudformation.ts';
import type { LaunchType } from './launches.ts';
import { TERRAFORM_LAUNCHES } from './terraform.ts';

/** Every launch type of every platform. */
export const LAUNCH_TYPES: readonly LaunchType[] = [...TERRAFORM_LAUNCHES, ...CLOUDFORMATION_LAUNCHES];
