import { rule as hopLimit } from './hop-limit.ts';
import { rule as imdsv2CapableSdk } from './imdsv2-capable-sdk.ts';
import { rule as noBrokenUserData } from './no-broken-user-data.ts';
import { rule as noImdsv1Client } from './no-imdsv1-client.ts';
import { rule as noImdsv1Fallback } from './no-imdsv1-fallback.ts';
import { rule as noImdsv1Request } from './no-imdsv1-request.ts';
import { rule as noUncheckedToken } from './no-unchecked-token.ts';
import { rule as requireImdsv2 } from './require-imdsv2.ts';
import type { Rule } from './rule.ts';
import { rule as validImdsPolicy } from './valid-imds-policy.ts';
import { rule as validMetadataOptions } from './valid-metadata-options.ts';
import { rule as validTokenRequest } from './valid-token-request.ts';

/** Every rule: one file of this folder each (a test holds the two equal). In the order in which people read about them. */
export const RULES: readonly Rule[] = [
  noImdsv1Request,
  noImdsv1Fallback,
  validTokenRequest,
  noImdsv1Client,
  noUncheckedToken,
  requireImdsv2,
  validMetadataOptions,
  hopLimit,
  noBrokenUserData,
  imdsv2CapableSdk,
  validImdsPolicy,
];
