import type { LaunchType } from './launch-type.ts';

/** Constructs and calls of TypeScript infrastructure code: CDK, cdktf, Pulumi, SST, AWS SDK. Source: facts/aws.md §3.1, §3.2. */
export const TYPESCRIPT_LAUNCHES = [] as const satisfies readonly LaunchType[];
