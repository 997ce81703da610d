import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { reasonOf } from '../discover/walk.ts';
import { isInside } from '../discover/work-tree.ts';
import { decode } from './decode.ts';

/** Larger files are searched for markers, but not parsed. */
export const MAX_BYTES = 10 * 1024 * 1024;

export type FileText =
  | { readonly kind: 'text'; readonly text: string; readonly note?: string }
  | { readonly kind: 'binary' }
  /** `head`: its first 64 kB, for a look at what it is. */
  | { readonly kind: 'large'; readonly head: string; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The files of one tree, read at most once until `forget` is called. Paths are relative to the root, with `/`; nothing outside the root is ever read. */
export class Files {
  readonly root: string;
  readonly #realRoot: string;
  readonly #texts = new Map<string, FileText>();
  /** What front ends were told. They ask for the same files over and over, and links cost a look at every folder above. */
  readonly #told = new Map<string, string | undefined>();
  readonly #listed = new Map<string, readonly string[]>();
  /** What `textInside` gave: front ends ask for the same files, most of which are not there, again and again. */
  readonly #asked = new Map<string, string | undefined>();

  constructor(root: string) {
    this.root = root;
    this.#realRoot = realpathSync(root);
  }

  /** The bytes of a file, or why they cannot be had. */
  bytes(path: string): Buffer | { readonly reason: string } {
    try {
      return readFileSync(this.absolute(path));
    } catch (error) {
      return { reason: reasonOf(error) };
    }
  }

  /** The text of a file; `bytes` saves a second reading where they are at hand. */
  text(path: string, bytes?: Uint8Array): FileText {
    const kept = this.#texts.get(path);
    if (kept !== undefined) return kept;
    const read = bytes ?? this.bytes(path);
    const text: FileText = !(read instanceof Uint8Array)
      ? { kind: 'unreadable', reason: read.reason }
      : read.length > MAX_BYTES
        ? { kind: 'large', head: headOf(read), reason: `it is larger than ${String(MAX_BYTES / 1024 / 1024)} MB` }
        : decode(read);
    this.#texts.set(path, text);
    return text;
  }

  /** The text of a file for a front end; undefined where there is none, or it lies outside the root (also through a link). */
  textInside(path: string): string | undefined {
    if (this.#asked.has(path)) return this.#asked.get(path);
    const text = this.#readInside(path);
    this.#asked.set(path, text);
    return text;
  }

  #readInside(path: string): string | undefined {
    const inner = this.#inside(path);
    if (inner === undefined) return undefined;
    try {
      if (!statSync(this.absolute(inner)).isFile()) return undefined;
    } catch {
      return undefined;
    }
    const text = this.text(inner);
    return text.kind === 'text' ? text.text : undefined;
  }

  /** Names in a directory, sorted, directories with `/` at the end; empty where there is none. */
  list(path: string): readonly string[] {
    let names = this.#listed.get(path);
    if (names === undefined) this.#listed.set(path, (names = this.#readNames(path)));
    return names;
  }

  #readNames(path: string): readonly string[] {
    const inner = this.#inside(path);
    if (inner === undefined) return [];
    try {
      return readdirSync(this.absolute(inner), { withFileTypes: true })
        .map((entry) =>
          this.#isDirectory(inner, entry.name, entry.isDirectory(), entry.isSymbolicLink())
            ? `${entry.name}/`
            : entry.name,
        )
        .sort();
    } catch {
      return [];
    }
  }

  /** Files may have changed: the next question reads them anew. `instead`: texts that stand for what is in some of them. */
  forget(instead: ReadonlyMap<string, string> = new Map()): void {
    this.#texts.clear();
    this.#told.clear();
    this.#listed.clear();
    this.#asked.clear();
    for (const [path, text] of instead) this.#texts.set(path, { kind: 'text', text });
  }

  isFile(path: string): boolean {
    try {
      return statSync(this.absolute(path)).isFile();
    } catch {
      return false;
    }
  }

  absolute(path: string): string {
    return path === '' || path === '.' ? this.root : `${this.root}/${path}`;
  }

  #isDirectory(directory: string, name: string, isDirectory: boolean, isLink: boolean): boolean {
    if (!isLink) return isDirectory;
    try {
      return statSync(this.absolute(directory === '' ? name : `${directory}/${name}`)).isDirectory();
    } catch {
      return false;
    }
  }

  /** The path in plain form, if what it leads to lies inside the root. */
  #inside(path: string): string | undefined {
    if (path.startsWith('/') || path.includes('\0')) return undefined;
    const plain = posix.normalize(path).replace(/\/$/, '');
    if (plain === '..' || plain.startsWith('../')) return undefined;
    const absolute = this.absolute(plain);
    try {
      // Most paths have no link in them; those that have must still end inside.
      if (lstatSync(absolute).isSymbolicLink() || plain.includes('/')) {
        if (!isInside(this.#realRoot, realpathSync(absolute))) return undefined;
      }
    } catch {
      return undefined;
    }
    return plain === '.' ? '' : plain;
  }
}

function headOf(bytes: Uint8Array): string {
  const head = decode(bytes.subarray(0, 64 * 1024));
  return head.kind === 'text' ? head.text : '';
}
