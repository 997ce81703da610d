import {
  embeddedDocument,
  saysNothing,
  type Document,
  type DocumentHole,
  type LanguageId,
  type MappedText,
  type Runner,
  type ShellHost,
} from 'imdsv2-core';

/** A script that was found in a text of another format. */
export interface Script {
  /** `user-data` where only its content can tell. */
  readonly language: LanguageId;
  readonly text: MappedText;
  /** What it is in its host, for people: "step 'Get id' of job build", "runcmd". */
  readonly role: string;
  readonly shell?: ShellHost;
  /** Undefined: what runs the host runs it. */
  readonly runner?: Runner;
  /** Where the script has placeholders of its own besides the host's: all of them. */
  readonly holes?: readonly DocumentHole[];
  /** Ids of the launches that run it at boot, besides the host's. */
  readonly launches?: readonly string[];
}

/** The script as a document inside `host`. */
export function documentOf(host: Document, script: Script): Document {
  const runner = script.runner ?? host.runner;
  return embeddedDocument(
    host,
    script.language,
    script.text,
    host.role === '' ? script.role : `${script.role} in ${host.role}`,
    {
      runner,
      ...(script.launches === undefined ? {} : { launches: [...host.launches, ...script.launches] }),
      ...(script.holes === undefined ? {} : { holes: script.holes }),
      ...(script.shell === undefined ? {} : { shell: script.shell }),
    },
  );
}

/** The documents of several scripts; those that say nothing are left out. */
export function documentsOf(host: Document, scripts: readonly Script[]): readonly Document[] {
  return scripts
    .filter((script) => !saysNothing(script.text.text, { holes: script.holes ?? host.holes }))
    .map((script) => documentOf(host, script));
}
