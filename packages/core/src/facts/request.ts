import type { Runner } from '../document/document.ts';
import type { Location } from '../document/offset-map.ts';
import type { Alternatives, Text } from '../text/text.ts';
import type { Evidence } from './evidence.ts';

/** Somebody calls the metadata service, or may. */
export interface Request {
  readonly kind: 'request';
  /** Equal for the same place in every run on the same tree; see `factId`. */
  readonly id: string;
  /** The command or call, whole. */
  readonly location: Location;
  /** The call alone, where `location` begins earlier, with the options that are written ahead of it. Findings stand here. */
  readonly focus?: Location;
  /** Id of the client table (`catalog/clients.ts`). */
  readonly client: string;
  /** What the call may send: one entry per way to get there (branches, calls of the function around it). Never empty. */
  readonly variants: readonly RequestVariant[];
  /** Ids of the launches that run it at boot. */
  readonly launches: readonly string[];
  readonly runner: Runner;
  /** What contains the request, for people ("user data of aws_instance.web"); empty for a plain file. */
  readonly role: string;
}

export interface RequestVariant {
  /** In upper case; undefined when it is not known. */
  readonly method: string | undefined;
  /** The URL, with or without scheme. */
  readonly url: Text;
  readonly headers: readonly RequestHeader[];
  /** Why there may be headers that could not be read (a spread, a header file that is not there); undefined: all headers were read. */
  readonly unreadHeaders?: string;
  /** What is known of the token header's value; undefined where none was seen. */
  readonly token?: TokenFlow;
  /** Set when the program *decided* to send this variant without a token (DESIGN, verdict `fallback`). */
  readonly fallback?: Evidence;
  /** For SDK clients: what the SDK itself sends, whatever `headers` says. */
  readonly sdk?: 'version-1' | 'version-2-then-1' | 'version-2';
  /** Something around the request that points to another cloud (the name of the file or function). It decides only where host or path do not. */
  readonly otherCloud?: { readonly cloud: string; readonly evidence: Evidence };
  readonly evidence: readonly Evidence[];
}

export interface RequestHeader {
  readonly name: Text;
  readonly value: Text;
  readonly location?: Location;
  /** `body`: written as an option of the call, but sent as its body (`axios.put(url, {headers})`), so not sent as a header. */
  readonly place: 'headers' | 'body';
}

/** Where the value of a token header comes from, and what happens when there is none. */
export interface TokenFlow {
  readonly values: Alternatives;
  /** Why the value can be empty at this point although a token was asked for; undefined: guarded, or it cannot. */
  readonly mayBeEmpty?: Evidence;
  /** Whether the client drops the header when the value is empty or undefined, and so speaks version 1. */
  readonly dropsHeader: boolean;
  /** Set when a failure handler on the token request swallowed an abort that would otherwise have happened. */
  readonly swallowed?: Evidence;
}
