import type { LanguageId, ShellHost } from 'imdsv2-core';
import { joinLines } from '../embedded/command-line.ts';
import type { Script } from '../embedded/script.ts';
import { readCommand } from '../interpreters.ts';
import { get, textOf, type Node } from '../structured/node.ts';
import { withVariables, type Format, type Found } from './format.ts';
import { each, list, userData } from './readers.ts';

/** Continuous integration: scripts of pipelines. */
export const CI_FORMATS: readonly Format[] = [
  {
    name: 'GitHub Actions workflow',
    source: 'docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax',
    detect: (root) =>
      get(root, 'jobs')?.kind === 'map' &&
      (get(root, 'on') ??
        get(root, 'true') ??
        get(root, 'env') ??
        get(root, 'permissions') ??
        someJob(root, 'runs-on')) !== undefined &&
      someJob(root, 'docker') === undefined &&
      someJob(root, 'machine') === undefined,
    places: [{ at: 'jobs.*.steps.[]', read: githubStep }],
    dialect: 'github',
  },
  {
    name: 'GitHub composite action',
    source: 'docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax',
    detect: (root) => get(get(root, 'runs'), 'steps')?.kind === 'sequence',
    places: [{ at: 'runs.steps.[]', read: githubStep }],
    dialect: 'github',
  },
  {
    name: 'CircleCI configuration',
    source: 'circleci.com/docs/reference/configuration-reference',
    detect: (root, { path }) =>
      /(?:^|\/)\.circleci\//.test(path) ||
      (get(root, 'jobs') !== undefined && (get(root, 'orbs') ?? get(root, 'workflows')) !== undefined),
    places: [{ at: '**.steps.[].run', read: circleRun }],
    dialect: 'circle',
  },
  {
    name: 'Azure pipeline',
    source: 'learn.microsoft.com/azure/devops/pipelines/yaml-schema/steps-script',
    detect: (root, { path }) =>
      /azure-pipelines/i.test(path) ||
      ((get(root, 'pool') ?? get(root, 'trigger') ?? get(root, 'stages') ?? get(root, 'parameters')) !== undefined &&
        (get(root, 'steps') ?? get(root, 'jobs') ?? get(root, 'stages')) !== undefined &&
        get(root, 'apiVersion') === undefined),
    places: [{ at: '**.steps.[]', read: azureStep }],
    dialect: 'azure',
  },
  {
    name: 'Bitbucket pipeline',
    source: 'support.atlassian.com/bitbucket-cloud/docs/step-options',
    detect: (root, { path }) =>
      path.includes('bitbucket-pipelines') ||
      (get(root, 'pipelines')?.kind === 'map' && get(root, 'apiVersion') === undefined),
    places: [
      {
        at: '**.step',
        read: (found) =>
          list(found, [get(found.node, 'script')], `script of step ${textOf(get(found.node, 'name')) ?? ''}`.trim(), {
            interpreter: 'bash',
            errexit: true,
          }),
      },
      {
        at: '**.step.after-script',
        read: (found) => list(found, [found.node], 'after-script', { interpreter: 'bash', errexit: true }),
      },
    ],
    runner: 'container',
  },
  {
    name: 'CodeBuild build specification',
    source: 'docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html',
    detect: (root) =>
      get(root, 'phases')?.kind === 'map' ||
      (get(root, 'frontend') ?? get(root, 'backend') ?? get(root, 'applications')) !== undefined,
    places: [{ at: '**.phases.*', read: buildPhase }],
  },
  {
    name: 'Travis CI configuration',
    source: 'docs.travis-ci.com/user/job-lifecycle',
    detect: (_, { path }) => /(?:^|\/)\.travis\.ya?ml$/.test(path),
    places: [
      'before_install',
      'install',
      'before_script',
      'script',
      'after_script',
      'after_success',
      'after_failure',
      'before_deploy',
      'after_deploy',
    ].map((key) => ({
      at: key,
      read: (found: Found) => list(found, [found.node], key, { interpreter: 'bash' }),
    })),
  },
  {
    name: 'Buildkite, Drone or Woodpecker pipeline',
    source:
      'buildkite.com/docs/pipelines/configure/step-types/command-step; docs.drone.io/pipeline/docker/syntax/steps',
    detect: (root, { path }) =>
      (get(root, 'steps') !== undefined || (get(root, 'pipeline') !== undefined && /woodpecker|drone/.test(path))) &&
      get(root, 'apiVersion') === undefined &&
      get(root, 'runs') === undefined,
    places: ['steps.[]', 'steps.*', 'steps.[].steps.[]', 'pipeline.*'].map((at) => ({ at, read: commandsStep })),
  },
  {
    name: 'Taskfile',
    source: 'taskfile.dev/docs/reference/schema',
    detect: (root, { path }) =>
      /(?:^|\/)taskfile[^/]*\.ya?ml$/i.test(path) ||
      (get(root, 'tasks')?.kind === 'map' && get(root, 'version') !== undefined),
    places: [
      { at: 'tasks.*.cmds.[]', read: (found) => each(found, [found.node, get(found.node, 'cmd')], 'task') },
      { at: '**.sh', read: (found) => each(found, [found.node], 'task') },
      { at: 'tasks.*.cmd', read: (found) => each(found, [found.node], 'task') },
    ],
    dialect: 'go',
  },
  {
    name: 'npm manifest',
    source: 'docs.npmjs.com/cli/using-npm/scripts',
    detect: (_, { path }) => /(?:^|\/)package\.json$/.test(path),
    places: [{ at: 'scripts.*', read: (found) => each(found, [found.node], `script ${found.path.at(-1) ?? ''}`) }],
  },
  {
    name: 'Test Kitchen configuration',
    source: 'kitchen.ci/docs/reference/lifecycle-hooks',
    detect: (root, { path }) =>
      /kitchen[^/]*\.ya?ml$/.test(path) || (get(root, 'driver') !== undefined && get(root, 'suites') !== undefined),
    places: [
      {
        at: '**.lifecycle.*.[]',
        read: (found) =>
          each(found, [found.node, get(found.node, 'local'), get(found.node, 'remote')], 'lifecycle hook'),
      },
      { at: '**.user_data', read: (found) => userData(found) },
    ],
    dialect: 'erb',
  },
  // GitLab's is last of its kind: nothing but `script` in a map of any name tells it.
  {
    name: 'GitLab CI configuration',
    source: 'docs.gitlab.com/ci/yaml',
    detect: (root, { path }) =>
      /gitlab-ci[^/]*\.ya?ml$|\.gitlab\//.test(path) ||
      (root.kind === 'map' &&
        get(root, 'apiVersion') === undefined &&
        get(root, 'jobs') === undefined &&
        root.entries.some(
          ({ value }) =>
            (get(value, 'stage') ?? get(value, 'image') ?? get(value, 'extends')) !== undefined &&
            get(value, 'script') !== undefined,
        )),
    places: [{ at: '*', read: gitlabJob }],
  },
];

function someJob(root: Node, key: string): Node | undefined {
  const jobs = get(root, 'jobs');
  return jobs?.kind === 'map'
    ? jobs.entries.map(({ value }) => get(value, key)).find((value) => value !== undefined)
    : undefined;
}

function githubStep(found: Found): readonly Script[] {
  const step = found.node;
  const [root, , job] = found.ancestors;
  const isWorkflow = get(root, 'jobs') !== undefined;
  const jobName = isWorkflow ? (found.path[1] ?? '') : '';
  const name = textOf(get(step, 'name')) ?? textOf(get(step, 'id'));
  const role = `${name === undefined ? 'a step' : `step '${name}'`}${jobName === '' ? '' : ` of job ${jobName}`}`;
  const variables = new Map([
    ...found.variables(get(root, 'env')),
    ...(isWorkflow ? found.variables(get(job, 'env')) : []),
    ...found.variables(get(step, 'env')),
  ]);
  const runsOn = found
    .texts(isWorkflow ? get(job, 'runs-on') : undefined)
    .map(({ text }) => text)
    .join(' ');
  const runner = isWorkflow && get(job, 'container') !== undefined ? 'container' : 'unknown';
  const shellName =
    textOf(get(step, 'shell')) ??
    textOf(get(get(get(job, 'defaults'), 'run'), 'shell')) ??
    textOf(get(get(get(root, 'defaults'), 'run'), 'shell'));
  const uses = textOf(get(step, 'uses')) ?? '';
  const run = found.text(get(step, 'run'));
  if (run !== undefined) {
    const { language, shell } = githubShell(shellName, /windows/i.test(runsOn));
    return [
      found.script(
        {
          language,
          text: run,
          role,
          runner,
          ...(language === 'shell' ? { shell: withVariables(shell, variables) } : {}),
        },
        variables,
      ),
    ];
  }
  const inputs = get(step, 'with');
  return ['script', 'run', 'command', 'commands', 'cmd', 'inlineScript', 'user-data', 'userData'].flatMap(
    (key): readonly Script[] => {
      const text = found.text(get(inputs, key));
      if (text === undefined) return [];
      if (/user-?data/i.test(key)) return [found.script({ language: 'user-data', text, role: `${key} of ${role}` })];
      const language: LanguageId = uses.includes('github-script')
        ? 'javascript'
        : /powershell/i.test(uses)
          ? 'powershell'
          : 'shell';
      return [found.script({ language, text, role, runner })];
    },
  );
}

/** `shell` of a step; the commands that the names stand for are GitHub's (workflow syntax, *jobs.<job_id>.steps[*].shell*). */
function githubShell(name: string | undefined, isWindows: boolean): { language: LanguageId; shell: ShellHost } {
  if (name === undefined || name.includes('${{'))
    return isWindows
      ? { language: 'powershell', shell: {} }
      : { language: 'shell', shell: { interpreter: 'bash', errexit: true } };
  if (name === 'bash') return { language: 'shell', shell: { interpreter: 'bash', errexit: true, pipefail: true } };
  if (name === 'sh') return { language: 'shell', shell: { interpreter: 'sh', errexit: true } };
  const interpreter = readCommand(name);
  return { language: interpreter?.language ?? 'shell', shell: interpreter?.shell ?? {} };
}

/** One job's `before_script` and `script` are one script, run with `set -eo pipefail` (GitLab Runner's Bash writer). */
function gitlabJob(found: Found): readonly Script[] {
  const [root] = found.ancestors;
  const shell: ShellHost = { interpreter: 'bash', errexit: true, pipefail: true };
  const name = found.path.at(-1) ?? '';
  if (name === 'before_script' || name === 'after_script') return list(found, [found.node], name, shell);
  const job = found.node;
  if (job.kind !== 'map') return [];
  const variables = new Map([...found.variables(get(root, 'variables')), ...found.variables(get(job, 'variables'))]);
  const before = get(job, 'before_script') ?? get(get(root, 'default'), 'before_script') ?? get(root, 'before_script');
  const isJob = get(job, 'script') !== undefined;
  return [
    ...list(
      found,
      isJob ? [before, get(job, 'script')] : [get(job, 'before_script')],
      `script of job ${name}`,
      withVariables(shell, variables),
    ),
    ...list(
      found,
      [get(job, 'after_script')],
      `after_script of job ${name}`,
      withVariables({ interpreter: 'bash' }, variables),
    ),
  ];
}

/** A `run` step: a command, or a map with `command`, `shell`, `environment`. */
function circleRun(found: Found): readonly Script[] {
  const command = found.text(found.node) ?? found.text(get(found.node, 'command'));
  if (command === undefined) return [];
  const name = textOf(get(found.node, 'name'));
  const said = textOf(get(found.node, 'shell'));
  const interpreter = said === undefined ? undefined : readCommand(said);
  const shell: ShellHost = interpreter?.shell ?? { interpreter: 'bash', errexit: true, pipefail: true };
  const script: Script = {
    language: interpreter?.language ?? 'shell',
    text: command,
    role: name === undefined ? 'a run step' : `step '${name}'`,
    shell: withVariables(shell, found.variables(get(found.node, 'environment'))),
  };
  return [found.script(script)];
}

const AZURE_KEYS: readonly { readonly key: string; readonly language: LanguageId; readonly shell?: ShellHost }[] = [
  { key: 'script', language: 'shell', shell: { interpreter: 'sh' } },
  { key: 'bash', language: 'shell', shell: { interpreter: 'bash' } },
  { key: 'pwsh', language: 'powershell' },
  { key: 'powershell', language: 'powershell' },
];

function azureStep(found: Found): readonly Script[] {
  const step = found.node;
  const role = `step ${textOf(get(step, 'displayName')) ?? textOf(get(step, 'task')) ?? ''}`.trim();
  const variables = found.variables(get(step, 'env'));
  const direct = AZURE_KEYS.flatMap(({ key, language, shell }): readonly Script[] => {
    const text = found.text(get(step, key));
    return text === undefined
      ? []
      : [
          found.script({
            language,
            text,
            role,
            ...(shell === undefined ? {} : { shell: withVariables(shell, variables) }),
          }),
        ];
  });
  const task = textOf(get(step, 'task')) ?? '';
  const inputs = get(step, 'inputs');
  const isPowerShell = /powershell/i.test(task) || /^ps|^pwsh/i.test(textOf(get(inputs, 'scriptType')) ?? '');
  const inTask = ['script', 'inlineScript', 'Inline'].flatMap((key): readonly Script[] => {
    const text = task === '' ? undefined : found.text(get(inputs, key));
    return text === undefined
      ? []
      : [
          found.script({
            language: isPowerShell ? 'powershell' : 'shell',
            text,
            role,
            shell: withVariables({ interpreter: 'bash' }, variables),
          }),
        ];
  });
  return [...direct, ...inTask];
}

/** The commands of a phase run one after the other in one shell; the first that fails ends the phase. */
function buildPhase(found: Found): readonly Script[] {
  const [root] = found.ancestors;
  const name = found.path.at(-1) ?? '';
  const variables = found.variables(get(get(root, 'env'), 'variables'));
  const isWindows = /powershell/i.test(textOf(get(get(root, 'env'), 'shell')) ?? '');
  return ['commands', 'finally'].flatMap((key) => {
    const texts = found.texts(get(found.node, key));
    if (texts.length === 0) return [];
    const role = `${key} of phase ${name}`;
    return [
      isWindows
        ? { language: 'powershell', text: joinLines(texts), role }
        : {
            language: 'shell',
            text: joinLines(texts),
            role,
            shell: withVariables({ interpreter: 'sh', errexit: true }, variables),
          },
    ] satisfies Script[];
  });
}

function commandsStep(found: Found): readonly Script[] {
  const step = found.node;
  const name = textOf(get(step, 'name')) ?? textOf(get(step, 'label')) ?? found.path.at(-1)?.replace('[]', '') ?? '';
  const shell = withVariables(
    { interpreter: 'sh', errexit: true },
    new Map([...found.variables(get(step, 'environment')), ...found.variables(get(step, 'env'))]),
  );
  return list(found, [get(step, 'commands') ?? get(step, 'command')], `commands of step ${name}`.trim(), shell);
}
