/** Programs that ask without a token, made of a client, a way to use it and what it is written in. */
export interface RepairCase {
  readonly name: string;
  /** Files by path. */
  readonly files: Readonly<Record<string, string>>;
  /** The file that is repaired. */
  readonly path: string;
  /** Programs that have to be there. */
  readonly needs: readonly string[];
  /** How the script in the file is come by; undefined: the file is the script. */
  readonly render?: 'none' | 'make' | 'terraform' | 'documents';
  /** Whether it asks again and again for some seconds. */
  readonly loops?: true;
  /** Whether it sets limits of its own to how long it waits. */
  readonly isTimed?: true;
}

const DATA = 'http://169.254.169.254/latest/meta-data';

interface ClientCase {
  readonly program: string;
  readonly ask: (path: string) => string;
  /** Of the shapes, each so many-th: some clients take a second to start. */
  readonly every?: number;
}

/** Clients that can send a header, as command lines for a path. */
const CLIENTS: Readonly<Record<string, ClientCase>> = {
  curl: { program: 'curl', ask: (path) => `curl -sf ${DATA}/${path}` },
  'curl with long options': { program: 'curl', ask: (path) => `curl --silent --fail --max-time 2 ${DATA}/${path}` },
  wget: { program: 'wget', ask: (path) => `wget -qO- -t 1 -T 2 ${DATA}/${path}` },
  'lwp-request': { program: 'lwp-request', every: 2, ask: (path) => `GET ${DATA}/${path}` },
  httpie: { program: 'http', every: 6, ask: (path) => `http --ignore-stdin --check-status -b GET ${DATA}/${path}` },
  aria2c: {
    program: 'aria2c',
    every: 4,
    ask: (path) => `aria2c -q --max-tries=1 --allow-overwrite=true -o out ${DATA}/${path} && cat out`,
  },
};

type Ask = (path: string) => string;

/** Ways to use a client in a script. */
const SHAPES: Readonly<Record<string, (ask: Ask) => string>> = {
  'a command': (ask) => `${ask('mac')}\necho; echo done\n`,
  'two values': (ask) => `MAC=$(${ask('mac')})\nTYPE=$(${ask('instance-type')})\necho "$MAC $TYPE"\n`,
  backticks: (ask) => `MAC=\`${ask('mac')}\`\necho "$MAC"\n`,
  'an argument': (ask) => `echo "mac: $(${ask('mac')})."\n`,
  'a function': (ask) => `mac() {\n  ${ask('mac')}\n}\nX=$(mac)\necho "$X"\n`,
  'a condition': (ask) => `if ${ask('mac')} > /dev/null; then\n  echo there\nelse\n  echo not there\nfi\n`,
  'a branch': (ask) => `if [ -d / ]; then\n  X=$(${ask('mac')})\n  echo "$X"\nfi\n`,
  'a branch not taken': (ask) => `if [ ! -d / ]; then\n  ${ask('mac')}\nfi\necho none\n`,
  'after &&': (ask) => `test -d / && X=$(${ask('mac')}) || echo "none"\necho "$X"\n`,
  'after ||': (ask) => `test -f / || X=$(${ask('mac')})\necho "$X"\n`,
  'before ||': (ask) => `X=$(${ask('mac')} || echo unknown)\necho "$X"\n`,
  'a pipeline': (ask) => `${ask('placement/availability-zone')} | tr a-z A-Z\necho\n`,
  'a loop over words': (ask) => `for leaf in mac instance-type; do\n  X=$(${ask('$leaf')})\n  echo "$leaf=$X"\ndone\n`,
  'a few tries': (ask) => `for try in 1 2; do\n  ${ask('mac')} && break\n  sleep 0\ndone\necho "$try"\n`,
  case: (ask) => `case a in\n  a) ${ask('mac')} ;;\nesac\necho\n`,
  'a subshell': (ask) => `(cd / && ${ask('mac')})\necho\n`,
  'a here-document': (ask) => `cat <<EOF\nmac=$(${ask('mac')})\nEOF\n`,
  errexit: (ask) => `set -e\nMAC=$(${ask('mac')})\necho "$MAC"\n`,
  'errexit that is looked past': (ask) => `set -e\necho "$(${ask('mac')})"\nX=$(${ask('mac')} | cat)\necho "$X"\n`,
  'errexit and export': (ask) => `set -eu\nexport MAC="$(${ask('mac')})"\necho "$MAC"\n`,
  'a string that is run': (ask) => `sh -c 'X=$(${ask('mac')}); echo "$X"'\n`,
  'a string with escapes': (ask) => `W=mac\nsh -ec "X=\\$(${ask('mac')}); echo \\"$W \\$X\\""\n`,
  eval: (ask) => `set -e\neval 'echo "$(${ask('mac')})"'\necho "$?"\n`,
  'a script as input': (ask) => `sh <<EOF\nX=\\$(${ask('mac')})\necho "\\$X"\nEOF\n`,
  trap: (ask) => `trap 'X=$(${ask('mac')}); echo "$X"' EXIT\necho before\n`,
  'backticks with escapes': (ask) => `MAC=\`${ask('mac')} | sed -e s/\\\\:/\\"/g\`\necho "$MAC"\n`,
  'a file that is written': (ask) =>
    `cat > ./inner.sh <<'EOF'\n#!/bin/sh\nX=$(${ask('mac')})\necho "$X"\nEOF\nsh ./inner.sh\n`,
};

const FEW = ['two values', 'a function', 'errexit'] as const;

const indented = (script: string, by: string): string => script.replace(/^(?=.)/gm, by);
const oneLine = (ask: Ask): string => `X=$(${ask('mac')}); echo "$X"`;

/** What a script is written in: a file, and how to come by the script again. */
const HOSTS: Readonly<Record<string, (ask: Ask, shape: string) => Omit<RepairCase, 'name' | 'needs'> | undefined>> = {
  'Terraform, here-document': (ask, shape) =>
    file(
      'main.tf',
      `locals {\n  script = <<-EOT\n${indented(`#!/bin/sh\n${script(shape, ask)}`, '    ')}  EOT\n}\n\nresource "aws_instance" "a" {\n  user_data = local.script\n  metadata_options {\n    http_tokens = "required"\n  }\n}\n`,
      'terraform',
    ),
  'Terraform, template': (ask, shape) => ({
    files: {
      'boot.sh.tftpl': `#!/bin/sh\necho "\${name} $\${HOME:+home}"\n${script(shape, ask)}`,
      'main.tf': `locals {\n  script = templatefile("\${path.module}/boot.sh.tftpl", { name = "a" })\n}\n\nresource "aws_instance" "a" {\n  user_data = local.script\n  metadata_options {\n    http_tokens = "required"\n  }\n}\n`,
    },
    path: 'boot.sh.tftpl',
    render: 'terraform',
  }),
  'CloudFormation, Fn::Sub': (ask, shape) =>
    file(
      'stack.yaml',
      `Resources:\n  A:\n    Type: AWS::EC2::Instance\n    Properties:\n      MetadataOptions: {HttpTokens: required}\n      UserData:\n        Fn::Base64: !Sub |\n${indented(`#!/bin/sh\necho "\${!HOME:+home}"\n${script(shape, ask)}`, '          ')}`,
    ),
  'CloudFormation, Fn::Join': (ask, shape) =>
    file(
      'stack.json',
      `${JSON.stringify({ Resources: { A: { Type: 'AWS::EC2::Instance', Properties: { MetadataOptions: { HttpTokens: 'required' }, UserData: { 'Fn::Base64': { 'Fn::Join': ['', `#!/bin/sh\n${script(shape, ask)}`.split(/(?<=\n)/)] } } } } } }, undefined, 2)}\n`,
    ),
  'cloud-init, runcmd': (ask, shape) =>
    shape === 'errexit'
      ? undefined
      : file('node.yaml', `#cloud-config\nruncmd:\n  - |\n${indented(script(shape, ask), '    ')}`),
  'cloud-init, write_files in base64': (ask, shape) =>
    file(
      'node.yaml',
      `#cloud-config\nwrite_files:\n  - path: /opt/a.sh\n    encoding: b64\n    content: ${Buffer.from(`#!/bin/sh\n${script(shape, ask)}`).toString('base64')}\n`,
    ),
  'GitHub Actions': (ask, shape) =>
    file(
      '.github/workflows/a.yml',
      `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - shell: sh {0}\n        run: |\n${indented(script(shape, ask), '          ')}`,
    ),
  Makefile: (ask, shape) =>
    shape === 'two values' ? file('Makefile', `all:\n\t@${oneLine(ask).replaceAll('$', '$$$$')}\n`, 'make') : undefined,
  Dockerfile: (ask, shape) =>
    shape === 'two values' ? file('Dockerfile', `FROM x\nRUN ${oneLine(ask)}; \\\n    echo more\n`) : undefined,
  'systemd unit': (ask, shape) =>
    shape === 'two values'
      ? file('a.service', `[Service]\nExecStart=/bin/sh -c 'X=$$(${ask('mac')}); echo $$X'\n`)
      : undefined,
  'Packer of JSON': (ask, shape) =>
    shape === 'two values'
      ? file(
          'image.json',
          `${JSON.stringify({ builders: [{ type: 'amazon-ebs', metadata_options: { http_tokens: 'required' } }], provisioners: [{ type: 'shell', inline: script(shape, ask).trimEnd().split('\n') }] }, undefined, 2)}\n`,
        )
      : undefined,
  'Kubernetes, sh -c': (ask, shape) =>
    file(
      'pod.yaml',
      `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      image: x\n      command: [sh, -c]\n      args:\n        - |\n${indented(script(shape, ask), '          ')}`,
    ),
  Ansible: (ask, shape) =>
    file(
      'play.yml',
      `- hosts: all\n  tasks:\n    - name: a\n      ansible.builtin.shell: |\n${indented(script(shape, ask), '        ')}`,
    ),
  'Jenkins, XML': (ask, shape) =>
    file(
      'config.xml',
      `<project><builders><hudson.tasks.Shell><command>#!/bin/sh\n${script(shape, ask).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')}</command></hudson.tasks.Shell></builders></project>\n`,
    ),
};

function script(shape: string, ask: Ask): string {
  return SHAPES[shape]?.(ask) ?? '';
}

function file(
  path: string,
  text: string,
  render: RepairCase['render'] = 'documents',
): Omit<RepairCase, 'name' | 'needs'> {
  return { files: { [path]: text }, path, render };
}

/** Every client in every shape as a script, and every client in every host in some of them. */
export function repairCases(): readonly RepairCase[] {
  const scripts = Object.entries(CLIENTS).flatMap(([client, { program, ask, every = 1 }]) =>
    everyNth(Object.keys(SHAPES), every).map((shape): RepairCase => ({
      name: `${client} | script | ${shape}`,
      files: { 'main.sh': `#!/bin/sh\n${script(shape, ask)}` },
      path: 'main.sh',
      needs: [program],
    })),
  );
  const embedded = Object.entries(HOSTS).flatMap(([host, write]) =>
    Object.entries(CLIENTS).flatMap(([client, { program, ask, every = 1 }]) =>
      everyNth(FEW, every).flatMap((shape): RepairCase[] => {
        const written = write(ask, shape);
        const tools = written?.render === 'terraform' ? ['terraform'] : written?.render === 'make' ? ['make'] : [];
        return written === undefined
          ? []
          : [{ name: `${client} | ${host} | ${shape}`, needs: [program, ...tools], ...written }];
      }),
    ),
  );
  return [...scripts, ...embedded, ...LOOPS, ...TIMED, ...PYTHON];
}

function everyNth<T>(all: readonly T[], every: number): readonly T[] {
  return all.filter((_, index) => index % every === 0);
}

/** Scripts that go on longer than a token lives. */
const LOOPS: readonly RepairCase[] = Object.entries({
  'while true': `n=0\nwhile true; do\n  curl -sf ${DATA}/mac\n  echo\n  n=$((n+1)); [ $n -lt 4 ] || exit 0\n  sleep 1\ndone\n`,
  'a function in a loop': `mac() { curl -sf ${DATA}/mac; echo; }\nn=0\nuntil [ $n -ge 4 ]; do mac; n=$((n+1)); sleep 1; done\n`,
  'a few tries that wait': `for try in 1 2 3 4; do\n  curl -sf ${DATA}/spot/none && break\n  sleep 1\ndone\ncurl -sf ${DATA}/mac\n`,
}).map(([what, text]) => ({
  name: `curl | script | ${what}`,
  files: { 'main.sh': `#!/bin/sh\n${text}` },
  path: 'main.sh',
  needs: ['curl'],
  loops: true,
}));

/** Scripts that say how long they wait. */
const TIMED: readonly RepairCase[] = Object.entries({
  'a value': `X=$(curl -sf --connect-timeout 1 ${DATA}/mac)\necho "$X $?"\n`,
  'a condition': `if curl -sf -m 1 ${DATA}/ > /dev/null; then echo there; else echo gone; fi\n`,
  errexit: `set -e\nX=$(curl -sf -m1 ${DATA}/mac)\necho "$X"\n`,
  'errexit that is looked past': `set -e\nX=$(curl -sf -m1 ${DATA}/mac || echo none)\necho "$X"\n`,
  wget: `wget -qO- -t 1 -T 1 ${DATA}/mac\necho $?\n`,
}).map(([what, text]) => ({
  name: `timed | script | ${what}`,
  files: { 'main.sh': `#!/bin/sh\n${text}` },
  path: 'main.sh',
  needs: ['curl', 'wget'],
  isTimed: true,
}));

const URLLIB = 'from urllib.request import urlopen, Request\n';

/** Programs of Python. */
const PYTHON: readonly RepairCase[] = Object.entries({
  'a value': `${URLLIB}print(urlopen('${DATA}/mac').read().decode())\n`,
  'a module': `import urllib.request\nwith urllib.request.urlopen("${DATA}/mac", timeout=2) as answer:\n    print(answer.status, answer.read().decode())\n`,
  'a request object': `${URLLIB}request = Request('${DATA}/mac', headers={'Accept': '*/*'})\nprint(urlopen(request, timeout=2).read().decode())\n`,
  'a function': `from urllib.request import urlopen\nBASE = '${DATA}/'\ndef get(leaf):\n    return urlopen(BASE + leaf, timeout=2).read().decode()\nprint(get('mac'), get('instance-type'))\n`,
  'a failure that is caught': `import urllib.error\nimport urllib.request\ntry:\n    print(urllib.request.urlopen('${DATA}/mac', None, 2).read())\nexcept urllib.error.URLError:\n    print('not here')\n`,
}).map(([what, text]) => ({
  name: `urllib | script | ${what}`,
  files: { 'main.py': `#!/usr/bin/python3\n${text}` },
  path: 'main.py',
  needs: ['python3'],
}));
