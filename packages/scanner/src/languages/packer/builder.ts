import {
  factId,
  NO_USER_DATA,
  PACKER_BUILDERS,
  type Default,
  type Document,
  type InvalidOption,
  type Launch,
  type Location,
  type Setting,
  type TerraformOptions,
} from 'imdsv2-core';
import { textOf, type Value } from '../hcl/value.ts';
import { readBlock } from '../terraform/setting.ts';
import { readUserData } from '../terraform/user-data.ts';

/** One builder, from a `source` block or an entry of `builders`. */
export interface Builder {
  /** `amazon-ebs` */
  readonly type: string;
  readonly name: string;
  readonly at: Location;
  readonly header: Location;
  readonly argument: (name: string) => Value;
  /** The blocks `metadata_options`: a list of none or one. */
  readonly options: Value;
  readonly readFile: (path: string) => Value | undefined;
}

export interface FoundBuilder {
  readonly launch: Launch;
  readonly image: Default | undefined;
  readonly documents: readonly Document[];
}

const OPTIONS = {
  kind: 'block',
  block: 'metadata_options',
  tokens: 'http_tokens',
  values: 'tokens',
  endpoint: 'http_endpoint',
  hopLimit: 'http_put_response_hop_limit',
} as const satisfies TerraformOptions;

/** The launch of the instance that an image is built on; undefined for builders that launch none. Facts: facts/aws.md §3.3, Packer. */
export function readBuilder(builder: Builder): FoundBuilder | undefined {
  const kind = PACKER_BUILDERS.find((one) => one.resource === builder.type);
  if (kind === undefined) return undefined;
  const id = factId('launch', builder.at);
  const read = readBlock(OPTIONS, builder.options, builder.header);
  const invalid: InvalidOption[] = [...read.invalid];
  const unset = { state: 'unset', location: builder.header } as const;
  let tokens: Setting<'required' | 'optional'> = read.tokens;
  let hopLimit: Setting<number> = read.hopLimit;
  const isOff = read.endpoint.state === 'set' && read.endpoint.value === 'disabled';
  if (!kind.sendsOptions && read.tokens.state !== 'unset') {
    invalid.push({
      message: `Packer takes metadata_options of ${builder.type} and does not pass it on.`,
      location: read.tokens.location ?? builder.header,
    });
  }
  if (isOff) {
    invalid.push({
      message:
        'With http_endpoint = "disabled" Packer sends no metadata options at all, so the metadata service stays as the defaults leave it.',
      location: read.endpoint.location ?? builder.header,
    });
  }
  if (!kind.sendsOptions || isOff) [tokens, hopLimit] = [unset, unset];
  const sent = kind.sendsOptions && !isOff;
  const scripts = [
    readUserData(builder.argument('user_data'), {
      base64: false,
      launch: id,
      role: `user data of ${builder.type}.${builder.name}`,
    }),
    ...userDataFile(builder, id),
  ];
  return {
    launch: {
      kind: 'launch',
      id,
      location: builder.at,
      platform: 'packer',
      resource: builder.type,
      name: builder.name,
      instance: null,
      role: 'instance',
      tokens,
      endpoint: unset,
      // What is not said is sent as 1.
      hopLimit: sent && hopLimit.state === 'unset' ? { state: 'set', value: 1, decidedBy: 'tool-default' } : hopLimit,
      ipv6: unset,
      ...(sent
        ? {
            toolDefault: {
              tokens: 'optional',
              evidence: {
                message: 'Packer sends http_tokens = "optional" when nothing is said, whatever the account\'s default.',
                location: builder.header,
              },
            },
          }
        : {}),
      identities: [],
      userData: scripts.map((one) => one.state).find((state) => state.state !== 'none') ?? NO_USER_DATA,
      evidence: [],
      ...(invalid.length === 0 ? {} : { invalid }),
    },
    image: imageOf(builder),
    documents: scripts.flatMap((one) => one.documents),
  };
}

function userDataFile(builder: Builder, launch: string): readonly ReturnType<typeof readUserData>[] {
  const path = builder.argument('user_data_file');
  const name = textOf(path);
  if (path.kind === 'null') return [];
  const content = name === undefined ? undefined : builder.readFile(name);
  if (content === undefined) return [{ documents: [], state: { state: 'unknown', why: 'its file cannot be read' } }];
  return [readUserData(content, { base64: false, launch, role: `user data of ${builder.type}.${builder.name}` })];
}

/** `imds_support` on the image that is built: launches from it require tokens, unless something says otherwise. */
function imageOf(builder: Builder): Default | undefined {
  const value = builder.argument('imds_support');
  if (value.kind === 'null') return undefined;
  const text = textOf(value);
  const location = value.at ?? builder.header;
  return {
    kind: 'default',
    id: factId('default', builder.at),
    location: builder.at,
    platform: 'packer',
    resource: builder.type,
    name: builder.name,
    instance: null,
    scope: 'ami',
    tokens:
      text === 'v2.0'
        ? { state: 'set', value: 'required', location }
        : text === ''
          ? { state: 'unset', location }
          : {
              state: 'unknown',
              why: text === undefined ? 'its value is not known' : 'its value is none that AWS takes',
              location,
            },
    hopLimit: text === 'v2.0' ? { state: 'set', value: 2 } : { state: 'unset' },
    evidence: [],
    ...(text !== undefined && text !== 'v2.0' && text !== ''
      ? { invalid: [{ message: `imds_support is "${text}"; AWS takes only "v2.0".`, location }] }
      : {}),
  };
}
