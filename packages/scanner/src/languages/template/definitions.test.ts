import { fileDocument } from 'imdsv2-core';
import { expect, it } from 'vitest';
import { definitionsIn } from './definitions.ts';
import { analyseTemplate } from './index.ts';

const TEMPLATE = `{{ define "script" -}}
{{ if .Debug }}set -x{{ end }}
ID=$(curl -s http://169.254.169.254/latest/meta-data/instance-id)
exec run "$ID"
{{ end }}
{{ define "config" -}}
#cloud-config
write_files:
  - path: /opt/id
    content: |
      #!/bin/bash
      curl -s http://169.254.169.254/latest/meta-data/hostname
{{ end -}}
rest
`;

it('takes each text that a template defines for itself, and what is left', () => {
  const texts = definitionsIn(fileDocument('userdata', TEMPLATE, 'template')).map(({ text }) => text.trim());
  expect(texts).toEqual([
    expect.stringMatching(/^\{\{ if .*exec run "\$ID"$/s),
    expect.stringMatching(/^#cloud-config.*hostname$/s),
    'rest',
  ]);
});

it('tells by each text what it is, and keeps the places', () => {
  const { documents } = analyseTemplate(fileDocument('cloud-config-worker', TEMPLATE, 'template'));
  expect(documents.map(({ language }) => language)).toEqual(['shell', 'user-data', 'user-data']);
  const [script] = documents;
  expect(script?.map.at(script.text.indexOf('curl')).offset).toBe(TEMPLATE.indexOf('curl'));
});

it('leaves alone what defines nothing, and what never ends', () => {
  const plain = fileDocument('a.gotmpl', '{{ if .X }}a{{ end }}', 'template');
  expect(definitionsIn(plain)).toEqual([plain]);
  expect(definitionsIn(fileDocument('a.gotmpl', 'a{{ define "x" }}b', 'template')).map(({ text }) => text)).toEqual([
    'ab',
  ]);
});
