import {
  MappedTextBuilder,
  sliceMapped,
  type Alternatives,
  type Analysis,
  type Document,
  type LanguageId,
  type MappedText,
  type ShellHost,
} from 'imdsv2-core';
import { DockerfileParser, Onbuild, PropertyInstruction, type Instruction, type Property } from 'dockerfile-ast';
import { scriptOfWords } from '../embedded/command-line.ts';
import { documentsOf, type Script } from '../embedded/script.ts';
import { lineComments, suppressionsIn } from '../embedded/suppressions.ts';
import { scriptInFile } from '../embedded/written-file.ts';
import type { DocumentFrontEnd } from '../front-end.ts';
import { interpreterOf, readCommand, shellFlags } from '../interpreters.ts';
import { readJson } from '../structured/index.ts';
import { dialectOf } from '../template/dialect-of.ts';
import { readPlaceholders } from '../template/placeholders.ts';
import { environmentValue } from './environment.ts';

/** Dockerfiles: what their images run when they are built and when they are started (docs.docker.com/reference/dockerfile). */
export const frontEnd: DocumentFrontEnd = {
  scope: 'document',
  languages: ['dockerfile'],
  load: () => Promise.resolve(analyseDockerfile),
};

export function analyseDockerfile(file: Document): Analysis {
  const dialect = dialectOf(file.text, ['jinja', 'erb']);
  const document: Document = dialect === undefined ? file : { ...file, ...readPlaceholders(file, file.holes, dialect) };
  const dockerfile = DockerfileParser.parse(document.text);
  const offsets = lineOffsets(document.text);
  const stage = new Stage(document, dockerfile.getEscapeCharacter());
  const statements: { start: number; end: number }[] = [];
  const scripts = dockerfile.getInstructions().flatMap((instruction) => {
    const range = instruction.getRange();
    const place = {
      start: (offsets[range.start.line] ?? 0) + range.start.character,
      end: (offsets[range.end.line] ?? 0) + range.end.character,
    };
    statements.push(place);
    return stage.read(instruction, place);
  });
  return {
    facts: [],
    documents: documentsOf({ ...document, runner: 'container' }, scripts),
    problems: [],
    suppressions: suppressionsIn(document, lineComments(document.text, /^#/), statements),
  };
}

function lineOffsets(text: string): readonly number[] {
  const offsets = [0];
  // The parser counts \r, \n and \r\n as line ends.
  for (const match of text.matchAll(/\r\n|\r|\n/g)) offsets.push(match.index + match[0].length);
  return offsets;
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** What earlier instructions of a build stage mean for later ones. */
class Stage {
  readonly #document: Document;
  readonly #escape: string;
  #variables = new Map<string, Alternatives>();
  /** Before the first FROM: a stage knows them once it names them. */
  readonly #global = new Map<string, Alternatives>();
  #shell: { language: LanguageId; host: ShellHost } = DEFAULT_SHELL;
  #started = false;

  constructor(document: Document, escape: string) {
    this.#document = document;
    this.#escape = escape;
  }

  read(instruction: Instruction, place: Place): readonly Script[] {
    switch (instruction.getKeyword()) {
      case 'FROM':
        this.#started = true;
        this.#variables = new Map();
        this.#shell = /windows|nanoserver/i.test(instruction.getArgumentsContent() ?? '')
          ? { language: 'batch', host: {} }
          : DEFAULT_SHELL;
        return [];
      case 'ARG':
      case 'ENV':
        for (const property of propertiesOf(instruction)) {
          const value = property.getValue();
          const name = property.getName();
          const values =
            value === null
              ? this.#global.get(name)
              : [environmentValue(value, this.#started ? this.#variables : this.#global, this.#document)];
          if (values !== undefined) (this.#started ? this.#variables : this.#global).set(name, values);
        }
        return [];
      case 'SHELL':
        this.#shell = shellOf(this.#words(this.#arguments(instruction, place)) ?? []);
        return [];
      case 'RUN':
        return this.#run(this.#arguments(instruction, place), 'RUN');
      case 'CMD':
      case 'ENTRYPOINT':
        return this.#command(this.#arguments(instruction, place), instruction.getKeyword());
      case 'HEALTHCHECK': {
        const text = this.#arguments(instruction, place);
        const command = /^\s*CMD\s+/i.exec(text.text);
        return command === null
          ? []
          : this.#command(sliceMapped(text, command[0].length, text.text.length), 'HEALTHCHECK');
      }
      case 'COPY':
      case 'ADD':
        return this.#copied(instruction, place);
      case 'ONBUILD': {
        const trigger = instruction instanceof Onbuild ? instruction.getTriggerInstruction() : null;
        const word = /^\s*\S+\s+(?=\S)/.exec(this.#document.text.slice(place.start, place.end));
        return trigger === null || word === null
          ? []
          : this.read(trigger, { start: place.start + word[0].length, end: place.end });
      }
      default:
        return [];
    }
  }

  /** What stands behind the keyword and the instruction's flags; comment lines between continued lines are dropped, as Docker does. */
  #arguments(instruction: Instruction, place: Place): MappedText {
    const { text } = this.#document;
    const raw = text.slice(place.start, place.end);
    const flag = new RegExp(
      `^(?:--[a-z][\\w-]*(?:=(?:"[^"]*"|[^\\s])*)?(?:\\s|${escaped(this.#escape)}[ \\t]*\\r?\\n)+)*`,
    );
    let from = place.start + (/^\s*/.exec(raw)?.[0].length ?? 0) + instruction.getInstruction().length;
    const gap = new RegExp(`^(?:[ \\t]|${escaped(this.#escape)}[ \\t]*\\r?\\n)+`);
    from += gap.exec(text.slice(from, place.end))?.[0].length ?? 0;
    from += flag.exec(text.slice(from, place.end))?.[0].length ?? 0;
    const builder = new MappedTextBuilder();
    if (/<<-?\s*["']?\w/.test(text.slice(from, place.end).split('\n', 1)[0] ?? ''))
      return builder.copy(this.#document, from, place.end).build();
    const isBackquote = this.#escape === '`';
    let at = from;
    for (const line of text.slice(from, place.end).split(/(?<=\n)/)) {
      const end = at + line.length;
      // The first line is never a comment.
      if (at === from || !/^\s*(?:#|$)/.test(line)) {
        const continued = isBackquote ? /`[ \t]*\r?\n$/.exec(line) : null;
        builder.copy(this.#document, at, continued === null ? end : at + continued.index);
      }
      at = end;
    }
    return builder.build();
  }

  #run(text: MappedText, role: string): readonly Script[] {
    const heredoc = /^<<-?\s*(["']?)(\w+)\1[ \t]*\r?\n/.exec(text.text);
    if (heredoc !== null) {
      const body = heredocBody(text, heredoc[0].length, heredoc[2] ?? '');
      const interpreter = interpreterOf(body.text);
      if (interpreter !== undefined)
        return interpreter.language === undefined
          ? []
          : [{ language: interpreter.language, text: body, role, shell: this.#host(interpreter.shell ?? {}) }];
      return [{ language: this.#shell.language, text: body, role, shell: this.#host(this.#shell.host) }];
    }
    return this.#command(text, role);
  }

  /** The `exec` form (a JSON array) or a line for the shell. */
  #command(text: MappedText, role: string): readonly Script[] {
    const words = this.#words(text);
    if (words !== undefined) {
      const script = scriptOfWords(words, role, { variables: this.#variables });
      return script === undefined ? [] : [script];
    }
    return [{ language: this.#shell.language, text, role, shell: this.#host(this.#shell.host) }];
  }

  #words(text: MappedText): readonly MappedText[] | undefined {
    if (!text.text.trimStart().startsWith('[')) return undefined;
    const { roots, problems } = readJson(withoutContinuations(text, this.#escape));
    const [root] = roots;
    // What is no JSON is a command of the shell that begins with `[`.
    if (problems.length > 0 || root?.kind !== 'sequence') return undefined;
    return root.items.flatMap((item) => (item.kind === 'scalar' ? [item.mapped] : []));
  }

  /** `COPY <<EOF /usr/local/bin/x.sh`: files written from the Dockerfile itself. */
  #copied(instruction: Instruction, place: Place): readonly Script[] {
    const text = this.#arguments(instruction, place);
    const first = /^[^\n]*\n/.exec(text.text)?.[0] ?? '';
    const names = [...first.matchAll(/<<-?\s*["']?(\w+)["']?/g)].map((match) => match[1] ?? '');
    const target = /(\S+)\s*$/.exec(first)?.[1] ?? '';
    let from = first.length;
    return names.flatMap((name) => {
      const body = heredocBody(text, from, name);
      from += body.text.length + name.length + 1;
      return scriptInFile(
        target.endsWith('/') ? target + name : target,
        body,
        `${target} of ${instruction.getKeyword()}`,
      );
    });
  }

  #host(host: ShellHost): ShellHost {
    return this.#variables.size === 0 ? host : { ...host, variables: new Map(this.#variables) };
  }
}

const DEFAULT_SHELL = { language: 'shell', host: { interpreter: 'sh' } } as const;

function shellOf(words: readonly MappedText[]): { language: LanguageId; host: ShellHost } {
  const [first, ...options] = words.map(({ text }) => text);
  const interpreter = readCommand(first ?? '');
  return interpreter?.language === undefined
    ? DEFAULT_SHELL
    : { language: interpreter.language, host: { ...interpreter.shell, ...shellFlags(options) } };
}

function heredocBody(text: MappedText, from: number, delimiter: string): MappedText {
  const end = new RegExp(`^\\t*${delimiter}[ \\t]*\\r?$`, 'm').exec(text.text.slice(from));
  return sliceMapped(text, from, end === null ? text.text.length : from + end.index);
}

function withoutContinuations(text: MappedText, escape: string): MappedText {
  const builder = new MappedTextBuilder();
  let from = 0;
  for (const match of text.text.matchAll(new RegExp(`${escaped(escape)}[ \\t]*\\r?\\n`, 'g'))) {
    builder.copy(text, from, match.index);
    from = match.index + match[0].length;
  }
  return builder.copy(text, from, text.text.length).build();
}

function escaped(character: string): string {
  return character === '`' ? '`' : '\\\\';
}

/** Names and values of `ENV` and `ARG`. */
function propertiesOf(instruction: Instruction): readonly Property[] {
  return instruction instanceof PropertyInstruction ? instruction.getProperties() : [];
}
