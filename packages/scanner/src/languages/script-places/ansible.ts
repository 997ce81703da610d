import type { Fact, LanguageId } from 'imdsv2-core';
import { scriptOfWords } from '../embedded/command-line.ts';
import type { Script } from '../embedded/script.ts';
import { scriptInFile } from '../embedded/written-file.ts';
import { readCommand } from '../interpreters.ts';
import { get, textOf, type Node } from '../structured/node.ts';
import { ansibleVariables, type AnsibleVariables } from './ansible-variables.ts';
import { ansibleLaunch } from '../neighbours/ansible.ts';
import { ansibleRequest, isRequestModule, metadataRequest } from './ansible-requests.ts';
import type { Findings, Format, Found } from './format.ts';

/** Ansible playbooks and task lists (docs.ansible.com/ansible/latest/collections/ansible/builtin). */
export const ANSIBLE_FORMAT: Format = {
  name: 'Ansible playbook',
  source: 'docs.ansible.com/ansible/latest/playbook_guide',
  detect: (root) => root.kind === 'sequence' && root.items.some(isPlayOrTask),
  places: [{ at: '**.[]', read: readTask }],
  dialect: 'jinja',
  runner: 'unknown',
};

const PLAY_KEYS = [
  'hosts',
  'tasks',
  'import_playbook',
  'block',
  'include_tasks',
  'import_tasks',
  'include_role',
  'import_role',
];

function isPlayOrTask(item: Node): boolean {
  if (item.kind !== 'map') return false;
  return (
    PLAY_KEYS.some((key) => get(item, key) !== undefined) ||
    item.entries.some(({ key }) => moduleOf(textOf(key) ?? '') !== undefined) ||
    item.entries.some(
      ({ key }) =>
        ['register', 'when', 'with_items', 'become', 'set_fact', 'notify'].includes(textOf(key) ?? '') ||
        /(?:^|\.)(?:ec2_|autoscaling_)\w+$/.test(textOf(key) ?? ''),
    )
  );
}

/** Modules that run something or ask for something. Keys without their collection. */
const MODULES: Readonly<Record<string, LanguageId | 'request' | 'file' | 'cron' | 'user-data'>> = {
  shell: 'shell',
  command: 'shell',
  raw: 'shell',
  expect: 'shell',
  win_shell: 'powershell',
  win_powershell: 'powershell',
  win_command: 'batch',
  uri: 'request',
  get_url: 'request',
  win_uri: 'request',
  win_get_url: 'request',
  copy: 'file',
  win_copy: 'file',
  blockinfile: 'file',
  cron: 'cron',
};

/** The module's name without its collection, if it is one of `MODULES`. */
function moduleOf(key: string): string | undefined {
  const name = key.replace(/^(?:ansible\.(?:builtin|legacy|windows)|community\.windows)\./, '');
  return name in MODULES ? name : undefined;
}

function readTask(found: Found): Findings {
  const task = found.node;
  const nothing: Findings = { scripts: [], facts: [] };
  if (task.kind !== 'map') return nothing;
  const name = textOf(get(task, 'name'));
  const role = name === undefined ? 'a task' : `task '${name}'`;
  const scripts: Script[] = [];
  const facts: Fact[] = [];
  for (const { key, value } of task.entries) {
    const said = textOf(key) ?? '';
    if (said === 'local_action' || said === 'action') {
      scripts.push(...actionScript(found, value, role, ansibleVariables(found)));
      const asked = metadataRequest(found, textOf(value)?.trim() ?? '', value, role);
      if (asked !== undefined) facts.push(asked);
      continue;
    }
    const module = moduleOf(said);
    if (module === undefined) {
      if (!/(?:^|\.)(?:ec2_|autoscaling_)\w+$/.test(said)) continue;
      const asked = metadataRequest(found, said, { start: key.start, end: Math.max(key.end, value.end) }, role);
      if (asked !== undefined) facts.push(asked);
      const launched = ansibleLaunch(found, { key, value }, ansibleVariables(found));
      scripts.push(...(launched?.scripts ?? []));
      facts.push(...(launched?.facts ?? []));
      continue;
    }
    const variables = ansibleVariables(found);
    const kind = MODULES[module];
    if (kind === 'request') {
      const request = isRequestModule(module)
        ? ansibleRequest(found, module, { start: key.start, end: Math.max(key.end, value.end) }, value, role, variables)
        : undefined;
      if (request !== undefined) facts.push(request);
    } else if (kind === 'file') {
      const content = get(value, 'content') ?? get(value, 'block');
      const text = found.text(content);
      const path = textOf(get(value, 'dest')) ?? textOf(get(value, 'path')) ?? '';
      if (text !== undefined)
        scripts.push(
          ...scriptInFile(path, text, `${path} of ${role}`).map((script) => found.script(script, variables.texts)),
        );
    } else if (kind === 'cron') {
      const text = found.text(get(value, 'job'));
      if (text !== undefined)
        scripts.push(
          found.script(
            { language: 'shell', text, role: `cron job of ${role}`, shell: { interpreter: 'sh' } },
            variables.texts,
          ),
        );
    } else if (kind !== undefined) {
      scripts.push(...commandScripts(found, module, kind, value, task, role, variables));
    }
  }
  return { scripts, facts };
}

/** `shell: curl …`, `shell: {cmd: …}`, `command: {argv: […]}`. */
function commandScripts(
  found: Found,
  module: string,
  language: LanguageId,
  value: Node,
  task: Node,
  role: string,
  variables: AnsibleVariables,
): readonly Script[] {
  const executable = textOf(get(get(task, 'args'), 'executable')) ?? textOf(get(value, 'executable'));
  const interpreter = executable === undefined ? undefined : readCommand(executable);
  const text =
    found.text(value) ??
    found.text(get(value, 'cmd')) ??
    found.text(get(value, '_raw_params')) ??
    found.text(get(value, 'script')) ??
    found.text(get(value, 'command'));
  if (text !== undefined) {
    const inner = interpreter?.language ?? language;
    return [
      found.script(
        {
          language: inner,
          text,
          role,
          ...(inner === 'shell'
            ? { shell: interpreter?.shell ?? { interpreter: 'sh', isDirect: module === 'command' } }
            : {}),
        },
        variables.texts,
      ),
    ];
  }
  const script = scriptOfWords(found.texts(get(value, 'argv')), role);
  return script === undefined ? [] : [found.script(script, variables.texts)];
}

/** `local_action: shell curl …`, `action: command …`. */
function actionScript(found: Found, value: Node, role: string, variables: AnsibleVariables): readonly Script[] {
  const module = textOf(get(value, 'module'));
  if (module !== undefined) return [];
  const text = found.text(value);
  const match = text === undefined ? null : /^\s*(\S+)\s+/.exec(text.text);
  const kind = match === null ? undefined : MODULES[moduleOf(match[1] ?? '') ?? ''];
  if (text === undefined || match === null || (kind !== 'shell' && kind !== 'powershell')) return [];
  return [
    found.script(
      {
        language: kind,
        text: { text: text.text.slice(match[0].length), map: text.map.slice(match[0].length, text.text.length) },
        role,
      },
      variables.texts,
    ),
  ];
}
