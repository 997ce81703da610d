/** The package registries that manifests name packages of. */
export type Ecosystem = 'npm' | 'pypi' | 'maven' | 'go' | 'rubygems' | 'packagist' | 'nuget' | 'container';

/** An SDK or command of AWS that asks the metadata service by itself, as the packages of one registry. */
export interface Sdk {
  readonly id: string;
  /** As AWS calls it. */
  readonly name: string;
  readonly ecosystem: Ecosystem;
  /** The packages whose version counts. */
  readonly packages: RegExp;
  /** The first version that asks with a token; `always`: every version of these packages. */
  readonly versionTwoSince: string;
  /** Versions from here on, though older than `versionTwoSince`, may do so too: nothing is said about them. */
  readonly doubtfulSince?: string;
  /** Below this version the packages are another product, which the table says nothing about. */
  readonly from?: string;
  /** The first version whose fallback to version 1 can be switched off; `none`: it never falls back; undefined: AWS does not say. */
  readonly switchSince?: string;
  /** How that is done, as a phrase. */
  readonly switch: string;
  readonly source: string;
}

const ENVIRONMENT = 'AWS_EC2_METADATA_V1_DISABLED=true, or ec2_metadata_v1_disabled = true in the profile';
const TRANSITION = 'docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-transition-to-version-2.html';

/**
 * Minimum versions for version 2, and for switching the fallback off (EC2 User Guide, "Transition to using IMDSv2"; AWS SDKs and Tools Reference, "IMDS client").
 */
export const SDKS: readonly Sdk[] = [
  {
    id: 'javascript-2',
    name: 'AWS SDK for JavaScript v2',
    ecosystem: 'npm',
    packages: /^aws-sdk$/,
    versionTwoSince: '2.722.0',
    from: '2.0.0',
    switchSince: '2.1488.0',
    switch: `${ENVIRONMENT}, or ec2MetadataV1Disabled of AWS.MetadataService`,
    source: `${TRANSITION}; npm aws-sdk 2.1488.0 lib/metadata_service.js`,
  },
  {
    id: 'javascript-3',
    name: 'AWS SDK for JavaScript v3',
    ecosystem: 'npm',
    packages: /^@smithy\/credential-provider-imds$/,
    versionTwoSince: '1.0.0',
    switchSince: '2.1.0',
    switch: `${ENVIRONMENT}, or ec2MetadataV1Disabled of fromInstanceMetadata`,
    source: 'npm @smithy/credential-provider-imds 2.1.0 dist-cjs',
  },
  {
    id: 'javascript-3-clients',
    name: 'AWS SDK for JavaScript v3',
    ecosystem: 'npm',
    packages: /^@aws-sdk\/(?:client-[\w-]+|credential-providers?[\w-]*|lib-dynamodb)$/,
    versionTwoSince: '1.0.0-alpha.0',
    switch: `${ENVIRONMENT}, with @smithy/credential-provider-imds 2.1.0 or later`,
    source: 'npm @smithy/credential-provider-imds 2.1.0 dist-cjs',
  },
  {
    id: 'boto3',
    name: 'AWS SDK for Python (Boto3)',
    ecosystem: 'pypi',
    packages: /^boto3$/,
    versionTwoSince: '1.12.6',
    // boto3 1.10.25 requires botocore 1.13.25, which asks with a token.
    doubtfulSince: '1.10.25',
    switchSince: '1.29.4',
    switch: ENVIRONMENT,
    source: `${TRANSITION}; botocore .changes/1.32.4.json, which boto3 1.29.4 requires`,
  },
  {
    id: 'botocore',
    name: 'AWS SDK for Python (Botocore)',
    ecosystem: 'pypi',
    packages: /^botocore$/,
    versionTwoSince: '1.13.25',
    switchSince: '1.32.4',
    switch: ENVIRONMENT,
    source: `${TRANSITION}; botocore .changes/1.32.4.json`,
  },
  {
    id: 'aws-cli-1',
    name: 'AWS CLI',
    ecosystem: 'pypi',
    packages: /^awscli$/,
    versionTwoSince: '1.16.289',
    switchSince: '1.30.4',
    switch: ENVIRONMENT,
    source: `${TRANSITION}; botocore .changes/1.32.4.json, which awscli 1.30.4 requires`,
  },
  {
    id: 'aws-cli-image',
    name: 'AWS CLI',
    ecosystem: 'container',
    packages: /(?:^|\/)aws-?cli$/,
    versionTwoSince: '1.16.289',
    switch: ENVIRONMENT,
    source: TRANSITION,
  },
  {
    id: 'java-1',
    name: 'AWS SDK for Java 1.x',
    ecosystem: 'maven',
    packages: /^com\.amazonaws:aws-java-sdk(?:-(?!s3-|dynamodb-encryption|xray)[\w-]+)?$/,
    versionTwoSince: '1.11.678',
    switch: `${ENVIRONMENT}, or -Dcom.amazonaws.sdk.disableEc2MetadataV1=true`,
    source: TRANSITION,
  },
  {
    id: 'java-2',
    name: 'AWS SDK for Java 2.x',
    ecosystem: 'maven',
    packages: /^software\.amazon\.awssdk:(?!aws-crt$|crt-core$)[\w-]+$/,
    versionTwoSince: '2.10.21',
    switchSince: '2.23.17',
    switch: `${ENVIRONMENT}, or -Daws.disableEc2MetadataV1=true`,
    source: `${TRANSITION}; github aws/aws-sdk-java-v2 CHANGELOG 2.23.17`,
  },
  {
    id: 'go-1',
    name: 'AWS SDK for Go v1',
    ecosystem: 'go',
    packages: /^github\.com\/aws\/aws-sdk-go$/,
    versionTwoSince: '1.25.38',
    switch: ENVIRONMENT,
    source: `${TRANSITION}; github aws/aws-sdk-go#4748`,
  },
  {
    id: 'go-2',
    name: 'AWS SDK for Go v2',
    ecosystem: 'go',
    packages: /^github\.com\/aws\/aws-sdk-go-v2$/,
    versionTwoSince: '0.19.0',
    switch: `${ENVIRONMENT}, or EnableFallback of feature/ec2/imds`,
    source: `${TRANSITION}; github aws/aws-sdk-go-v2#2303`,
  },
  {
    id: 'go-2-imds',
    name: 'AWS SDK for Go v2',
    ecosystem: 'go',
    packages: /^github\.com\/aws\/aws-sdk-go-v2\/feature\/ec2\/imds$/,
    versionTwoSince: '0.1.0',
    switchSince: '1.13.0',
    switch: `${ENVIRONMENT}, or EnableFallback of feature/ec2/imds`,
    source: 'github aws/aws-sdk-go-v2 feature/ec2/imds/CHANGELOG.md 1.13.0',
  },
  {
    id: 'ruby-3',
    name: 'AWS SDK for Ruby',
    ecosystem: 'rubygems',
    packages: /^aws-sdk-core$/,
    versionTwoSince: '3.79.0',
    from: '3.0.0',
    switchSince: '3.186.0',
    switch: `${ENVIRONMENT}, or disable_imds_v1 of Aws::InstanceProfileCredentials`,
    source: `${TRANSITION}; github aws/aws-sdk-ruby gems/aws-sdk-core/CHANGELOG.md 3.186.0`,
  },
  {
    id: 'php-3',
    name: 'AWS SDK for PHP',
    ecosystem: 'packagist',
    packages: /^aws\/aws-sdk-php$/,
    versionTwoSince: '3.147.7',
    from: '3.0.0',
    switch: `${ENVIRONMENT}, or ec2_metadata_v1_disabled of InstanceProfileProvider`,
    source: `${TRANSITION}; github aws/aws-sdk-php#2769`,
  },
  {
    id: 'dotnet',
    name: 'AWS SDK for .NET',
    ecosystem: 'nuget',
    packages: /^AWSSDK\.Core$/i,
    // The release that AWS names, 3.3.634.1, carries this version of the package.
    versionTwoSince: '3.3.103.66',
    switchSince: '3.7.302.11',
    switch: `${ENVIRONMENT}, or EC2MetadataV1Disabled of EC2InstanceMetadata`,
    source: `${TRANSITION}; github aws/aws-sdk-net SDK.CHANGELOG.md 3.3.634.1, 3.7.302.11`,
  },
  {
    id: 'dotnet-clients',
    name: 'AWS SDK for .NET',
    ecosystem: 'nuget',
    packages: /^AWSSDK\.(?!Core$|Extensions\.)\w+$/i,
    // Clients of 3.5 need a core of 3.5; those of 3.3 take any core of 3.3, of which only the later ones ask with a token.
    versionTwoSince: '3.5.0',
    doubtfulSince: '3.3.0',
    switch: `${ENVIRONMENT}, with AWSSDK.Core 3.7.302.11 or later`,
    source: 'docs.aws.amazon.com/sdk-for-net/v3/developer-guide/net-dg-v35.html',
  },
];

/** The SDK that a package is, or is a part of. */
export function sdkOf(ecosystem: Ecosystem, name: string): Sdk | undefined {
  return SDKS.find((sdk) => sdk.ecosystem === ecosystem && sdk.packages.test(name));
}
