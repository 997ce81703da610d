import { describe, expect, test } from 'vitest';
import { inside, shown } from './inner-documents.ts';

/** Where scripts stand, format by format: `language line "role" on runner [interpreter flags variables]: text`. */
describe('continuous integration', () => {
  test('GitHub workflow: shells, their flags, env of three levels, expressions', () => {
    const text = `on: push
env: { BASE: 'http://169.254.169.254' }
jobs:
  build:
    runs-on: [self-hosted, linux]
    env: { A: b }
    steps:
      - uses: actions/checkout@v4
      - name: Get id
        run: curl $BASE/latest/meta-data/instance-id
      - run: |
          curl "\${{ env.BASE }}/latest/\${{ inputs.what }}"
        shell: bash
      - { run: 'irm http://x', shell: pwsh }
      - uses: actions/github-script@v7
        with: { script: "fetch('http://169.254.169.254/')" }
  win:
    runs-on: windows-2022
    container: x
    steps: [{ run: 'irm http://169.254.169.254/latest/meta-data/' }]
`;
    expect(shown('.github/workflows/a.yml', text)).toMatchInlineSnapshot(`
      [
        "shell line 10 "step 'Get id' of job build" [bash -e BASE A]: curl $BASE/latest/meta-data/instance-id",
        "shell line 12 "a step of job build" [bash -e pipefail BASE A]: curl "‹env.BASE›/latest/‹inputs.what›"",
        "powershell line 14 "a step of job build" []: irm http://x",
        "javascript line 16 "a step of job build" []: fetch('http://169.254.169.254/')",
        "powershell line 20 "a step of job win" on container []: irm http://169.254.169.254/latest/meta-data/",
      ]
    `);
  });

  test('composite action', () => {
    expect(
      shown(
        'action.yml',
        `runs:\n  using: composite\n  steps:\n    - id: x\n      shell: sh\n      run: curl http://169.254.169.254/\n`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "shell line 6 "step 'x'" [sh -e]: curl http://169.254.169.254/",
      ]
    `);
  });

  test('GitLab: before_script and script are one script', () => {
    const text = `variables: { IMDS: http://169.254.169.254 }
before_script: [ 'T=$(curl -X PUT $IMDS/latest/api/token)' ]
job:
  stage: test
  script:
    - echo a
    - - curl -H "X-aws-ec2-metadata-token: $T" $IMDS/latest/meta-data/
  after_script: [ echo done ]
`;
    expect(shown('.gitlab-ci.yml', text)).toMatchInlineSnapshot(`
      [
        "shell line 2 "before_script" [bash -e pipefail]: T=$(curl -X PUT $IMDS/latest/api/token)",
        "shell line 2 "script of job job" [bash -e pipefail IMDS]: T=$(curl -X PUT $IMDS/latest/api/token)
      echo a
      curl -H "X-aws-ec2-metadata-token: $T" $IMDS/latest/meta-data/",
        "shell line 8 "after_script of job job" [bash IMDS]: echo done",
      ]
    `);
  });

  test('CircleCI parameters are no heredocs', () => {
    const text = `version: 2.1
jobs:
  a:
    docker: [{ image: x }]
    steps:
      - run: curl http://169.254.169.254/<< parameters.path >>
      - run: { name: Two, command: curl b, environment: { C: d } }
workflows: {}
`;
    expect(shown('.circleci/config.yml', text)).toMatchInlineSnapshot(`
      [
        "shell line 6 "a run step" [bash -e pipefail]: curl http://169.254.169.254/‹parameters.path›",
        "shell line 7 "step 'Two'" [bash -e pipefail C]: curl b",
      ]
    `);
  });

  test('Azure, Bitbucket, CodeBuild, Taskfile, npm', () => {
    expect(
      shown(
        'azure-pipelines.yml',
        `pool: x\nsteps:\n  - bash: curl $(Build.Reason)\n    displayName: One\n  - pwsh: irm x\n  - task: AWSShellScript@1\n    inputs: { inlineScript: 'curl http://169.254.169.254' }\n`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "shell line 3 "step One" [bash]: curl ‹Build.Reason›",
        "powershell line 5 "step" []: irm x",
        "shell line 7 "step AWSShellScript@1" [bash]: curl http://169.254.169.254",
      ]
    `);
    expect(
      shown(
        'bitbucket-pipelines.yml',
        `pipelines:\n  default:\n    - step:\n        name: A\n        script: [ curl a, curl b ]\n`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "shell line 5 "script of step A" on container [bash -e]: curl a
      curl b",
      ]
    `);
    expect(
      shown(
        'buildspec.yml',
        `version: 0.2\nenv: { variables: { A: b } }\nphases:\n  build:\n    commands:\n      - TOKEN=x\n      - |\n        curl -H $TOKEN\n`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "shell line 6 "commands of phase build" [sh -e A]: TOKEN=x
      curl -H $TOKEN",
      ]
    `);
    expect(
      shown(
        'Taskfile.yml',
        `version: '3'\ntasks:\n  id:\n    cmds: [ 'curl http://169.254.169.254/{{.P}}', { cmd: curl b } ]\n`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "shell line 4 "task" [sh]: curl http://169.254.169.254/‹.P›",
        "shell line 4 "task" [sh]: curl b",
      ]
    `);
    expect(shown('package.json', `{"scripts": {"id": "curl http://169.254.169.254/"}}`)).toMatchInlineSnapshot(`
      [
        "shell line 1 "script id" [sh]: curl http://169.254.169.254/",
      ]
    `);
  });
});

describe('AWS', () => {
  test('Systems Manager documents, with defaults of parameters', () => {
    const text = `schemaVersion: '2.2'
parameters: { Base: { type: String, default: 'http://169.254.169.254' } }
mainSteps:
  - action: aws:runShellScript
    name: go
    inputs: { runCommand: [ 'set -e', 'curl {{ Base }}/latest/meta-data/' ] }
  - action: aws:runPowerShellScript
    name: win
    inputs: { runCommand: irm x }
`;
    expect(shown('document.yaml', text)).toMatchInlineSnapshot(`
      [
        "shell line 6 "step go" on host [sh]: set -e
      curl ‹Base›/latest/meta-data/",
        "powershell line 9 "step win" on host []: irm x",
      ]
    `);
    expect(inside('document.yaml', text).scripts[0]?.holes.map(({ values }) => values.length)).toEqual([1]);
  });

  test('Image Builder component, Elastic Beanstalk, task definition, launch JSON', () => {
    expect(
      shown(
        'c.yml',
        `phases:\n  - name: build\n    steps:\n      - name: S\n        action: ExecuteBash\n        inputs: { commands: [ T=x, 'curl $T' ] }\n`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "shell line 6 "step S" on host [bash]: T=x
      curl $T",
      ]
    `);
    expect(
      shown(
        '.ebextensions/a.config',
        `container_commands:\n  01_id:\n    command: curl http://169.254.169.254/\n    env: { A: b }\nfiles:\n  /opt/x.sh:\n    content: |\n      curl http://169.254.169.254/\n  /etc/motd:\n    content: See http://169.254.169.254/ for it\n`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "shell line 3 "container_command 01_id" on host [sh A]: curl http://169.254.169.254/",
        "shell line 8 "file /opt/x.sh" on host []: curl http://169.254.169.254/",
      ]
    `);
    expect(
      shown(
        'task.json',
        `{"family":"x","containerDefinitions":[{"name":"a","image":"b","entryPoint":["sh","-ec"],"command":["curl http://169.254.169.254/"],"environment":[{"name":"N","value":"v"}]}]}`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "shell line 1 "command of container a" on container [sh -e N]: curl http://169.254.169.254/",
      ]
    `);
    expect(
      shown(
        'launch.json',
        `{"ImageId":"ami-1","UserData":"${Buffer.from('#!/bin/bash -e\ncurl http://169.254.169.254/\n').toString('base64')}"}`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "shell line 1 "user data" on host [bash -e]: #!/bin/bash -e
      curl http://169.254.169.254/",
      ]
    `);
  });
});

describe('containers and nodes', () => {
  test('Kubernetes: exec arrays, host network, ConfigMaps, no CRDs', () => {
    const text = `apiVersion: apps/v1
kind: DaemonSet
spec:
  template:
    spec:
      hostNetwork: true
      initContainers:
        - name: init
          image: x
          env: [{ name: BASE, value: 'http://169.254.169.254' }]
          command: [ /bin/bash, -euo, pipefail, -c ]
          args: [ 'curl $(BASE)/latest/ && $(curl b)' ]
      containers:
        - { name: main, image: y, command: [ curl, -H, "a: it's", c ] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: scripts }
data:
  run.sh: |
    curl http://169.254.169.254/
  note: Ask http://169.254.169.254/ for it.
  plain.conf: "a=b"
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  command: curl http://169.254.169.254/
`;
    expect(shown('a.yaml', text)).toMatchInlineSnapshot(`
      [
        "shell line 14 "command of container main" on host []: curl -H 'a: it'\\''s' c",
        "shell line 12 "command of container init" on host [bash -e pipefail BASE]: curl \${BASE}/latest/ && $(curl b)",
        "shell line 21 "run.sh of ConfigMap scripts" on container []: curl http://169.254.169.254/",
      ]
    `);
  });

  test('Helm template that does not parse: placeholders are holes', () => {
    const text = `apiVersion: v1
kind: Pod
metadata:
  name: {{ include "x.name" . }}
  labels:
    {{- toYaml .Values.labels | nindent 4 }}
spec:
  {{- if .Values.on }}
  containers:
    - name: a
      image: {{ .Values.image }}
      command: ["sh", "-c", "curl http://{{ .Values.host | default "169.254.169.254" }}/latest/"]
  {{- end }}
`;
    expect(shown('templates/pod.yaml', text)).toMatchInlineSnapshot(`
      [
        "shell line 12 "command of container a" on container [sh]: curl http://‹.Values.host | default "169.254.169.254"›/latest/",
      ]
    `);
    expect(inside('templates/pod.yaml', text).analysis.problems).toEqual([]);
  });

  test('Compose: $$ is $, exec arrays and lines', () => {
    expect(
      shown(
        'docker-compose.yml',
        `services:\n  a:\n    image: x\n    network_mode: host\n    environment: [ A=b ]\n    entrypoint: [ sh, -c ]\n    command: [ 'curl $$URL' ]\n    healthcheck: { test: [ CMD-SHELL, 'curl http://169.254.169.254/ || exit 1' ] }\n`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "shell line 7 "command of service a" on host [sh A]: curl $URL",
        "shell line 8 "healthcheck of service a" on host [sh A]: curl http://169.254.169.254/ || exit 1",
      ]
    `);
  });

  test('user data of node classes, kubeadm, kops, Ignition', () => {
    expect(
      shown(
        'n.yaml',
        `apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: { name: n }\nspec:\n  userData: |\n    #!/bin/bash\n    curl http://169.254.169.254/\n`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "shell line 6 "user data of EC2NodeClass n" on host [bash]: #!/bin/bash
      curl http://169.254.169.254/",
      ]
    `);
    expect(
      shown(
        'k.yaml',
        `apiVersion: bootstrap.cluster.x-k8s.io/v1beta1\nkind: KubeadmConfigTemplate\nspec:\n  template:\n    spec:\n      preKubeadmCommands: [ T=x, curl $T ]\n      files:\n        - path: /etc/x.sh\n          content: |\n            curl http://169.254.169.254/\n`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "shell line 6 "preKubeadmCommands" on host [sh]: T=x
      curl $T",
        "shell line 10 "files /etc/x.sh" on host []: curl http://169.254.169.254/",
      ]
    `);
    expect(
      shown(
        'g.yaml',
        `apiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\nspec:\n  additionalUserData:\n    - name: s.sh\n      type: text/x-shellscript\n      content: |\n        #!/bin/sh\n        curl http://169.254.169.254/\n  hooks:\n    - name: h.service\n      manifest: |\n        [Service]\n        ExecStart=/usr/bin/curl http://169.254.169.254/\n`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "shell line 8 "user data of InstanceGroup" on host [sh]: #!/bin/sh
      curl http://169.254.169.254/",
        "shell line 14 "ExecStart in hook h.service" on host []: /usr/bin/curl http://169.254.169.254/",
      ]
    `);
    expect(
      shown(
        'x.ign',
        `{"ignition":{"version":"3.0.0"},"systemd":{"units":[{"name":"a.service","contents":"[Service]\\nExecStart=/bin/sh -c \\"curl http://169.254.169.254/ > /x\\"\\n"}]},"storage":{"files":[{"path":"/opt/b","contents":{"source":"data:,%23!%2Fbin%2Fsh%0Acurl%20http%3A%2F%2F169.254.169.254%2F%0A"}}]}}`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "shell line 1 "file /opt/b" on host [sh]: #!/bin/sh
      curl http://169.254.169.254/",
        "shell line 1 "ExecStart in unit a.service" on host [sh]: curl http://169.254.169.254/ > /x",
      ]
    `);
  });
});

describe('Ansible', () => {
  const playbook = `- hosts: all
  vars: { base: 'http://169.254.169.254/latest' }
  tasks:
    - name: Token
      ansible.builtin.uri:
        url: '{{ base }}/api/token'
        method: PUT
        headers: { X-aws-ec2-metadata-token-ttl-seconds: 60 }
      register: token
    - name: Id
      uri: url={{ base }}/meta-data/instance-id
    - shell: curl {{ base }}/meta-data/{{ item }}
      args: { executable: /bin/bash }
    - command: { argv: [ curl, '{{ base }}/meta-data/' ] }
    - copy: { dest: /opt/x.sh, content: "curl http://169.254.169.254/\\n" }
    - debug: { msg: 'curl http://169.254.169.254/' }
`;

  test('commands and files', () => {
    expect(shown('site.yml', playbook)).toMatchInlineSnapshot(`
      [
        "shell line 12 "a task" [bash]: curl ‹base›/meta-data/‹item›",
        "shell line 14 "a task" []: curl '‹base›/meta-data/'",
        "shell line 15 "/opt/x.sh of a task" []: curl http://169.254.169.254/",
      ]
    `);
  });

  test('requests of uri', () => {
    const requests = inside('site.yml', playbook).analysis.facts.map((fact) =>
      fact.kind === 'request'
        ? [
            playbook.slice(0, fact.location.start).split('\n').length,
            fact.client,
            fact.variants.map(({ method, url, headers }) => [
              method,
              url.pieces.map((piece) => (piece.kind === 'literal' ? piece.value : '?')).join(''),
              headers.length,
            ]),
          ]
        : [],
    );
    expect(requests).toMatchInlineSnapshot(`
      [
        [
          5,
          "ansible-uri",
          [
            [
              "PUT",
              "http://169.254.169.254/latest/api/token",
              1,
            ],
          ],
        ],
        [
          11,
          "ansible-uri",
          [
            [
              "GET",
              "http://169.254.169.254/latest/meta-data/instance-id",
              0,
            ],
          ],
        ],
      ]
    `);
  });

  test("a role's defaults are known", () => {
    const { facts } = inside('roles/r/tasks/main.yml', `- uri: { url: '{{ imds }}/latest/meta-data/' }\n`, {
      'roles/r/defaults/main.yml': 'imds: http://169.254.169.254\n',
    }).analysis;
    expect(
      facts[0]?.kind === 'request' &&
        facts[0].variants[0]?.url.pieces.map((piece) => (piece.kind === 'literal' ? piece.value : '?')),
    ).toEqual(['http://169.254.169.254', '/latest/meta-data/']);
  });
});

describe('files of no known format', () => {
  test('keys that run, content that says so, and prose that does not', () => {
    const text = `startup_command: curl http://169.254.169.254/
user_data: |
  #cloud-config
  runcmd: [ curl http://169.254.169.254/ ]
description: |
  curl http://169.254.169.254/
  curl http://169.254.169.254/
message: "#!/bin/sh is how a script begins"
anything: |
  #!/bin/bash -eu
  curl http://169.254.169.254/
setup:
  steps_text: |
    set -e
    export A=b
    curl http://169.254.169.254/ > /tmp/x
prose: |
  The service at http://169.254.169.254/ answers.
  It needs a token.
no_proxy: 169.254.169.254,localhost
`;
    expect(shown('values.yaml', text)).toMatchInlineSnapshot(`
      [
        "shell line 1 "startup_command" []: curl http://169.254.169.254/",
        "shell line 10 "anything" [bash -e]: #!/bin/bash -eu
      curl http://169.254.169.254/",
        "shell line 14 "steps_text" []: set -e
      export A=b
      curl http://169.254.169.254/ > /tmp/x",
        "shell line 4 "runcmd in cloud-config in user_data" on host [sh]: curl http://169.254.169.254/",
      ]
    `);
  });

  test('lint rules and interface descriptions hold no scripts', () => {
    expect(
      shown(
        'rule.yaml',
        `rules:\n  - id: a\n    patterns: [ { pattern: curl ... http://169.254.169.254 } ]\n    fix: |\n      #!/bin/sh\n      curl x\n`,
      ),
    ).toEqual([]);
    expect(
      shown('api.yaml', `openapi: 3.0.0\npaths:\n  /x:\n    get: { command: curl http://169.254.169.254/ }\n`),
    ).toEqual([]);
  });
});

describe('suppressions', () => {
  test('cover the statement that starts on the next line', () => {
    const text = `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      # imdsv2-ignore no-imdsv1-request -- an old host\n      - name: x\n        run: |\n          # imdsv2-ignore no-imdsv1-request -- the shell's\n          curl http://169.254.169.254/\n      - run: b\n`;
    const { suppressions } = inside('.github/workflows/a.yml', text).analysis;
    expect(suppressions.map(({ covers, reason }) => [text.slice(covers.start, covers.end).trim(), reason]))
      .toMatchInlineSnapshot(`
      [
        [
          "- name: x
              run: |
                # imdsv2-ignore no-imdsv1-request -- the shell's
                curl http://169.254.169.254/",
          "an old host",
        ],
      ]
    `);
  });
});
