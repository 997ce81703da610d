import { AWS_CLI_LAUNCHES } from '../catalog/launches/aws-cli.ts';
import type { Document } from '../document/document.ts';
import { OTHER_CLOUDS } from '../imds/clouds.ts';
import { render } from '../text/text.ts';

/** What a script that speaks to the metadata service has in it somewhere, or in what it is given: addresses in every spelling, names, paths; or a file that it reads in, or a placeholder. */
const REQUESTS =
  /169|a9fe|2852039166|025177|0251|fd00|instance-data|meta[-_ ]data|(?:instance|ec2)[-_ ]?metadata|metadata[-_]?(?:service|fetcher|options)|metadata\/|imds|ec2[-_ ]?(?:facts|identity)|latest\/|user[-_]data|dynamic\/|\bboto\b|[１-９①-⑳。]|[\u{F0000}-\u{FFFFD}]|(?:^|[;&|(){}]|\b(?:then|do|else))[ \t]*(?:source|\.)[ \t]+\S/imu;

/** A script may have all of this encoded: it then has what decodes it, and something that is no word of a language. */
const DECODERS = /base64|gunzip|zcat|openssl|xxd|\\x|\\u00/i;
const ENCODED = /[A-Za-z\d+/]{40}|[\da-f]{16}|(?:\\(?:x|u00)[\da-f]{2}){4}/i;

/** What a script has in it that writes a file of another language which launches instances: names of resources, tools and options. */
const LAUNCHES =
  /run[-_]?instances|launch[-_ ]?(?:template|config)|spot[-_ ]?(?:instance|fleet)|fleet|register-image|modify-(?:image-attribute|instance-metadata)|http[-_]?(?:tokens|put|endpoint)|aws_(?:instance|launch|spot|autoscaling|eks|batch|emr|elastic|sagemaker|imagebuilder|ami)|aws::|aws-(?:ec2|cdk|auto)|cdktf|pulumi|client-(?:ec2|auto)|eksctl|kops\.k8s|ec2[-_]?(?:instance|nodeclass|asg)|awsnodetemplate|awsm(?:anaged)?machine|amazon-(?:ebs|instance)|pcluster|parallelcluster|crossplane|openshift/i;

/** The operations of the AWS CLI that launch instances, or say how. */
const OPERATIONS = new RegExp([...new Set(AWS_CLI_LAUNCHES.map(({ operation }) => operation))].join('|'));

/** The metadata services of others, which the inventory names. */
const OTHERS = OTHER_CLOUDS.flatMap(({ hosts }) => hosts.map((host) => (/[.:]/.test(host) ? host : `//${host}`)));

const SUPPRESSION = 'imdsv2-ignore';

/** Whether a script can be of interest at all. It is asked before anything is parsed. */
export function hasMarker(document: Document): boolean {
  if (isMarked(document.text)) return true;
  for (const values of document.shell?.variables?.values() ?? [])
    if (values.some((value) => isMarked(render(value)))) return true;
  return false;
}

export function isMarked(text: string): boolean {
  return (
    REQUESTS.test(text) ||
    LAUNCHES.test(text) ||
    OPERATIONS.test(text) ||
    OTHERS.some((host) => text.includes(host)) ||
    text.includes(SUPPRESSION) ||
    (DECODERS.test(text) && ENCODED.test(text))
  );
}
