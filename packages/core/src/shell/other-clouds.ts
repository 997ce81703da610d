/** Names by which people call clouds that are not EC2, in names of files and functions. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/cloudstack/, 'CloudStack'],
  [/openstack/, 'OpenStack'],
  [/azure|\baz[-_]?vm\b/, 'Azure'],
  [/\bgcp\b|\bgce\b|google/, 'Google Cloud'],
  [/\bibm\b/, 'IBM Cloud'],
  [/\boracle\b|\boci\b/, 'Oracle Cloud'],
  [/digital[-_]?ocean|\bdo[-_]droplet\b/, 'DigitalOcean'],
  [/hetzner|hcloud/, 'Hetzner'],
  [/vultr/, 'Vultr'],
  [/linode|akamai/, 'Akamai'],
  [/exoscale/, 'Exoscale'],
  [/scaleway/, 'Scaleway'],
  [/ali[-_]?(?:yun|baba|cloud)/, 'Alibaba Cloud'],
  [/tencent/, 'Tencent Cloud'],
  [/equinix|packet[-_]?net/, 'Equinix Metal'],
];

/** The other cloud that a name speaks of, if it speaks of one and not of EC2 as well. */
export function otherCloudIn(name: string): string | undefined {
  const plain = name
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[_./]+/g, ' ');
  if (/\b(?:aws|ec2|amazon|imds|imdsv2)\b/.test(plain)) return undefined;
  return NAMES.find(([pattern]) => pattern.test(plain) || pattern.test(plain.replace(/ /g, '_')))?.[1];
}
