/**
 * What a file must contain before anything in it is evaluated: an address, path or header of the service, a client that speaks to it
 * by itself, or the name of something that launches instances. A file without any costs one search.
 */
const MARKERS = new RegExp(
  [
    // Addresses: dotted, and the other spellings that URL parsers fold (facts/aws.md §5.1).
    String.raw`169[.\u3002]\d`,
    String.raw`2852039166|0x0*a9|0251|0251\.|%31%36%39|１６９|①⑥⑨|a9fe:a9fe`,
    String.raw`fd00:0?ec2`,
    'instance-data',
    String.raw`meta-data|latest\/|api\/token|instance-identity|ec2-metadata|metadata[-_]?token|imds`,
    'MetadataService|EC2MetadataCredentials|fromInstanceMetadata|disableFetchToken|ec2-publicip|eureka-js-client|awscred|aws-instance-metadata',
    'LaunchTemplate|LaunchConfig|[rR]unInstances|RequestSpot|requestSpot|aws-ec2|aws_ec2|aws-autoscaling|aws_autoscaling|aws-eks|aws_eks|aws-ecs|aws_ecs|aws-imagebuilder|aws_imagebuilder|aws-sagemaker|aws_sagemaker|@pulumi\\/(aws|eks)|pulumi_aws|provider-aws|providers\\/aws\\b|\\baws\\.ec2\\.|appstream|client-ec2|BastionHost|HttpTokens|httpTokens|MetadataOptions',
    'ec2:metadata|autoscaling:metadata|RoleDelivery|instance_metadata_defaults',
  ].join('|'),
  // Without `u`, which makes the search of every file five times as long; nothing here needs it.
  'i',
);

export function hasMarker(text: string): boolean {
  return MARKERS.test(text);
}
