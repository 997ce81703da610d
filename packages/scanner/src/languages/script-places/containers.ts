import type { LanguageId, MappedText, Runner } from 'imdsv2-core';
import { replaceMapped, scriptOfWords } from '../embedded/command-line.ts';
import type { Script } from '../embedded/script.ts';
import { scriptInFile } from '../embedded/written-file.ts';
import { get, textOf, type Node } from '../structured/node.ts';
import { decodeBase64 } from '../user-data/encodings.ts';
import { withVariables, type Format, type Found } from './format.ts';
import { nodeScripts } from './node-bootstrap.ts';
import { rootName } from './readers.ts';

/** Containers and what orchestrates them. */
export const CONTAINER_FORMATS: readonly Format[] = [
  {
    name: 'definition of custom resources',
    source: 'kubernetes.io/docs/tasks/extend-kubernetes/custom-resources',
    detect: (root) => textOf(get(root, 'kind')) === 'CustomResourceDefinition',
    places: [],
    isProse: true,
  },
  {
    name: 'Kubernetes manifest',
    source: 'kubernetes.io/docs/reference/kubernetes-api',
    detect: (root) => get(root, 'apiVersion') !== undefined && get(root, 'kind') !== undefined,
    places: [
      ...['containers', 'initContainers', 'ephemeralContainers', 'sidecars'].map((key) => ({
        at: `**.${key}.[]`,
        read: container,
      })),
      // Argo Workflows and Tekton.
      { at: '**.container', read: container },
      { at: '**.script', read: workflowScript },
      { at: '**.steps.[]', read: tektonStep },
      { at: 'data.*', read: configEntry },
      { at: 'stringData.*', read: configEntry },
      { at: 'items.[].data.*', read: configEntry },
      ...nodeScripts(),
    ],
    dialect: 'go',
  },
  {
    name: 'Docker Compose file',
    source: 'docs.docker.com/reference/compose-file/services',
    detect: (root, { path }) =>
      /compose[^/]*\.ya?ml$/.test(path) ||
      (get(root, 'services')?.kind === 'map' &&
        get(root, 'apiVersion') === undefined &&
        get(root, 'AWSTemplateFormatVersion') === undefined),
    places: [{ at: 'services.*', read: composeService }],
    runner: 'container',
  },
  {
    name: 'ECS task definition',
    source: 'docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html',
    detect: (root) =>
      (get(root, 'containerDefinitions') ?? get(get(root, 'taskDefinition'), 'containerDefinitions')) !== undefined ||
      (root.kind === 'sequence' &&
        root.items.some(
          (item) =>
            get(item, 'image') !== undefined &&
            (get(item, 'essential') ?? get(item, 'command') ?? get(item, 'portMappings')) !== undefined,
        )),
    places: [
      { at: '**.containerDefinitions.[]', read: taskContainer },
      { at: '[]', read: taskContainer },
    ],
    runner: 'container',
  },
];

function container(found: Found): readonly Script[] {
  const { node } = found;
  const image = get(node, 'image');
  if (
    node.kind !== 'map' ||
    (image === undefined && get(node, 'command') === undefined && get(node, 'args') === undefined)
  )
    return [];
  const name = `container ${textOf(get(node, 'name')) ?? ''}`.trim();
  const variables = found.variables(get(node, 'env'));
  const runner: Runner = found.ancestors.some((ancestor) => textOf(get(ancestor, 'hostNetwork')) === 'true')
    ? 'host'
    : 'container';
  const words = (nodes: readonly (Node | undefined)[], role: string): readonly Script[] => {
    const script = scriptOfWords(
      nodes.flatMap((of) => found.texts(of)).map((word) => kubernetesReferences(word, variables)),
      role,
      { runner, variables, references: 'expanded' },
    );
    return script === undefined ? [] : [found.script(script)];
  };
  const isReal = [...found.texts(get(node, 'command'))].some(({ text }) => text.trim() !== '');
  return [
    // Without a command the image's entry point gets the arguments: often a shell.
    ...words(
      isReal || get(node, 'args') === undefined ? [get(node, 'command'), get(node, 'args')] : [get(node, 'args')],
      `command of ${name}`,
    ),
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) =>
      words([get(get(get(node, probe), 'exec'), 'command')], `${probe} of ${name}`),
    ),
    ...['postStart', 'preStop'].flatMap((hook) =>
      words([get(get(get(get(node, 'lifecycle'), hook), 'exec'), 'command')], `${hook} of ${name}`),
    ),
  ];
}

/** `$(NAME)` of the container's own environment and `$$` (kubernetes.io, *Define environment variables*, dependent variables), as a shell would write them. */
function kubernetesReferences(word: MappedText, variables: ReadonlyMap<string, unknown>): MappedText {
  return replaceMapped(word, /\$\$|\$\(([A-Za-z_]\w*)\)/g, ([whole, name]) =>
    whole === '$$'
      ? word.text.includes('$$(')
        ? '$'
        : undefined
      : name !== undefined && (variables.has(name) || /^[A-Z][A-Z\d_]+$/.test(name))
        ? `\${${name}}`
        : undefined,
  );
}

/** Argo's `script: {image, command, source}`. */
function workflowScript(found: Found): readonly Script[] {
  const source = found.text(get(found.node, 'source'));
  if (source === undefined) return [];
  const command = found
    .texts(get(found.node, 'command'))
    .map(({ text }) => text)
    .join(' ');
  const language: LanguageId = command.includes('python')
    ? 'python'
    : command.includes('node')
      ? 'javascript'
      : 'shell';
  return [found.script({ language, text: source, role: 'script', runner: 'container' })];
}

function tektonStep(found: Found): readonly Script[] {
  const script = found.text(get(found.node, 'script'));
  if (script !== undefined)
    return [
      found.script({
        language: 'user-data',
        text: script,
        role: `step ${textOf(get(found.node, 'name')) ?? ''}`.trim(),
        runner: 'container',
      }),
    ];
  return get(found.node, 'image') === undefined ? [] : container(found);
}

/** An entry of a ConfigMap or Secret: a file, named by its key. */
function configEntry(found: Found): readonly Script[] {
  const [root] = found.ancestors;
  const kind = textOf(get(found.ancestors.at(-2), 'kind')) ?? textOf(get(root, 'kind')) ?? '';
  if (!['ConfigMap', 'Secret'].includes(kind)) return [];
  const value = found.text(found.node);
  if (value === undefined) return [];
  const name = found.path.at(-1) ?? '';
  const text = kind === 'Secret' && found.path.at(-2) === 'data' ? decodeBase64(value) : value;
  return text === undefined
    ? []
    : scriptInFile(name, text, `${name} of ${rootName(found)}`).map((script) =>
        found.script({ ...script, runner: 'container' }),
      );
}

function composeService(found: Found): readonly Script[] {
  const { node } = found;
  const name = `service ${found.path.at(-1) ?? ''}`;
  const variables = found.variables(get(node, 'environment'));
  const runner: Runner = textOf(get(node, 'network_mode')) === 'host' ? 'host' : 'container';
  const unescaped = (text: MappedText): MappedText => replaceMapped(text, /\$\$/g, () => '$');
  const words = (of: Node | undefined, role: string): readonly Script[] => {
    if (of?.kind === 'scalar') {
      const text = found.text(of);
      return text === undefined
        ? []
        : [
            found.script({
              language: 'shell',
              text: unescaped(text),
              role,
              runner,
              // A health check of one string is given to a shell, a command is not.
              shell: withVariables({ isDirect: !role.startsWith('healthcheck') }, variables),
            }),
          ];
    }
    let list = found.texts(of).map(unescaped);
    if (list[0]?.text === 'CMD') list = list.slice(1);
    if (list[0]?.text === 'CMD-SHELL')
      return list.slice(1, 2).map((text) => ({
        language: 'shell',
        text,
        role,
        runner,
        shell: withVariables({ interpreter: 'sh' }, variables),
      }));
    const script = scriptOfWords(list, role, { runner, variables, references: 'expanded' });
    return script === undefined ? [] : [found.script(script)];
  };
  const entrypoint = get(node, 'entrypoint');
  const command = get(node, 'command');
  // The entry point's words come first.
  const isOne = entrypoint?.kind === 'sequence' && command?.kind === 'sequence';
  return [
    ...(isOne
      ? words({ ...entrypoint, items: [...entrypoint.items, ...command.items] }, `command of ${name}`)
      : [...words(entrypoint, `entrypoint of ${name}`), ...words(command, `command of ${name}`)]),
    ...words(get(get(node, 'healthcheck'), 'test'), `healthcheck of ${name}`),
  ];
}

function taskContainer(found: Found): readonly Script[] {
  const { node } = found;
  if (get(node, 'image') === undefined) return [];
  const name = `container ${textOf(get(node, 'name')) ?? ''}`.trim();
  const variables = found.variables(get(node, 'environment'));
  const runner: Runner = found.ancestors.some((ancestor) => textOf(get(ancestor, 'networkMode')) === 'host')
    ? 'host'
    : 'container';
  const words = (list: readonly MappedText[], role: string): readonly Script[] => {
    const script =
      list[0]?.text === 'CMD-SHELL'
        ? list
            .slice(1, 2)
            .map((text): Script => ({ language: 'shell', text, role, runner }))
            .at(0)
        : scriptOfWords(list[0]?.text === 'CMD' ? list.slice(1) : list, role, { runner, variables });
    return script === undefined ? [] : [script];
  };
  return [
    ...words([...found.texts(get(node, 'entryPoint')), ...found.texts(get(node, 'command'))], `command of ${name}`),
    ...words(found.texts(get(get(node, 'healthCheck'), 'command')), `health check of ${name}`),
  ];
}
