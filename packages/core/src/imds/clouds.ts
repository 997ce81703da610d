/** A cloud whose metadata service answers at EC2's address, or looks like it. */
export interface Cloud {
  readonly name: string;
  /** First path segments that only this cloud (or no EC2) has, in lower case. */
  readonly firstSegments: readonly string[];
  /** Hosts of its own, in lower case as WHATWG folds them. */
  readonly hosts: readonly string[];
  /** Request headers that give it away, lower case name → pattern of the value (undefined: any). */
  readonly headers: ReadonlyMap<string, RegExp | undefined>;
}

/** Source: facts/aws.md §5.2. Adding a cloud is one entry, one fixture and one line of documentation. */
export const OTHER_CLOUDS: readonly Cloud[] = [
  cloud(
    'Google Cloud',
    ['computemetadata', '0.1'],
    ['metadata.google.internal', 'metadata', '[fd20:ce::254]'],
    [
      ['metadata-flavor', /google/i],
      ['x-google-metadata-request', undefined],
    ],
  ),
  cloud(
    'Azure',
    [
      'metadata/instance',
      'metadata/identity',
      'metadata/attested',
      'metadata/loadbalancer',
      'metadata/scheduledevents',
      'metadata/versions',
      'metadata/metrics',
      'metadata/vmss',
      'metadata/thim',
    ],
    ['168.63.129.16'],
    [['metadata', /^true$/i]],
  ),
  cloud('Oracle Cloud', ['opc'], ['[fd00:c1::a9fe:a9fe]', '192.0.0.192'], [['authorization', /bearer oracle/i]]),
  cloud('DigitalOcean', ['metadata/v1', 'metadata/v1.json'], [], []),
  cloud('OpenStack', ['openstack'], [], []),
  cloud('Hetzner', ['hetzner'], [], []),
  cloud('Vultr', ['v1.json', 'current'], [], [['metadata-token', /cloudinit/i]]),
  cloud('CloudStack', ['1.0'], ['data-server'], []),
  cloud(
    'Akamai',
    ['v1'],
    ['[fd00:a9fe:a9fe::1]'],
    [
      ['metadata-token', undefined],
      ['metadata-token-expiry-seconds', undefined],
    ],
  ),
  cloud('Scaleway', ['conf', 'user_data'], ['169.254.42.42', '[fd00:42::42]'], []),
  cloud(
    'Alibaba Cloud',
    [],
    ['100.100.100.200'],
    [
      ['x-aliyun-ecs-metadata-token', undefined],
      ['x-aliyun-ecs-metadata-token-ttl-seconds', undefined],
    ],
  ),
  cloud(
    'IBM Cloud',
    ['instance_identity', 'identity', 'vpc'],
    ['api.metadata.cloud.ibm.com'],
    [['metadata-flavor', /ibm/i]],
  ),
  cloud('Tencent Cloud', [], ['metadata.tencentyun.com', '169.254.0.23'], []),
  cloud('NWCS', ['api'], [], []),
  cloud('Equinix Metal', [], ['metadata.packet.net', 'metadata.platformequinix.com'], []),
];

/** The other cloud that a host belongs to. `host` as WHATWG folds it. */
export function cloudOfHost(host: string): Cloud | undefined {
  return OTHER_CLOUDS.find((candidate) => candidate.hosts.includes(host.replace(/\.$/, '')));
}

/** The other cloud that a path belongs to. `segments`: decoded, empty ones removed. */
export function cloudOfPath(segments: readonly string[]): Cloud | undefined {
  const first = segments[0]?.toLowerCase();
  if (first === undefined) return undefined;
  const firstTwo = `${first}/${segments[1]?.toLowerCase() ?? ''}`;
  return OTHER_CLOUDS.find(
    (candidate) => candidate.firstSegments.includes(firstTwo) || candidate.firstSegments.includes(first),
  );
}

/** First segments that say whose service is meant whatever the host is; the others are everybody's (`/v1/`, `/api/`). */
const DISTINCTIVE = new Set(['computemetadata', 'opc', 'openstack', 'hetzner']);

/** The other cloud that a path belongs to when the host is not known. */
export function distinctiveCloudOfPath(segments: readonly string[]): Cloud | undefined {
  return DISTINCTIVE.has(segments[0]?.toLowerCase() ?? '') ? cloudOfPath(segments) : undefined;
}

/** The other cloud that a request header gives away. A value that is not known says nothing where everybody has such a header. */
export function cloudOfHeader(name: string, value: string | undefined): Cloud | undefined {
  const key = name.toLowerCase();
  return OTHER_CLOUDS.find((candidate) => {
    if (!candidate.headers.has(key)) return false;
    const pattern = candidate.headers.get(key);
    return pattern === undefined || (value === undefined ? key !== 'authorization' : pattern.test(value));
  });
}

function cloud(
  name: string,
  firstSegments: readonly string[],
  hosts: readonly string[],
  headers: readonly (readonly [string, RegExp | undefined])[],
): Cloud {
  return { name, firstSegments, hosts, headers: new Map(headers) };
}
