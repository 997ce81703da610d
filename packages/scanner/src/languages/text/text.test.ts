import { fileDocument } from 'imdsv2-core';
import { expect, test } from 'vitest';
import { analyseSource } from './index.ts';

/** The scripts in a program's strings: language and text, what the program puts in as `‹…›`. */
function scripts(path: string, text: string): readonly string[] {
  return analyseSource(fileDocument(path, text, 'text')).documents.map(
    (script) => `${script.language}: ${script.text.replace(/[\u{F0000}-\u{FFFFD}]/gu, '‹…›').trim()}`,
  );
}

test('Go: raw strings with a first line, templates in them, commands behind -c; no comments, no addresses', () => {
  const text =
    'package x\n// `#!/bin/sh\\ncurl http://169.254.169.254/`\nconst url = "http://169.254.169.254/latest/"\nvar boot = `#!/bin/bash\n{{ if .A }}\ncurl {{ .URL }}/latest\n{{ end }}\n`\nvar _ = exec.Command("sh", "-c", "curl -s \\"http://169.254.169.254/\\"")\nvar _ = log.Printf("curl http://169.254.169.254/ failed")\n';
  expect(scripts('a.go', text)).toEqual([
    'shell: #!/bin/bash\n\ncurl ‹…›/latest',
    'shell: curl -s "http://169.254.169.254/"',
  ]);
});

test('Ruby: heredocs, calls, backquotes, expressions', () => {
  const text =
    'x = <<~EOH\n  set -e\n  export A=b\n  curl http://#{host}/latest/meta-data/\nEOH\nsystem("curl http://169.254.169.254/#{path}")\nid = `curl -s http://169.254.169.254/id`\nputs \'curl http://169.254.169.254/ is gone\'\n';
  expect(scripts('a.rb', text)).toEqual([
    'shell: set -e\n  export A=b\n  curl http://‹…›/latest/meta-data/',
    'shell: curl http://169.254.169.254/‹…›',
    'shell: curl -s http://169.254.169.254/id',
  ]);
});

test('Jenkinsfile: sh, powershell and bat steps', () => {
  const text = `node {\n  sh '''\n    TOKEN=x\n    curl http://169.254.169.254/\n  '''\n  sh(script: "curl http://169.254.169.254/\${x}/\\$A")\n  powershell 'irm http://169.254.169.254/'\n  echo 'curl http://169.254.169.254/'\n}\n`;
  expect(scripts('ci/Jenkinsfile', text)).toEqual([
    'shell: TOKEN=x\n    curl http://169.254.169.254/',
    'shell: curl http://169.254.169.254/‹…›/$A',
    'powershell: irm http://169.254.169.254/',
  ]);
});

test('places of decoded strings are those of the escapes', () => {
  const text = 'class A { String s = run("curl \\"http://169.254.169.254/\\u0061\\""); }';
  const [script] = analyseSource(fileDocument('A.java', text, 'text')).documents;
  expect(script?.text).toBe('curl "http://169.254.169.254/a"');
  expect(script?.map.at(5).offset).toBe(text.indexOf('\\"http'));
  expect(script?.map.range(0, script.text.length)).toEqual({
    path: 'A.java',
    start: text.indexOf('curl'),
    end: text.indexOf('"); }'),
  });
});
