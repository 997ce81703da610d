import type { Alternatives, LanguageId, MappedText, ShellHost } from 'imdsv2-core';
import { joinLines, scriptOfWords } from '../embedded/command-line.ts';
import type { Script } from '../embedded/script.ts';
import { scriptInFile, writtenFile } from '../embedded/written-file.ts';
import { get, textOf, type Node } from '../structured/node.ts';
import { textWithHoles } from './find.ts';
import type { Format, Found } from './format.ts';
import { IGNITION } from './ignition.ts';
import { list, userData } from './readers.ts';

/** Formats of AWS services and of image builders. */
export const AWS_FORMATS: readonly Format[] = [
  {
    name: 'Systems Manager document',
    source: 'docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html',
    detect: (root) =>
      get(root, 'schemaVersion') !== undefined &&
      (get(root, 'mainSteps') ?? get(root, 'runtimeConfig')) !== undefined &&
      get(root, 'phases') === undefined,
    places: [
      { at: '**.mainSteps.[]', read: ssmStep },
      { at: 'runtimeConfig.*', read: ssmRuntime },
    ],
    dialect: 'ssm',
    runner: 'host',
  },
  {
    name: 'Image Builder component',
    source: 'docs.aws.amazon.com/imagebuilder/latest/userguide/toe-action-modules.html',
    detect: (root) => get(root, 'phases')?.kind === 'sequence',
    places: [{ at: 'phases.[].**.steps.[]', read: imageBuilderStep }],
    dialect: 'ssm',
    runner: 'host',
  },
  {
    name: 'Elastic Beanstalk configuration file',
    source: 'docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-ec2.html',
    detect: (root, { path }) =>
      path.includes('.ebextensions/') ||
      (path.endsWith('.config') &&
        (get(root, 'commands') ??
          get(root, 'container_commands') ??
          get(root, 'option_settings') ??
          get(root, 'files')) !== undefined),
    places: [
      { at: 'commands.*', read: beanstalkCommand },
      { at: 'container_commands.*', read: beanstalkCommand },
      { at: 'files.*', read: (found) => beanstalkFile(found) },
    ],
    runner: 'host',
  },
  {
    name: 'Ignition or Butane configuration',
    source: 'coreos.github.io/butane/config-fcos-v1_6',
    detect: (root) =>
      get(root, 'ignition') !== undefined ||
      (get(root, 'variant') !== undefined && get(root, 'version') !== undefined) ||
      // Container Linux Configs, before Butane, do not say what they are.
      get(get(root, 'systemd'), 'units') !== undefined ||
      get(get(root, 'storage'), 'files') !== undefined,
    places: IGNITION,
    runner: 'host',
  },
  {
    name: 'Packer template',
    source: 'developer.hashicorp.com/packer/docs/provisioners/shell',
    detect: (root) => get(root, 'builders')?.kind === 'sequence',
    places: [
      { at: '**.provisioners.[]', read: packerProvisioner },
      { at: 'post-processors.[]', read: packerProvisioner },
      { at: '**.user_data', read: (found) => userData(found) },
    ],
    dialect: 'go',
    runner: 'host',
  },
  {
    name: 'input of the AWS CLI',
    source: 'docs.aws.amazon.com/cli/latest/userguide/cli-usage-skeleton.html',
    detect: (root) =>
      get(root, 'UserData') !== undefined || get(get(root, 'LaunchTemplateData'), 'UserData') !== undefined,
    places: [{ at: '**.UserData', read: (found) => userData(found) }],
    runner: 'host',
  },
];

/** Values of a document's parameters that have a default. */
function parameterDefaults(found: Found): ReadonlyMap<string, Alternatives> {
  const parameters = get(found.ancestors[0], 'parameters');
  const defaults = new Map<string, Alternatives>();
  if (parameters?.kind !== 'map') return defaults;
  for (const { key, value } of parameters.entries) {
    const fallback = get(value, 'default');
    const name = textOf(key);
    if (name !== undefined && fallback?.kind === 'scalar')
      defaults.set(name, [textWithHoles(fallback.mapped, found.document, found.format)]);
  }
  return defaults;
}

function commands(
  found: Found,
  language: LanguageId,
  node: Node | undefined,
  role: string,
  shell: ShellHost = { interpreter: 'sh' },
): readonly Script[] {
  const texts = found.texts(node);
  if (texts.length === 0) return [];
  return [
    found.script(
      { language, text: joinLines(texts), role, ...(language === 'shell' ? { shell } : {}) },
      parameterDefaults(found),
    ),
  ];
}

function ssmStep(found: Found): readonly Script[] {
  const { node } = found;
  const role = `step ${textOf(get(node, 'name')) ?? ''}`.trim();
  const inputs = get(node, 'inputs');
  switch (textOf(get(node, 'action'))) {
    case 'aws:runShellScript':
      return commands(found, 'shell', get(inputs, 'runCommand'), role);
    case 'aws:runPowerShellScript':
      return commands(found, 'powershell', get(inputs, 'runCommand'), role);
    case 'aws:runCommand': {
      const isPowerShell = /powershell/i.test(textOf(get(inputs, 'DocumentName')) ?? '');
      return commands(found, isPowerShell ? 'powershell' : 'shell', get(get(inputs, 'Parameters'), 'commands'), role);
    }
    case 'aws:executeScript': {
      const isPowerShell = /powershell/i.test(textOf(get(inputs, 'Runtime')) ?? '');
      return commands(found, isPowerShell ? 'powershell' : 'python', get(inputs, 'Script'), role);
    }
    case 'aws:runInstances': {
      const text = found.text(get(inputs, 'UserData'));
      return text === undefined ? [] : [found.script({ language: 'user-data', text, role: `user data of ${role}` })];
    }
    default:
      return [];
  }
}

/** Schema 1.2: `runtimeConfig: {"aws:runShellScript": {properties: [{runCommand}]}}`. */
function ssmRuntime(found: Found): readonly Script[] {
  const language = found.path.at(-1) === 'aws:runPowerShellScript' ? 'powershell' : 'shell';
  const properties = get(found.node, 'properties');
  const all = properties?.kind === 'sequence' ? properties.items : [properties];
  return all.flatMap((property) => commands(found, language, get(property, 'runCommand'), found.path.at(-1) ?? ''));
}

function imageBuilderStep(found: Found): readonly Script[] {
  const { node } = found;
  const role = `step ${textOf(get(node, 'name')) ?? ''}`.trim();
  const inputs = get(node, 'inputs');
  switch (textOf(get(node, 'action'))) {
    // "All of the commands … are converted into a file and run with the bash shell": not with -e.
    case 'ExecuteBash':
      return commands(found, 'shell', get(inputs, 'commands'), role, { interpreter: 'bash' });
    case 'ExecutePowerShell':
      return commands(found, 'powershell', get(inputs, 'commands'), role);
    case 'ExecuteBinary': {
      const words = [...found.texts(get(inputs, 'path')), ...found.texts(get(inputs, 'arguments'))];
      const script = scriptOfWords(words, role);
      return script === undefined ? [] : [found.script(script)];
    }
    case 'CreateFile':
    case 'AppendFile':
      return inputs?.kind === 'sequence'
        ? inputs.items.flatMap((file) =>
            found.text(get(file, 'content')) === undefined
              ? []
              : writtenFile(file, role).map((script) => found.script(script)),
          )
        : [];
    default:
      return [];
  }
}

/** Each command is a process of its own: a line for the shell, or words. */
function beanstalkCommand(found: Found): readonly Script[] {
  const { node } = found;
  const name = `${found.path[0]?.replace(/s$/, '') ?? ''} ${found.path.at(-1) ?? ''}`;
  const variables = found.variables(get(node, 'env'));
  const one = (of: Node | undefined, role: string): readonly Script[] => {
    if (of?.kind === 'sequence') {
      const script = scriptOfWords(found.texts(of), role, { variables });
      return script === undefined ? [] : [script];
    }
    return list(found, [of], role, { interpreter: 'sh', ...(variables.size === 0 ? {} : { variables }) });
  };
  return node.kind === 'map'
    ? [...one(get(node, 'command'), name), ...one(get(node, 'test'), `test of ${name}`)]
    : one(node, name);
}

function beanstalkFile(found: Found): readonly Script[] {
  const path = found.path.at(-1) ?? '';
  const content = found.text(get(found.node, 'content'));
  if (content === undefined) return [];
  return scriptInFile(path.replace(/\/\d+_?/, '/'), content, `file ${path}`);
}

function packerProvisioner(found: Found): readonly Script[] {
  const { node } = found;
  const type = textOf(get(node, 'type')) ?? '';
  const isPowerShell = type.includes('powershell');
  const language: LanguageId = isPowerShell ? 'powershell' : type.includes('windows-shell') ? 'batch' : 'shell';
  const inline: readonly MappedText[] = found.texts(get(node, 'inline'));
  const role = `${type} provisioner`;
  const userDataText = found.text(get(node, 'user_data'));
  return [
    // Packer writes the lines to a file that begins with `#!/bin/sh -e`.
    ...(inline.length === 0
      ? []
      : [
          found.script({
            language,
            text: joinLines(inline),
            role,
            ...(language === 'shell' ? { shell: { interpreter: 'sh', errexit: true } } : {}),
          }),
        ]),
    ...(userDataText === undefined
      ? []
      : [found.script({ language: 'user-data', text: userDataText, role: 'user data' })]),
  ];
}
