import type { LanguageId } from 'imdsv2-core';
import { MANIFEST_NAME } from './manifest-names.ts';
import { interpreterOf } from '../languages/interpreters.ts';

/**
 * What a file's name says about its language.
 *
 * - a language: the name decides;
 * - `look`: the content decides (`languageOfContent`);
 * - `none`: nothing that a front end reads, whatever stands in it.
 */
export type NameVerdict = LanguageId | 'look' | 'none';

/** What the name of a file (its path, with `/`) says about its language. */
export function languageOfName(path: string): NameVerdict {
  for (const { match, language } of BY_PATH) if (match.test(path)) return language;
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const exact = BY_NAME.get(name);
  if (exact !== undefined) return exact;
  const dot = name.lastIndexOf('.');
  if (dot <= 0) return 'look';
  return BY_EXTENSION.get(name.slice(dot + 1)) ?? 'look';
}

/** The language of a file, by its name and its text. Undefined: none that a front end reads. */
export function languageOf(path: string, text: string): LanguageId | undefined {
  const byName = languageOfName(path);
  if (byName === 'none') return undefined;
  if (byName === 'look') return languageOfContent(path, text);
  return (REFINED[byName] ?? []).find(({ match }) => match.test(text))?.language ?? byName;
}

/** Whether the language of a file is only what its text looks like: neither its name nor its first line says so. */
export function isGuessed(path: string, text: string): boolean {
  return languageOfName(path) === 'look' && interpreterOf(text.slice(0, HEAD)) === undefined;
}

/** The language of a file whose name says nothing: its first line, the formats that name themselves, then the look of a script. */
function languageOfContent(path: string, text: string): LanguageId | undefined {
  const head = text.slice(0, HEAD);
  const interpreter = interpreterOf(head);
  if (interpreter !== undefined) return interpreter.language;
  const format = BY_CONTENT.find(({ match }) => match.test(match === CLOUDFORMATION ? text : head));
  if (format !== undefined) return format.language;
  return /(?:^|[/_.-])user[-_]?data/i.test(path) ? 'user-data' : undefined;
}

/** UTF-16 units of a text that are looked at where a format shows itself at its head. */
const HEAD = 64 * 1024;

/** Paths that decide whatever the extension is; the first that matches. */
const BY_PATH: readonly { readonly match: RegExp; readonly language: NameVerdict }[] = [
  { match: MANIFEST_NAME, language: 'manifest' },
  { match: /(?:^|\/)\.ebextensions\/[^/]+\.config$/i, language: 'yaml' },
  { match: /(?:^|\/)(?:Dockerfile|Containerfile)(?:\.[^/]*)?$/i, language: 'dockerfile' },
  { match: /\.pkr(?:vars)?\.(?:hcl|json)$/i, language: 'packer' },
  { match: /\.(?:tf|tofu|tfvars)\.json$/i, language: 'terraform' },
  { match: /\.(?:service|socket|timer|mount)\.d\/[^/]+\.conf$/i, language: 'systemd' },
  { match: /(?:^|\/)cron(?:tab|\.d)\/[^/.]+$/i, language: 'crontab' },
  { match: /\.min\.(?:css|html?)$/i, language: 'none' },
  { match: /\.d\.[cm]?ts$/i, language: 'none' },
  // Prose that stands in every repository, under any extension or none.
  {
    match:
      /(?:^|\/)(?:COPYING|LICEN[CS]E|NOTICE|AUTHORS|CONTRIBUTORS|MAINTAINERS|CHANGELOG|CHANGES|README|OWNERS|CODEOWNERS)(?:[-._][^/]*)?$/,
    language: 'none',
  },
  // Placeholders of a template engine stand in these, whatever is made of them.
  { match: /\.(?:tpl|tftpl|tmpl|tmplt|gotmpl|j2|jinja2?|erb|epp|ejs|hbs|mustache|in)$/i, language: 'template' },
];

const BY_NAME: ReadonlyMap<string, NameVerdict> = new Map<string, NameVerdict>([
  ['makefile', 'makefile'],
  ['gnumakefile', 'makefile'],
  ['bsdmakefile', 'makefile'],
  ['crontab', 'crontab'],
  ['jenkinsfile', 'text'],
  ['vagrantfile', 'text'],
  ['.bashrc', 'shell'],
  ['.bash_profile', 'shell'],
  ['.bash_login', 'shell'],
  ['.profile', 'shell'],
  ['.zshrc', 'shell'],
  ['.zprofile', 'shell'],
  ['.envrc', 'shell'],
  ['pkgbuild', 'shell'],
  ['license', 'none'],
  ['codeowners', 'none'],
  ['.gitignore', 'none'],
  ['.imdsv2ignore', 'none'],
  ['user-data', 'user-data'],
  ['user_data', 'user-data'],
  ['userdata', 'user-data'],
  ['terragrunt.hcl', 'terraform'],
]);

const EXTENSIONS = {
  shell: 'sh bash zsh ksh mksh dash ash bats command ebuild',
  powershell: 'ps1 psm1 psd1',
  batch: 'bat cmd',
  python: 'py pyw',
  javascript: 'js mjs cjs jsx ts mts cts tsx',
  terraform: 'tf tofu tfvars',
  yaml: 'yaml yml bu fcc',
  json: 'json jsonc json5 ign',
  dockerfile: 'dockerfile containerfile',
  makefile: 'mk mak make',
  systemd: 'service socket timer mount automount path swap',
  crontab: 'cron crontab',
  xml: 'xml',
  // Only the scripts in their strings are read.
  text: 'go rs java kt kts scala groovy gradle swift rb php pl pm lua cs',
  // Prose, styles, pictures, archives, object code, and languages that no front end reads: never looked at.
  none:
    'md markdown mdx rst adoc asciidoc tex css scss sass less svg png jpg jpeg gif webp ico bmp tiff avif pdf eps psd ai sketch woff woff2 ttf otf eot mp3 mp4 ogg wav webm mov avi flac ' +
    'zip gz tgz bz2 xz zst 7z rar tar jar war ear deb rpm apk dmg iso img whl egg gem nupkg wasm o a so dylib dll exe obj lib class pyc pyo node bin dat db sqlite sqlite3 parquet avro pb ' +
    'pem crt cer der key p12 pfx jks asc sig gpg lock map csv tsv po pot mo log diff patch ' +
    'c h cc cpp cxx hpp hh m mm r jl ex exs erl hrl clj cljs hs ml mli fs fsx vb csproj sln dart nim zig v sol d f90 asm s proto graphql sql ipynb vue svelte html htm xhtml',
} as const satisfies Partial<Record<NameVerdict, string>>;

const BY_EXTENSION: ReadonlyMap<string, NameVerdict> = new Map(
  Object.entries(EXTENSIONS).flatMap(([language, extensions]) =>
    extensions.split(' ').map((extension): [string, NameVerdict] => [extension, language as NameVerdict]),
  ),
);

/** Resources under their type, in YAML, JSON and snapshots of templates. */
const CLOUDFORMATION = /AWSTemplateFormatVersion|AWS::Serverless-2016-10-31|["']?Type["']?\s*:\s*["']?AWS::\w+::\w+/;
const CLOUD_CONFIG = /^\s*(?:##\s*template:\s*jinja\s*\r?\n\s*)?#cloud-config\b/;
const USER_DATA =
  /^\s*(?:MIME-Version:|Content-Type:\s*multipart\/|#include\b|#upstart-job\b|#cloud-boothook\b|#part-handler\b)/i;

interface Look {
  readonly match: RegExp;
  readonly language: LanguageId;
}

/** Formats within a format, looked for in the text of a file whose name says the carrier only. */
const REFINED: Partial<Record<LanguageId, readonly Look[]>> = {
  shell: [
    { match: CLOUD_CONFIG, language: 'cloud-init' },
    { match: USER_DATA, language: 'user-data' },
    // Escapes and directives of Terraform, tags of ERB and Jinja: nothing that a shell gives a meaning to.
    {
      match: /\$\$\{|^[ \t]*%\{ *~? *(?:if|for|else|endif|endfor)\b|<%[-=#]? ?[\w@]|\{% *(?:if|for|set|endif|raw)\b/m,
      language: 'template',
    },
  ],
  yaml: [
    { match: CLOUD_CONFIG, language: 'cloud-init' },
    { match: CLOUDFORMATION, language: 'cloudformation' },
  ],
  json: [
    { match: CLOUDFORMATION, language: 'cloudformation' },
    { match: /"builders"\s*:\s*\[/, language: 'packer' },
    // A plan: `terraform show -json`.
    { match: /"format_version"\s*:[\s\S]*"(?:planned_values|resource_changes)"\s*:/, language: 'terraform' },
  ],
};

/** Formats that show themselves in a text of any name; the first that matches. */
const BY_CONTENT: readonly Look[] = [
  { match: CLOUD_CONFIG, language: 'cloud-init' },
  {
    match:
      /^\s*(?:MIME-Version:|Content-Type:\s*multipart\/|#include\b|#upstart-job\b|#cloud-boothook\b|#part-handler\b)/i,
    language: 'user-data',
  },
  { match: /^\s*<(?:powershell|script)>/i, language: 'user-data' },
  { match: CLOUDFORMATION, language: 'cloudformation' },
  { match: /^\s*(?:source\s+"amazon-|build\s*\{|packer\s*\{)/m, language: 'packer' },
  { match: /^\[(?:Unit|Service|Timer|Socket|Install)\]\s*$/m, language: 'systemd' },
  { match: /^\s*<\?xml\b/, language: 'xml' },
  // Puppet, Chef and Ansible keep scripts under any name.
  { match: /<%[-=#]?[\s\S]{0,200}?%>|\{%-?\s*(?:if|for|set|include)\b|\{\{-?\s*[\w.]+/, language: 'template' },
  { match: /^\s*\{\s*(?:"|\})/, language: 'json' },
  { match: /^(?:---\s*\r?\n|[A-Za-z_][\w-]*:\s*(?:[|>][-+]?)?\r?\n\s+(?:- )?[\w"'])/, language: 'yaml' },
  { match: /^(?:@?daily|@reboot|@hourly|(?:[\d*/,-]+\s+){5})[^\n]*\b(?:curl|wget|sh|root)\b/m, language: 'crontab' },
  {
    // A command in command position, with something of a script around it.
    match:
      /(?:^|[;&|({`]|\$\()\s*(?:sudo\s+)?(?:curl|wget|source|export|if\s+\[|for\s+\w+\s+in|while\s+|function\s+\w+|[\w-]+\s*\(\)\s*\{|[A-Za-z_]\w*=(?:["'$`(]|\w))/m,
    language: 'shell',
  },
];
