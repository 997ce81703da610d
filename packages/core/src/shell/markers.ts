import type { Document } from '../document/document.ts';
import { render } from '../text/text.ts';

/** What a script that speaks to the metadata service has in it somewhere, or in what it is given: addresses in every spelling, names, paths; or base64, or a file that it reads in. */
const REQUESTS =
  /169|a9fe|2852039166|025177|0251|fd00|instance-data|meta[-_ ]?data|imds|ec2[-_ ]?(?:meta|facts|identity)|latest\/|user[-_]data|dynamic\/|\bboto\b|base64|gunzip|zcat|openssl|xxd|\/dev\/(?:tcp|udp)|imdsv2-ignore|[１-９①-⑳。]|[\u{F0000}-\u{FFFFD}]|(?:^|[;&|(){}]|\b(?:then|do|else))[ \t]*(?:source|\.)[ \t]+\S/imu;

/** What a script that launches instances has in it, or one that writes a file of another language that does: verbs of the AWS CLI, names of resources and tools. */
const LAUNCHES =
  /run[-_]?instances|launch[-_ ]?(?:template|config)|spot[-_ ]?(?:instance|fleet)|fleet|automation|register-image|(?:create|modify|update|request|register|start)-[a-z]+-?[a-z]*|http[-_]?(?:tokens|put|endpoint)|aws_(?:instance|launch|spot|autoscaling|eks|batch|emr|elastic|sagemaker|imagebuilder|ami)|aws::|aws-(?:ec2|cdk|auto)|cdktf|pulumi|client-(?:ec2|auto)|eksctl|kops\.k8s|ec2[-_]?(?:instance|nodeclass|asg)|awsnodetemplate|awsm(?:anaged)?machine|amazon-(?:ebs|instance)|pcluster|parallelcluster|crossplane|openshift/i;

/** Whether a script can be of interest at all. It is asked before anything is parsed. */
export function hasMarker(document: Document): boolean {
  if (isMarked(document.text)) return true;
  for (const values of document.shell?.variables?.values() ?? [])
    if (values.some((value) => isMarked(render(value)))) return true;
  return false;
}

export function isMarked(text: string): boolean {
  return REQUESTS.test(text) || LAUNCHES.test(text);
}
