import { analyze } from '@typescript-eslint/scope-manager';
import { parse } from '@typescript-eslint/parser';
import { visitorKeys } from '@typescript-eslint/visitor-keys';
import { Program } from 'imdsv2-core';
import { describe, expect, it } from 'vitest';
import { collectFacts, type Effort, type FrontEndInput, type ParsedFile } from '../src/front-end/index.ts';

/** Files of a program by path; the first is analysed. */
function analyse(files: Readonly<Record<string, string>>, more: Partial<FrontEndInput> = {}, effort?: Effort) {
  const [path = ''] = Object.keys(files);
  const resolveImport = (specifier: string, from: string): ParsedFile | undefined => {
    const name = specifier.replace(/^\.\//, from.replace(/[^/]*$/, ''));
    const found = Object.keys(files).find((file) => file === name || file === `${name}.ts`);
    return found === undefined ? undefined : parsed(found, files[found] ?? '');
  };
  const analysis = collectFacts({ ...parsed(path, files[path] ?? ''), resolveImport, ...more }, effort);
  const program = new Program(analysis.facts);
  const verdicts = program.requests.map((request) => program.judgementOf(request)?.verdict);
  return { analysis, program, verdicts };
}

const kept = new Map<string, ParsedFile>();

function parsed(path: string, text: string): ParsedFile {
  const key = `${path}\0${text}`;
  const before = kept.get(key);
  if (before !== undefined) return before;
  const ast = parse(text, { range: true, loc: true, comment: true, tokens: false, sourceType: 'module' });
  const file: ParsedFile = {
    path,
    text,
    ast,
    scopeManager: analyze(ast, { lib: [], childVisitorKeys: visitorKeys, sourceType: 'module' }),
    visitorKeys,
  };
  kept.set(key, file);
  return file;
}

describe('cost', () => {
  it('is nothing for a file without a marker', () => {
    const effort: Effort = { visitedNodes: 0, evaluatedExpressions: 0 };
    analyse(
      {
        'a.ts': `import axios from 'axios'; const base = process.env.API ?? 'https://example.com'; axios.get(base + '/users');`,
      },
      {},
      effort,
    );
    expect(effort).toEqual({ visitedNodes: 0, evaluatedExpressions: 0 });
  });

  it('is one walk and few evaluations for a file with one', () => {
    const effort: Effort = { visitedNodes: 0, evaluatedExpressions: 0 };
    analyse({ 'a.ts': `const a = one(two(three)); fetch('http://169.254.169.254/latest/meta-data/');` }, {}, effort);
    expect(effort.visitedNodes).toBeGreaterThan(0);
    expect(effort.evaluatedExpressions).toBeGreaterThan(0);
    expect(effort.evaluatedExpressions).toBeLessThan(20);
  });

  it('grows with the calls of a client class, not with their combinations', () => {
    const effortOf = (methods: number): number => {
      const effort: Effort = { visitedNodes: 0, evaluatedExpressions: 0 };
      const callers = Array.from(
        { length: methods },
        (_, index) =>
          `m${String(index)}(o, cb) { this.ask('/latest/meta-data/${String(index)}', o, cb); this.off = !this.off; }`,
      );
      const path = `sdk${String(methods)}.ts`;
      analyse(
        {
          [path]: `const http = require('http'); class S { host = '169.254.169.254'; ask(path, options, cb) { path = path || '/'; const r = { host: this.host, path }; r.method = options.method || 'GET'; if (options.headers) r.headers = options.headers; http.request(r, cb); } ${callers.join(' ')} all(cb) { this.m0({}, cb); this.m1({ headers: { 'x-aws-ec2-metadata-token': t } }, cb); } }`,
        },
        {},
        effort,
      );
      return effort.evaluatedExpressions;
    };
    expect(effortOf(16)).toBeLessThan(effortOf(4) * 6);
  });
});

describe('several files', () => {
  it('takes constants from other modules', () => {
    const { verdicts } = analyse({
      'a.ts': `import { IMDS } from './b'; fetch(IMDS + '/latest/meta-data/');`,
      'b.ts': `export const IMDS = 'http://169.254.169.254';`,
    });
    expect(verdicts).toEqual(['tokenless']);
  });

  it('takes header names from other modules', () => {
    const { verdicts } = analyse({
      'a.ts': `import { TOKEN } from './b'; fetch('http://169.254.169.254/latest/meta-data/', { headers: { [TOKEN]: token } });`,
      'b.ts': `export const TOKEN = 'x-aws-ec2-metadata-token';`,
    });
    expect(verdicts).toEqual(['token']);
  });

  it('is undecided about a header name that it cannot see', () => {
    const { verdicts } = analyse({
      'a.ts': `import { TOKEN } from './elsewhere'; fetch('http://169.254.169.254/latest/meta-data/', { headers: { [TOKEN]: token } });`,
    });
    expect(verdicts).toEqual(['undecided']);
  });

  it('goes through a wrapper of another module and stands at the call', () => {
    const source = `import { send } from './b';\nsend({ path: '/latest/meta-data/', hostname: '169.254.169.254' });`;
    const { program, verdicts } = analyse({
      'a.ts': source,
      'b.ts': `import http from 'node:http'; export function send(options) { return new Promise((resolve) => http.request(options, resolve).end()); }`,
    });
    expect(verdicts).toEqual(['tokenless']);
    expect(program.requests[0]?.location.start).toBe(source.indexOf('send({'));
  });

  it('survives modules that import each other', () => {
    const { verdicts } = analyse({
      'a.ts': `import { b } from './b'; export const a = b; fetch('http://169.254.169.254/latest/meta-data/' + a);`,
      'b.ts': `import { a } from './a'; export const b = a;`,
    });
    expect(verdicts).toEqual(['tokenless']);
  });
});

describe('places', () => {
  it('counts options written ahead of the call to the request, and reports at the call', () => {
    const source = `import http from 'http';\nfunction id() {\n  const options = {\n    host: '169.254.169.254',\n    path: '/latest/meta-data/',\n  };\n  http.get(options, done);\n}`;
    const [request] = analyse({ 'a.ts': source }).program.requests;
    expect(source.slice(request?.location.start, request?.location.end)).toMatch(/^options = \{[^]*done\)$/);
    expect(source.slice(request?.focus?.start, request?.focus?.end)).toBe('http.get(options, done)');
  });

  it('points into the string that a command stands in', () => {
    const source = `import { exec } from 'child_process';\nexec("echo \\"hi\\"; curl http://169.254.169.254/latest/meta-data/");`;
    const { analysis } = analyse({ 'a.ts': source });
    const [document] = analysis.documents;
    const inner = document?.text.indexOf('curl') ?? -1;
    expect(document?.map.at(inner).offset).toBe(source.indexOf('curl'));
  });
});

describe('suppressions', () => {
  it('reads its own comments and those of ESLint', () => {
    const source = `// imdsv2-ignore no-imdsv1-request -- a probe\nfetch(\n  'http://169.254.169.254/',\n);\n// eslint-disable-next-line imdsv2/no-imdsv1-request -- another\nfetch('http://169.254.169.254/');\n// eslint-disable-next-line no-console\n`;
    const { analysis } = analyse({ 'a.ts': source });
    expect(
      analysis.suppressions.map(({ rules, reason, covers }) => [rules, reason, source.slice(covers.start, covers.end)]),
    ).toEqual([
      [['no-imdsv1-request'], 'a probe', `fetch(\n  'http://169.254.169.254/',\n);`],
      [['no-imdsv1-request'], 'another', `fetch('http://169.254.169.254/');`],
    ]);
  });
});

describe('launches', () => {
  const CDK = `import * as ec2 from 'aws-cdk-lib/aws-ec2';\n`;

  it('are covered by an aspect of the program, and undecided where one may be elsewhere', () => {
    const source = `${CDK}export const make = (scope) => new ec2.Instance(scope, 'I', {});`;
    const verdict = (aspects: NonNullable<FrontEndInput['aspects']>) => {
      const { program } = analyse({ 'a.ts': source }, { aspects });
      return program.launchJudgementOf(program.launches[0]!).verdict;
    };
    expect(verdict({ covered: ['instance'], mayBeElsewhere: false })).toBe('required');
    expect(verdict({ covered: ['launch-template'], mayBeElsewhere: false })).toBe('unset');
    expect(verdict({ covered: [], mayBeElsewhere: true })).toBe('undecided');
  });

  it('hand their boot scripts on, with places', () => {
    const source = `${CDK}const data = ec2.UserData.forLinux();\ndata.addCommands('yum update', \`curl http://169.254.169.254/\${path}\`);\nnew ec2.Instance(scope, 'I', { userData: data });`;
    const { analysis } = analyse({ 'a.ts': source }, { aspects: { covered: [], mayBeElsewhere: false } });
    const [document] = analysis.documents;
    expect(document?.text.split('\n')).toHaveLength(2);
    expect(document?.map.at(document.text.indexOf('curl')).offset).toBe(source.indexOf('curl'));
    expect(document?.launches).toEqual([analysis.facts.find((fact) => fact.kind === 'launch')?.id]);
    expect(document?.holes).toHaveLength(1);
  });

  it('take a default that a caller may override as the value', () => {
    const { program } = analyse(
      {
        'a.ts': `${CDK}export const make = (scope, props) => new ec2.LaunchTemplate(scope, 'T', { requireImdsv2: props.imdsv2 ?? true });`,
      },
      { aspects: { covered: [], mayBeElsewhere: false } },
    );
    expect(program.launchJudgementOf(program.launches[0]!)).toMatchObject({
      verdict: 'required',
      decidedBy: 'variable-default',
    });
  });

  it('are undecided where branches differ', () => {
    const { program } = analyse(
      {
        'a.ts': `${CDK}export const make = (scope, props) => { let metadataOptions; if (props.weak) { metadataOptions = { httpTokens: 'optional' }; } else { metadataOptions = { httpTokens: 'required' }; } new ec2.CfnInstance(scope, 'I', { metadataOptions }); };`,
      },
      { aspects: { covered: [], mayBeElsewhere: false } },
    );
    expect(program.launchJudgementOf(program.launches[0]!).verdict).toBe('undecided');
  });
});

describe('a request that is described in full and handed on', () => {
  const send = `import { send } from './send'; const endpoint = 'http://169.254.169.254'; `;

  it('is a token request, or one with a token, where its headers say so', () => {
    const { verdicts } = analyse({
      'a.ts': `${send} send({ params: { method: 'PUT', endpoint, path: '/latest/api/token', headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' } } }); send({ endpoint, path: '/latest/meta-data/', headers: { 'X-aws-ec2-metadata-token': token } });`,
    });
    expect(verdicts).toEqual(['token-request', 'token']);
  });

  it('is nothing where only the function knows what it sends', () => {
    const { verdicts } = analyse({
      'a.ts': `${send} send({ endpoint, path: '/latest/meta-data/' }); send({ endpoint, path: '/latest/api/token', headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' } });`,
    });
    expect(verdicts).toEqual([]);
  });
});

describe('a bundle', () => {
  it('has packages of no name, known by what they export', () => {
    const { verdicts } = analyse({
      'a.ts': `async function region() { const { getInstanceMetadataEndpoint, httpRequest } = await Promise.resolve().then(() => __toESM(__nccwpck_require__(7477))); const endpoint = await getInstanceMetadataEndpoint(); return httpRequest({ ...endpoint, path: '/latest/meta-data/placement/region' }); }`,
    });
    expect(verdicts).toEqual(['tokenless']);
  });
});
