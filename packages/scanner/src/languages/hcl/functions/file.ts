import { createHash } from 'node:crypto';
import { Buffer } from 'node:buffer';
import { posix } from 'node:path';
import { entriesOf, failure, mappedString, NULL, string, textOf, unknown, type Value } from '../value.ts';
import { toSet, toStringValue } from '../type.ts';
import type { Call, FunctionTable, HclFunction } from './function.ts';
import { plain } from './plain.ts';

/** A file that is not in the work tree may exist where Terraform runs: unknown, not a failure. */
function withFile(apply: (text: Value & { kind: 'string' }, call: Call) => Value): HclFunction {
  return {
    apply: ([path = NULL], call) => {
      const name = textOf(toStringValue(path));
      if (name === undefined)
        return unknown(`${call.name}(…)`, 'the name of the file is known in part only', { at: call.at });
      const mapped = call.readFile(name);
      return mapped === undefined
        ? unknown(`${call.name}("${name}")`, `the file ${name} is not in the files that can be read`, { at: call.at })
        : apply(mappedString(mapped), call);
    },
  };
}

function hashOfFile(algorithm: string, encoding: 'hex' | 'base64'): HclFunction {
  return withFile((text) =>
    string(
      createHash(algorithm)
        .update(textOf(text) ?? '')
        .digest(encoding),
    ),
  );
}

/** https://developer.hashicorp.com/terraform/language/functions, "Filesystem functions". Files are read from the work tree only. */
export const FILE_FUNCTIONS: FunctionTable = {
  file: withFile((text) => text),
  filebase64: withFile((text, call) => ({
    kind: 'string',
    at: call.at,
    encodes: { as: 'base64', value: text },
    pieces: [{ kind: 'literal', value: Buffer.from(textOf(text) ?? '').toString('base64') }],
  })),
  filemd5: hashOfFile('md5', 'hex'),
  filesha1: hashOfFile('sha1', 'hex'),
  filesha256: hashOfFile('sha256', 'hex'),
  filesha512: hashOfFile('sha512', 'hex'),
  filebase64sha256: hashOfFile('sha256', 'base64'),
  filebase64sha512: hashOfFile('sha512', 'base64'),
  fileexists: {
    apply: ([path = NULL], call) => {
      const name = textOf(toStringValue(path));
      if (name === undefined)
        return unknown('fileexists(…)', 'the name of the file is known in part only', { at: call.at });
      return { kind: 'bool', value: call.readFile(name) !== undefined };
    },
  },
  fileset: {
    apply: ([directory = NULL, pattern = NULL], call) => {
      const [folder, glob] = [textOf(toStringValue(directory)), textOf(toStringValue(pattern))];
      if (folder === undefined || glob === undefined)
        return unknown('fileset(…)', 'its arguments are known in part only', { at: call.at });
      const expression = globPattern(glob);
      return toSet(
        call
          .listFiles(folder)
          .filter((path) => expression.test(path))
          .map((path) => string(path)),
      );
    },
  },
  templatefile: {
    takesNull: true,
    takesUnknown: true,
    apply: ([path = NULL, variables = NULL], call) => {
      const name = textOf(toStringValue(path));
      if (name === undefined)
        return path.kind === 'unknown'
          ? path
          : unknown('templatefile(…)', 'the name of the file is known in part only', { at: call.at });
      const mapped = call.readFile(name);
      if (mapped === undefined)
        return unknown(`templatefile("${name}")`, `the file ${name} is not in the files that can be read`, {
          at: call.at,
        });
      const template = call.parseTemplate(mapped);
      const given = variables.kind === 'object' ? new Map(entriesOf(variables)) : new Map<string, Value>();
      return call.evaluateTemplate(template, given);
    },
  },
  dirname: plain(['string'], (path) => posix.dirname(path)),
  basename: plain(['string'], (path) => (path === '' ? '.' : posix.basename(path))),
  pathexpand: {
    apply: ([path = NULL], call) =>
      textOf(path)?.startsWith('~') === true
        ? unknown('pathexpand(…)', 'the home directory is not known', { at: call.at })
        : path,
  },
  abspath: { apply: ([path = NULL], call) => (path.kind === 'string' ? path : failure('a path is required', call.at)) },
};

function globPattern(glob: string): RegExp {
  const source = glob
    .replace(/[.+^$()|\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?|\{([^}]*)\}/g, (token, choices: string | undefined) => {
      if (choices !== undefined) return `(?:${choices.split(',').join('|')})`;
      return { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' }[token] ?? token;
    });
  return new RegExp(`^${source}$`);
}
