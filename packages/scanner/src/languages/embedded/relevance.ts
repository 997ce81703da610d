import { splitHoles, type Document } from 'imdsv2-core';
import { hasMarker } from '../../discover/prefilter.ts';

/**
 * Whether anything can be found in a document. Files were asked before they were read; of what stands inside others most has nothing to do with instance
 * metadata or launches, and whether it parses is nobody's concern then.
 */
export function mayMatter(document: Document): boolean {
  return (
    document.depth === 0 ||
    hasMarker(Buffer.from(document.text)) ||
    splitHoles(document.text, document).some((part) => typeof part !== 'string' && part.values.length > 0)
  );
}
