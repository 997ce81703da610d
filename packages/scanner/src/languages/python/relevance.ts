import { LAUNCH_TYPES, type Document } from 'imdsv2-core';

/** The service's address in any spelling (of the link-local network nothing else but other clouds' services), and its paths. */
const ADDRESS =
  /169\.254(?!\.(?!169\b|42\b|0\b)\d)|a9fe[:.]?a9fe|fd00:|2852039|0251|0xa9|%3[16]|\\x3[16]|\\u003[16]|instance-data|meta-data|latest\/(?:meta-data|user-data|dynamic|api\b|["'{%])|metadata[-_]?token/i;

/** Other clouds at the same address, and libraries and tools that know the address themselves. */
const NAMES =
  /100\.100\.100|\/opc\/v|metadata\.google|computeMetadata|metadata\/i(?:nstance|dentity)|ec2[-_]?metadata|instance[-_]?(?:metadata|identity)|\b(?:import|from)\b[^\n]*\bboto\b|IMDSFetcher|IMDSRegionProvider|imdsv2-ignore|[１-９①-⑳。]/iu;

/** Operations of the AWS CLI that have to do with launches: the last words of `aws ec2 run-instances`. */
const COMMANDS = new RegExp(
  [
    ...new Set(
      LAUNCH_TYPES.filter(({ resource }) => resource.startsWith('aws ')).map(({ resource }) =>
        resource.split(' ').at(-1),
      ),
    ),
  ].join('|'),
);

/**
 * Whether anything can be found in a program: what speaks to the metadata service, or runs a command that does or that launches instances, says so. Names of resources alone
 * (`AWS::EC2::Instance` where a template is built) are not enough. A program in another document may be given its parts by that.
 */
export function isRelevant({ depth, text }: Document): boolean {
  return depth > 0 || ADDRESS.test(text) || NAMES.test(text) || COMMANDS.test(text);
}

/** Whether a module may hold an address that others import. */
export function mayHoldAddress(text: string): boolean {
  return ADDRESS.test(text);
}
