import type { LaunchType } from './launch-type.ts';

/** Commands of the AWS CLI and cmdlets of the AWS Tools for PowerShell that launch instances. Source: facts/aws.md §3.3. */
export const AWS_CLI_LAUNCHES = [] as const satisfies readonly LaunchType[];
