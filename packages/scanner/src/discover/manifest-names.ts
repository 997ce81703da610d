/** Names of the manifests and lockfiles that SDK versions are read from; which format each is, its front end knows. */
export const MANIFEST_NAME =
  /(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|(?:[\w.-]*(?:requirements|constraints)[\w.-]*|requirements\/[\w.-]+)\.(?:txt|in)|pyproject\.toml|pipfile\.lock|(?:poetry|uv|pdm)\.lock|pom\.xml|[\w.-]+\.gradle(?:\.kts)?|gradle\.lockfile|[\w.-]+\.versions\.toml|go\.mod|gemfile\.lock|composer\.lock|[\w.-]+\.csproj|directory\.packages\.props|packages\.(?:lock\.json|config))$/i;

/** Whether a manifest names an SDK of AWS: most do not, and are not parsed. */
export function namesSdk(text: string): boolean {
  return SDK_NAMES.test(text);
}

const SDK_NAMES =
  /aws-sdk|credential-provider-imds|boto3|botocore|awscli|aws-java-sdk|com\.amazonaws|software\.amazon\.awssdk|awssdk\./i;

/** Whether a file that is no manifest says a version of an SDK, or switches the SDKs' fallback off. */
export function mentionsSdk(text: string): boolean {
  return MENTIONS.test(text);
}

/** What `mentionsSdk` looks for, for the markers: a file must hold one of these. */
export const SDK_MENTIONS: readonly string[] = [
  'ec2_metadata_v1_disabled',
  'awscli==',
  'awscli[',
  'boto3==',
  'boto3[',
  'botocore==',
  'botocore[',
  '/aws-cli:',
  '/awscli:',
];

const MENTIONS = new RegExp(SDK_MENTIONS.map((word) => word.replaceAll('[', '\\[')).join('|'), 'i');
