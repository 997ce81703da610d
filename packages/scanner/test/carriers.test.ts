import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { inside, shown } from './inner-documents.ts';

/** What each format that carries scripts hands on: `language line "role" on runner [interpreter flags variables]: text`. */
describe('user data', () => {
  test('MIME: cloud-config, scripts, base64 parts, a boundary of two slashes', () => {
    const text = `Content-Type: multipart/mixed; boundary="//"
MIME-Version: 1.0

--//
Content-Type: text/cloud-config; charset="us-ascii"

#cloud-config
bootcmd: [ [ sh, -c, 'curl $A' ] ]
runcmd:
 - TOKEN=$(curl -H "X-aws-ec2-metadata-token-ttl-seconds: 60" -X PUT http://169.254.169.254/latest/api/token)
 - [ curl, -H, "X-aws-ec2-metadata-token: $TOKEN", "http://169.254.169.254/latest/meta-data/" ]
write_files:
 - path: /etc/systemd/system/a.service
   content: |
     [Service]
     ExecStart=/opt/x
 - { path: /etc/app.conf, content: "a = http://169.254.169.254/" }
--//
Content-Type: text/x-shellscript
Content-Transfer-Encoding: base64

${Buffer.from('#!/bin/bash\ncurl http://169.254.169.254/\n').toString('base64')}
--//
Content-Type: text/x-shellscript

#!/usr/bin/env python3
print(1)
--//--
`;
    expect(shown('user_data', text)).toMatchInlineSnapshot(`
      [
        "shell line 22 "user data" on host [bash]: #!/bin/bash
      curl http://169.254.169.254/",
        "python line 26 "user data" on host []: #!/usr/bin/env python3
      print(1)",
        "shell line 8 "bootcmd in cloud-config of user data" on host [sh]: sh -c 'curl $A'",
        "shell line 10 "runcmd in cloud-config of user data" on host [sh]: TOKEN=$(curl -H "X-aws-ec2-metadata-token-ttl-seconds: 60" -X PUT http://169.254.169.254/latest/api/token)
      curl -H 'X-aws-ec2-metadata-token: $TOKEN' http://169.254.169.254/latest/meta-data/",
        "shell line 16 "ExecStart in write_files /etc/systemd/system/a.service in cloud-config of user data" on host []: /opt/x",
      ]
    `);
  });

  test('compressed: every line of the script has a place of its own inside the base64', () => {
    const text = JSON.stringify({
      UserData: gzipSync('#!/bin/sh\ncurl http://169.254.169.254/a\ncurl http://169.254.169.254/b\n').toString(
        'base64',
      ),
    });
    const [script] = inside('launch.json', text).scripts;
    expect(script?.text).toBe('#!/bin/sh\ncurl http://169.254.169.254/a\ncurl http://169.254.169.254/b\n');
    const places = ['254/a', '254/b'].map((end) => script?.map.at(script.text.indexOf(end)).offset ?? 0);
    expect(new Set(places).size).toBe(2);
    expect(places.every((place) => place > text.indexOf('H4sI') && place < text.lastIndexOf('"'))).toBe(true);
  });

  test('tags of Windows, boot hooks, Jinja, includes, and a script without a first line', () => {
    expect(
      shown(
        'user-data',
        '<powershell>\nirm http://169.254.169.254/\n</powershell>\n<persist>true</persist>\n<script>curl x</script>',
      ),
    ).toMatchInlineSnapshot(`
      [
        "powershell line 1 "<powershell> of user data" on host []: irm http://169.254.169.254/",
        "shell line 5 "commands in <script> of user data" on host []: curl x",
      ]
    `);
    expect(shown('user-data', '#cloud-boothook\n#!/bin/bash -e\ncurl http://169.254.169.254/\n'))
      .toMatchInlineSnapshot(`
      [
        "shell line 1 "cloud-boothook of user data" on host [bash -e]: #cloud-boothook
      #!/bin/bash -e
      curl http://169.254.169.254/",
      ]
    `);
    expect(
      shown('user-data', '## template: jinja\n#cloud-config\nruncmd: [ "curl http://169.254.169.254/{{ v1.x }}" ]\n'),
    ).toMatchInlineSnapshot(`
      [
        "shell line 3 "runcmd in cloud-config of user data" on host [sh]: curl http://169.254.169.254/‹v1.x›",
      ]
    `);
    expect(
      inside('user-data', '#include\nhttps://example.org/x.sh\n').analysis.problems.map(({ reason }) => reason),
    ).toEqual(['user data: it fetches its scripts from https://example.org/x.sh']);
    expect(shown('user-data', 'yum install -y jq\nID=$(curl http://169.254.169.254/latest/meta-data/instance-id)\n'))
      .toMatchInlineSnapshot(`
      [
        "shell line 1 "user data" on host [sh]: yum install -y jq
      ID=$(curl http://169.254.169.254/latest/meta-data/instance-id)",
      ]
    `);
  });
});

describe('templates', () => {
  test('Terraform: escapes undone, both arms kept, shell expansions left alone', () => {
    expect(
      shown(
        'user_data.sh.tpl',
        '#!/bin/bash -e\n%{ if x ~}\nX=$${Y:-http://169.254.169.254}\n%{ endif }\nA=1\ncurl $${X}/latest/${what}/${A}\nprintf "%%{x}"\n',
      ),
    ).toMatchInlineSnapshot(`
      [
        "shell line 1 "" [bash -e]: #!/bin/bash -e

      X=\${Y:-http://169.254.169.254}

      A=1
      curl \${X}/latest/‹what›/‹A›
      printf "%{x}"",
      ]
    `);
    expect(shown('boot.tpl', '#!/bin/sh\nURL=http://169.254.169.254\ncurl ${URL}/${path}/${X:-y}\n'))
      .toMatchInlineSnapshot(`
      [
        "shell line 1 "" [sh]: #!/bin/sh
      URL=http://169.254.169.254
      curl \${URL}/‹path›/\${X:-y}",
      ]
    `);
  });

  test('Jinja: defaults and variables that the template sets, raw blocks, comments', () => {
    const text =
      '#!/bin/sh\n{% set base = "http://169.254.169.254" %}{# curl x #}\n{% if a %}\ncurl {{ base }}/{{ what | default(\'latest\') }}\n{% endif %}\n{% raw %}docker ps -f {{x}}{% endraw %}\n';
    expect(shown('x.sh.j2', text)).toMatchInlineSnapshot(`
      [
        "shell line 1 "" [sh]: #!/bin/sh


      curl ‹base›/‹what›

      docker ps -f {{x}}",
      ]
    `);
    expect(inside('x.sh.j2', text).scripts[0]?.holes.map(({ values }) => values.length)).toEqual([1, 1]);
  });

  test('ERB, Go, Mustache, @NAME@', () => {
    expect(shown('x.sh.erb', '#!/bin/bash\n<% if a -%>\ncurl http://<%= @host %>/\n<% end -%>\necho "<%% x"\n'))
      .toMatchInlineSnapshot(`
      [
        "shell line 1 "" [bash]: #!/bin/bash

      curl http://‹@host›/

      echo "<% x"",
      ]
    `);
    expect(shown('x.sh.gotmpl', '#!/bin/bash\n{{- if .A }}\ncurl {{ .URL | quote }} {{ "{{ x }}" }}\n{{- end }}\n'))
      .toMatchInlineSnapshot(`
      [
        "shell line 1 "" [bash]: #!/bin/bash

      curl ‹.URL | quote› {{ x }}",
      ]
    `);
    expect(shown('x.sh.mustache', '#!/bin/bash\n{{#a}}\ncurl {{{url}}}\n{{/a}}\n')).toMatchInlineSnapshot(`
      [
        "shell line 1 "" [bash]: #!/bin/bash

      curl ‹url›",
      ]
    `);
    expect(shown('x.sh.in', '#!/bin/bash\ncurl @URL@/a@b\n')).toMatchInlineSnapshot(`
      [
        "shell line 1 "" [bash]: #!/bin/bash
      curl ‹URL›/a@b",
      ]
    `);
  });

  test('the name in front of the suffix says what is rendered', () => {
    expect(shown('a.service.j2', '[Service]\nExecStart=/usr/bin/curl {{ url }}\n')).toMatchInlineSnapshot(`
      [
        "shell line 2 "ExecStart" on host []: /usr/bin/curl '‹url›'",
      ]
    `);
    expect(shown('play.yml.j2', 'user_data: |\n  #!/bin/sh\n  curl {{ url }}\n{% if x %}\nb: {{ c }}\n{% endif %}\n'))
      .toMatchInlineSnapshot(`
      [
        "shell line 2 "user_data" on host [sh]: #!/bin/sh
      curl ‹url›",
      ]
    `);
  });
});

describe('Dockerfile', () => {
  test('both forms, heredocs, SHELL, ENV, comments between continued lines', () => {
    const text = `ARG HOST=169.254.169.254
FROM debian AS x
ENV IMDS=http://169.254.169.254 OTHER="$IMDS/x"
SHELL ["/bin/bash","-eo","pipefail","-c"]
# imdsv2-ignore no-imdsv1-request -- known
RUN --mount=type=cache,target=/x apt-get update && \\
    # comment
    curl $IMDS/latest/meta-data/ && \\

    true
RUN <<EOS
curl $IMDS/a
EOS
RUN <<'PY' python3
print(1)
PY
RUN ["curl", "-s", "http://169.254.169.254/\\u0062"]
HEALTHCHECK --interval=5m CMD curl -f http://169.254.169.254/c || exit 1
ENTRYPOINT ["/bin/sh", "-c", "exec x $(curl http://169.254.169.254/d)"]
COPY <<EOT /usr/local/bin/x.sh
#!/bin/sh
curl http://169.254.169.254/e
EOT
ONBUILD RUN curl http://169.254.169.254/f
`;
    expect(shown('Dockerfile', text)).toMatchInlineSnapshot(`
      [
        "shell line 6 "RUN" on container [bash -e pipefail IMDS OTHER]: apt-get update && \\
          curl $IMDS/latest/meta-data/ && \\
          true",
        "shell line 12 "RUN" on container [bash -e pipefail IMDS OTHER]: curl $IMDS/a",
        "shell line 14 "RUN" on container [bash -e pipefail IMDS OTHER]: <<'PY' python3
      print(1)
      PY",
        "shell line 17 "RUN" on container [IMDS OTHER]: curl -s http://169.254.169.254/b",
        "shell line 18 "HEALTHCHECK" on container [bash -e pipefail IMDS OTHER]: curl -f http://169.254.169.254/c || exit 1",
        "shell line 19 "ENTRYPOINT" on container [sh IMDS OTHER]: exec x $(curl http://169.254.169.254/d)",
        "shell line 21 "/usr/local/bin/x.sh of COPY" on container [sh]: #!/bin/sh
      curl http://169.254.169.254/e",
        "shell line 24 "RUN" on container [bash -e pipefail IMDS OTHER]: curl http://169.254.169.254/f",
      ]
    `);
    expect(
      inside('Dockerfile', text).analysis.suppressions.map(
        ({ covers }) => text.slice(covers.start, covers.end).split('\n').length,
      ),
    ).toEqual([5]);
  });

  test('Windows: cmd by default, PowerShell by SHELL, backquotes as line continuation', () => {
    expect(
      shown(
        'Dockerfile',
        '# escape=`\nFROM mcr.microsoft.com/windows/servercore\nSHELL ["powershell", "-Command"]\nRUN Invoke-WebRequest `\n  http://169.254.169.254/\n',
      ),
    ).toMatchInlineSnapshot(`
      [
        "powershell line 4 "RUN" on container []: Invoke-WebRequest   http://169.254.169.254/",
      ]
    `);
  });
});

describe('makefile', () => {
  test('recipes, $(shell …), variables, $$, one shell per line', () => {
    const text = `IMDS := http://169.254.169.254/latest
IP:=$(shell curl -s $(IMDS)/meta-data/local-ipv4 | awk '{print $$4}')
OUT != curl $(IMDS)/b
ifdef X
Y = 1
endif
# imdsv2-ignore no-imdsv1-request -- known
all: build
	@curl -s $(IMDS)/meta-data/$@ \\
	  | tee id
	-echo two $(UNKNOWN)
build: ; curl $(IMDS)/c
`;
    expect(shown('Makefile', text)).toMatchInlineSnapshot(`
      [
        "shell line 2 "$(shell) of IP" [sh]: curl -s http://169.254.169.254/latest/meta-data/local-ipv4 | awk '{print $4}'",
        "shell line 3 "OUT !=" [sh]: curl http://169.254.169.254/latest/b",
        "shell line 9 "recipe of all" [sh]: curl -s http://169.254.169.254/latest/meta-data/‹$@› \\
        | tee id",
        "shell line 11 "recipe of all" [sh]: echo two ‹$(UNKNOWN)›",
        "shell line 12 "recipe of build" [sh]: curl http://169.254.169.254/latest/c",
      ]
    `);
    expect(
      shown('Makefile', 'SHELL := /bin/bash\n.SHELLFLAGS := -eu -o pipefail -c\n.ONESHELL:\na:\n\tT=x\n\tcurl $$T\n'),
    ).toMatchInlineSnapshot(`
      [
        "shell line 5 "recipe of a" [bash -e pipefail]: T=x
      curl $T",
      ]
    `);
  });
});

describe('systemd, cron, XML, batch', () => {
  test('units: no shell unless one is started, $$ and %%, continued lines', () => {
    const text = `[Service]
Environment=IMDS=http://169.254.169.254 "B=c d"
; imdsv2-ignore no-imdsv1-request -- known
ExecStartPre=-/bin/sh -c 'echo A=$$(curl -s http://169.254.169.254/x | sed "s/%%/a/") \\
   > /etc/x'
ExecStart=/usr/bin/curl \${IMDS}/latest
ExecStop=/usr/bin/curl a ; /usr/bin/curl "b c"
`;
    expect(shown('a.service', text)).toMatchInlineSnapshot(`
      [
        "shell line 4 "ExecStartPre of a.service" on host [sh IMDS B]: echo A=$(curl -s http://169.254.169.254/x | sed "s/%/a/")     > /etc/x",
        "shell line 6 "ExecStart of a.service" on host [IMDS B]: /usr/bin/curl "\${IMDS}/latest"",
        "shell line 7 "ExecStop of a.service" on host [IMDS B]: /usr/bin/curl a",
        "shell line 7 "ExecStop of a.service" on host [IMDS B]: /usr/bin/curl 'b c'",
      ]
    `);
    expect(
      inside('a.service', text).analysis.suppressions.map(
        ({ covers }) => text.slice(covers.start, covers.end).split('\n').length,
      ),
    ).toEqual([3]);
  });

  test('crontabs: with and without a user, \\% and %, variables', () => {
    expect(
      shown(
        'etc/cron.d/x',
        'SHELL=/bin/bash\nA=b\n*/5 * * * * root curl http://169.254.169.254/a\\%b %input\n# 1 2 3 4 5 root no\n@reboot root sh -c "curl x"\n',
      ),
    ).toMatchInlineSnapshot(`
      [
        "shell line 3 "cron job" on host [bash A]: curl http://169.254.169.254/a%b",
        "shell line 5 "cron job" on host [bash A]: sh -c "curl x"",
      ]
    `);
    expect(shown('x.crontab', '0 4 * * MON curl http://169.254.169.254/\n')).toMatchInlineSnapshot(`
      [
        "shell line 1 "cron job" on host [sh]: curl http://169.254.169.254/",
      ]
    `);
  });

  test('XML: entities and CDATA, no descriptions, no comments', () => {
    expect(
      shown(
        'config.xml',
        '<project><builders><hudson.tasks.Shell><command>set -e\ncurl -H &quot;A: b&quot; http://169.254.169.254/ &#62; x</command></hudson.tasks.Shell></builders><description>curl http://169.254.169.254/ is bad</description><!-- <command>curl http://169.254.169.254/</command> --><userData><![CDATA[#!/bin/sh\ncurl http://169.254.169.254/]]></userData><exec command="curl http://169.254.169.254/ &amp;&amp; x"/></project>',
      ),
    ).toMatchInlineSnapshot(`
      [
        "shell line 1 "command" [sh -e]: set -e
      curl -H "A: b" http://169.254.169.254/ > x",
        "shell line 2 "userData" [sh]: #!/bin/sh
      curl http://169.254.169.254/",
        "shell line 3 "command" []: curl http://169.254.169.254/ && x",
      ]
    `);
  });

  test('batch: commands at every place of a line, carets, variables, PowerShell', () => {
    const text = `@echo off
set IMDS=http://169.254.169.254/latest
for /f "delims=" %%i in ('curl -s %IMDS%/meta-data/instance-id') do set ID=%%i
if "%ID%"=="" curl -s -X PUT ^
  -H "X-aws-ec2-metadata-token-ttl-seconds: 60" %IMDS%/api/token & echo done
rem curl no
powershell -NoProfile -ExecutionPolicy Bypass -Command "irm http://169.254.169.254/"
`;
    expect(shown('x.bat', text)).toMatchInlineSnapshot(`
      [
        "powershell line 7 "powershell command" []: irm http://169.254.169.254/",
        "shell line 3 "commands" []: curl -s '‹%IMDS%›/meta-data/instance-id'
      curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' '‹%IMDS%›/api/token'",
      ]
    `);
  });
});
