import {
  saysNothing,
  type Document,
  type DocumentHole,
  type LanguageId,
  type MappedText,
  type Runner,
  type ShellHost,
} from 'imdsv2-core';
import { joinLines, scriptOfWords } from '../embedded/command-line.ts';
import { documentOf, type Script } from '../embedded/script.ts';
import { scriptInFile } from '../embedded/written-file.ts';
import type { Context } from '../front-end.ts';
import { scriptsIn } from '../script-places/index.ts';
import { get, textOf, type Node } from '../structured/index.ts';
import { Evaluator, type Surroundings } from './evaluate.ts';
import { materialise } from './materialise.ts';
import { withOpenConditions, type Resource } from './scope.ts';
import { explore } from './world.ts';

/** Reads the scripts of a resource's properties (or of its metadata), every intrinsic function in them evaluated. */
type Reader = (node: Node, carrier: Carrier) => readonly Script[];

interface Carrier {
  readonly document: Document;
  readonly context: Context;
  /** The resource's properties. */
  readonly properties: Node | undefined;
  /** What the template says for all its functions (`Globals` of SAM). */
  readonly globals: Node | undefined;
}

/**
 * Resource types whose properties hold scripts, with the paths that lead to them (keys joined by dots, `[]` for each item). Source: facts/aws.md §1.2. Boot
 * scripts of launches are read with their launch.
 */
const CARRIERS: Readonly<
  Record<string, readonly { readonly path: string; readonly read: Reader; readonly runner: Runner }[]>
> = {
  'AWS::Lambda::Function': [
    {
      path: 'Code.ZipFile',
      read: (node, { properties }) => inRuntime(node, textOf(get(properties, 'Runtime')), 'inline code'),
      runner: 'unknown',
    },
  ],
  'AWS::Serverless::Function': [
    {
      path: 'InlineCode',
      read: (node, { properties, globals }) =>
        inRuntime(node, textOf(get(properties, 'Runtime')) ?? textOf(get(globals, 'Runtime')), 'inline code'),
      runner: 'unknown',
    },
  ],
  'AWS::Synthetics::Canary': [
    {
      path: 'Code.Script',
      read: (node, { properties }) => inRuntime(node, textOf(get(properties, 'RuntimeVersion')) ?? 'nodejs', 'script'),
      runner: 'unknown',
    },
  ],
  'AWS::CodeBuild::Project': [
    { path: 'Source.BuildSpec', read: structured('build specification'), runner: 'container' },
    { path: 'SecondarySources.[].BuildSpec', read: structured('build specification'), runner: 'container' },
  ],
  'AWS::SSM::Document': [{ path: 'Content', read: structured('content'), runner: 'host' }],
  'AWS::SSM::Association': [
    {
      path: 'Parameters.commands',
      read: (node, { properties }) =>
        lines(node, /powershell/i.test(textOf(get(properties, 'Name')) ?? '') ? 'powershell' : 'shell', 'commands'),
      runner: 'host',
    },
  ],
  'AWS::ImageBuilder::Component': [{ path: 'Data', read: structured('component'), runner: 'host' }],
  'AWS::ImageBuilder::Workflow': [{ path: 'Data', read: structured('workflow'), runner: 'host' }],
  'AWS::ImageBuilder::ContainerRecipe': [
    { path: 'DockerfileTemplateData', read: text('dockerfile', 'Dockerfile'), runner: 'container' },
  ],
  'AWS::ImageBuilder::ImageRecipe': [
    {
      path: 'AdditionalInstanceConfiguration.UserDataOverride',
      read: text('user-data', 'user data of the build instance'),
      runner: 'host',
    },
  ],
  'AWS::SageMaker::NotebookInstanceLifecycleConfig': [
    { path: 'OnCreate.[].Content', read: text('user-data', 'OnCreate'), runner: 'host' },
    { path: 'OnStart.[].Content', read: text('user-data', 'OnStart'), runner: 'host' },
  ],
  'AWS::SageMaker::StudioLifecycleConfig': [
    { path: 'StudioLifecycleConfigContent', read: text('user-data', 'life-cycle script'), runner: 'container' },
  ],
  'AWS::Deadline::Fleet': [
    {
      path: 'Configuration.CustomerManaged.HostConfiguration.ScriptBody',
      read: text('user-data', 'host configuration'),
      runner: 'host',
    },
    { path: 'HostConfiguration.ScriptBody', read: text('user-data', 'host configuration'), runner: 'host' },
  ],
  'AWS::ECS::TaskDefinition': containers('ContainerDefinitions.[]'),
  'AWS::ECS::DaemonTaskDefinition': containers('ContainerDefinitions.[]'),
  'AWS::Batch::JobDefinition': containers('ContainerProperties'),
  'AWS::GreengrassV2::ComponentVersion': [{ path: 'InlineRecipe', read: structured('recipe'), runner: 'unknown' }],
  'AWS::CloudFormation::StackSet': [
    { path: 'TemplateBody', read: text('cloudformation', 'template body'), runner: 'unknown' },
  ],
};

/** The scripts that a resource carries besides the user data of its launches. `launches`: ids of its launches, which run the helper scripts of its metadata. */
export function carriedScripts(
  resource: Resource,
  launches: readonly string[],
  surroundings: Surroundings,
  context: Context,
): readonly Document[] {
  const { type, id, entry, scope } = resource;
  const carriers = CARRIERS[type] ?? [];
  const metadata = get(get(entry.value, 'Metadata'), 'AWS::CloudFormation::Init');
  if (carriers.length === 0 && metadata === undefined) return [];
  const globals = get(get(scope.template.root, 'Globals'), 'Function');
  const found = new Map<string, Document>();
  const take = (
    root: Node | undefined,
    read: (root: Node, carrier: Carrier, holes: readonly DocumentHole[]) => readonly Document[],
  ): void => {
    if (root === undefined) return;
    // As the defaults have it, and in every other way that the conditions leave.
    for (const one of [scope, withOpenConditions(scope)]) {
      if (one === undefined) continue;
      const outcomes = explore((world) => {
        const holes: DocumentHole[] = [...one.template.document.holes];
        const node = materialise(new Evaluator(world, surroundings, 'script'), root, one, holes);
        const document: Document = { ...one.template.document, holes, role: `${type} ${id}` };
        return read(node, { document, context, properties: node, globals }, holes);
      }, 16);
      for (const { result } of outcomes ?? []) {
        for (const document of result) {
          const key = `${document.language}\0${String(document.map.at(0).offset)}\0${document.text}`;
          if (!found.has(key)) found.set(key, document);
        }
      }
    }
  };
  if (carriers.length > 0) {
    take(get(entry.value, 'Properties'), (properties, carrier) =>
      carriers.flatMap(({ path, read, runner }) =>
        nodesAt(properties, path.split('.')).flatMap((node) =>
          read(node, carrier).map((script) =>
            documentOf(carrier.document, { ...script, runner: script.runner ?? runner, holes: carrier.document.holes }),
          ),
        ),
      ),
    );
  }
  take(metadata, (node, carrier) =>
    initScripts(node).map((script) => ({
      ...documentOf(carrier.document, { ...script, runner: 'host', holes: carrier.document.holes }),
      launches,
    })),
  );
  return [...found.values()].filter((document) => !saysNothing(document.text, document));
}

function nodesAt(root: Node, path: readonly string[]): readonly Node[] {
  let nodes: readonly Node[] = [root];
  for (const step of path) {
    nodes = nodes.flatMap((node) => {
      if (step === '[]') return node.kind === 'sequence' ? node.items : [];
      const next = get(node, step);
      return next === undefined ? [] : [next];
    });
  }
  return nodes;
}

/** A string in a language, or of a format that its own front end reads. */
function text(language: LanguageId, role: string): Reader {
  return (node) => {
    const mapped = textAt(node);
    if (mapped !== undefined) return [{ language, text: mapped, role }];
    return [];
  };
}

/** A YAML or JSON document, as a string or as a part of the template. */
function structured(role: string): Reader {
  return (node, { document, context }) => {
    const mapped = textAt(node);
    if (mapped !== undefined) return [{ language: /^\s*[{[]/.test(mapped.text) ? 'json' : 'yaml', text: mapped, role }];
    return scriptsIn(node, document, context).scripts.map((script) => ({
      ...script,
      role: `${script.role} of its ${role}`,
    }));
  };
}

function inRuntime(node: Node, runtime: string | undefined, role: string): readonly Script[] {
  const mapped = textAt(node);
  if (mapped === undefined) return [];
  const language =
    runtime === undefined
      ? languageByLook(mapped.text)
      : /node/i.test(runtime)
        ? 'javascript'
        : /python/i.test(runtime)
          ? 'python'
          : /powershell/i.test(runtime)
            ? 'powershell'
            : undefined;
  return language === undefined ? [] : [{ language, text: mapped, role }];
}

/** Where the runtime is a parameter or a global. */
function languageByLook(code: string): LanguageId {
  return /\b(?:def \w+\(|import \w+$|from \w+ import)/m.test(code) &&
    !/\b(?:exports\.|module\.exports|require\()/.test(code)
    ? 'python'
    : 'javascript';
}

function lines(node: Node, language: LanguageId, role: string): readonly Script[] {
  const texts = (node.kind === 'sequence' ? node.items : [node]).flatMap((item) => textAt(item) ?? []);
  return texts.length === 0 ? [] : [{ language, text: joinLines(texts), role }];
}

function textAt(node: Node | undefined): MappedText | undefined {
  return node?.kind === 'scalar' && node.value !== null ? node.mapped : undefined;
}

/** Entry point, command and health check of containers. */
function containers(
  path: string,
): readonly { readonly path: string; readonly read: Reader; readonly runner: Runner }[] {
  return [
    {
      path,
      read: (node) => {
        const words = [...wordsAt(get(node, 'EntryPoint')), ...wordsAt(get(node, 'Command'))];
        const command = scriptOfWords(words, `command of container ${textOf(get(node, 'Name')) ?? ''}`.trim());
        const check = wordsAt(get(get(node, 'HealthCheck'), 'Command'));
        const [kind, ...rest] = check;
        const health =
          kind?.text === 'CMD-SHELL' && rest[0] !== undefined
            ? ({
                language: 'shell',
                text: rest[0],
                role: 'health check',
                shell: { interpreter: 'sh' },
              } satisfies Script)
            : kind?.text === 'CMD'
              ? scriptOfWords(rest, 'health check')
              : undefined;
        return [command, health].filter((script) => script !== undefined);
      },
      runner: 'container',
    },
  ];
}

function wordsAt(node: Node | undefined): readonly MappedText[] {
  return node?.kind === 'sequence' ? node.items.flatMap((item) => textAt(item) ?? []) : [];
}

const SH: ShellHost = { interpreter: 'sh' };

/** `AWS::CloudFormation::Init`: commands, and files that are scripts. Source: docs.aws.amazon.com, *AWS::CloudFormation::Init*. */
function initScripts(init: Node): readonly Script[] {
  if (init.kind !== 'map') return [];
  return init.entries.flatMap(({ key, value: config }) => {
    if (key.kind === 'scalar' && key.text === 'configSets') return [];
    return [
      ...entriesOf(get(config, 'commands')).flatMap(([name, command]) => initCommand(name, command)),
      ...entriesOf(get(config, 'files')).flatMap(([path, file]) => initFile(path, file)),
    ];
  });
}

function initCommand(name: string, command: Node): readonly Script[] {
  return [get(command, 'command'), get(command, 'test')].flatMap((node): readonly Script[] => {
    const role = `command ${name}`;
    const mapped = textAt(node);
    if (mapped !== undefined)
      return [powershellCommand(mapped, role) ?? { language: 'shell', text: mapped, role, shell: SH }];
    const script = scriptOfWords(wordsAt(node), role);
    return script === undefined ? [] : [script];
  });
}

/** On Windows the command line starts PowerShell with the command behind it. */
function powershellCommand(mapped: MappedText, role: string): Script | undefined {
  const match = /^\s*powershell(?:\.exe)?\b.*?-Command\s+/is.exec(mapped.text);
  if (match === null) return undefined;
  const start = match[0].length;
  const quoted = /^(["'])([^]*)\1\s*$/.exec(mapped.text.slice(start));
  const from = quoted === null ? start : start + 1;
  const to = quoted === null ? mapped.text.length : from + (quoted[2]?.length ?? 0);
  return { language: 'powershell', text: { text: mapped.text.slice(from, to), map: mapped.map.slice(from, to) }, role };
}

function initFile(path: string, file: Node): readonly Script[] {
  const mapped = textAt(get(file, 'content'));
  return mapped === undefined ? [] : scriptInFile(path, mapped, `file ${path}`);
}

function entriesOf(node: Node | undefined): readonly (readonly [string, Node])[] {
  return node?.kind === 'map'
    ? node.entries.flatMap(({ key, value }) => (key.kind === 'scalar' ? [[key.text, value] as const] : []))
    : [];
}
