import type { Edit, Launch } from 'imdsv2-core';

/** Options that require tokens, by the command that they belong to. None of them needs quotes, in whatever the command is embedded. Source: facts/aws.md §3.3. */
const OPTIONS: readonly (readonly [command: RegExp, option: string, hops: string])[] = [
  [
    /\baws\s+ec2\s+run-instances(?=\s|$)|\bautoscaling\s+create-launch-configuration(?=\s|$)/,
    ' --metadata-options HttpEndpoint=enabled,HttpTokens=required',
    ',HttpPutResponseHopLimit=2',
  ],
  [
    /\bimagebuilder\s+(?:create|update)-infrastructure-configuration(?=\s|$)/,
    ' --instance-metadata-options httpTokens=required',
    ',httpPutResponseHopLimit=2',
  ],
  [
    /\bsagemaker\s+(?:create|update)-notebook-instance(?=\s|$)/,
    ' --instance-metadata-service-configuration MinimumInstanceMetadataServiceVersion=2',
    '',
  ],
  [
    /\bappstream\s+(?:create-fleet|create-image-builder|create-app-block-builder|update-fleet)(?=\s|$)/,
    ' --disable-imdsv1',
    '',
  ],
  [/^New-EC2Instance(?=\s|$)/i, ' -MetadataOptions_HttpEndpoint enabled -MetadataOptions_HttpToken required', ''],
];

/** Ways to require tokens on a command line that says nothing about them. */
export function commandOptions(launch: Launch, file: string): readonly (readonly Edit[])[] {
  const { path, start, end } = launch.location;
  const text = file.slice(start, end);
  for (const [command, option, hops] of OPTIONS) {
    const match = command.exec(text);
    if (match === null) continue;
    const at = start + match.index + match[0].length;
    return [[{ path, start: at, end: at, text: option + (launch.containers === undefined ? '' : hops) }]];
  }
  return [];
}
