import type { Document } from '../document/document.ts';
import { render } from '../text/text.ts';

/** What a script that has to do with instance metadata or with launches has in it somewhere, or in what it is given: addresses in every spelling, names, paths, base64. */
const MARKER =
  /169|a9fe|2852039166|025177|0251|fd00|instance-data|meta[-_ ]?data|imds|ec2|aws|latest|user[-_]data|dynamic|base64|gunzip|zcat|openssl|xxd|\/dev\/(?:tcp|udp)|imdsv2-ignore|[１-９①-⑳。]|[\u{F0000}-\u{FFFFD}]|\b(?:source|\.)\s/iu;

/** Whether a script can be of interest at all. It is asked before anything is parsed. */
export function hasMarker(document: Document): boolean {
  if (MARKER.test(document.text)) return true;
  for (const values of document.shell?.variables?.values() ?? [])
    if (values.some((value) => MARKER.test(render(value)))) return true;
  return false;
}
