import { describe, expect, it } from 'vitest';
import type { Launch, TemplateReference } from '../facts/launch.ts';
import { NO_USER_DATA, type Default } from '../facts/launch.ts';
import type { Request } from '../facts/request.ts';
import type { Setting } from '../facts/setting.ts';
import { UNSET } from '../facts/setting.ts';
import { literal } from '../text/text.ts';
import { Program } from './program.ts';

let next = 0;

function launch(more: Partial<Launch>): Launch {
  next += 1;
  const start = next * 100;
  return {
    kind: 'launch',
    id: `launch:main.tf:${String(start)}`,
    location: { path: 'main.tf', start, end: start + 50 },
    platform: 'terraform',
    resource: 'aws_instance',
    name: `n${String(next)}`,
    instance: null,
    role: 'instance',
    tokens: UNSET,
    endpoint: UNSET,
    hopLimit: UNSET,
    ipv6: UNSET,
    identities: [],
    userData: NO_USER_DATA,
    evidence: [],
    ...more,
  };
}

const set = <T>(value: T): Setting<T> => ({ state: 'set', value });
const template = (more: Partial<Launch>): Launch =>
  launch({ resource: 'aws_launch_template', role: 'template', identities: ['t'], ...more });
const uses = (version: TemplateReference['version']): TemplateReference => ({ identities: ['t'], version });
const LATEST = uses({ kind: 'latest' });

function bootRequest(
  of: Launch,
  url = 'http://169.254.169.254/latest/meta-data/',
  more: Partial<Request> = {},
): Request {
  return {
    kind: 'request',
    id: `request:boot:${of.id}`,
    location: { path: 'boot.sh', start: 0, end: 4 },
    client: 'curl',
    launches: [of.id],
    runner: 'host',
    role: '',
    variants: [{ method: 'GET', url: literal(url), headers: [], evidence: [] }],
    ...more,
  };
}

function verdictOf(of: Launch, ...others: (Launch | Default)[]): string {
  const { verdict, decidedBy, confidence } = new Program([of, ...others]).launchJudgementOf(of);
  return `${verdict} by ${decidedBy}, ${confidence}`;
}

const account = (tokens: 'required' | 'optional' | 'no-preference'): Default => ({
  kind: 'default',
  id: 'default:main.tf:1',
  location: { path: 'main.tf', start: 1, end: 2 },
  platform: 'terraform',
  resource: 'aws_ec2_instance_metadata_defaults',
  name: 'all',
  instance: null,
  scope: 'account',
  tokens: set(tokens),
  hopLimit: UNSET,
  evidence: [],
});
const AL2023 = { requiresTokens: 'certain', evidence: { message: 'The image requires tokens.' } } as const;

describe('the verdict of a launch', () => {
  it('is its own value first, in both directions', () => {
    expect(
      verdictOf(launch({ tokens: set('optional'), template: LATEST }), template({ tokens: set('required') })),
    ).toBe('optional by self, high');
    expect(
      verdictOf(launch({ tokens: set('required'), template: LATEST }), template({ tokens: set('optional') })),
    ).toBe('required by self, high');
  });

  it("is the template's where the launch is silent", () => {
    expect(verdictOf(launch({ template: LATEST }), template({ tokens: set('required') }))).toBe(
      'required by launch-template, high',
    );
    expect(verdictOf(launch({ template: LATEST }), template({ tokens: set('optional') }))).toBe(
      'optional by launch-template, high',
    );
    expect(
      verdictOf(launch({ template: LATEST }), template({ tokens: { state: 'unknown', why: 'it is a parameter' } })),
    ).toBe('undecided by unknown, high');
  });

  it('is of medium confidence on the default version, and undecided on a literal one', () => {
    expect(verdictOf(launch({ template: uses({ kind: 'default' }) }), template({ tokens: set('required') }))).toBe(
      'required by launch-template, medium',
    );
    expect(
      verdictOf(launch({ template: uses({ kind: 'literal', value: '3' }) }), template({ tokens: set('required') })),
    ).toBe('undecided by unknown, high');
  });

  it('is undecided where the template is not known', () => {
    expect(verdictOf(launch({ template: { ...LATEST, identities: ['elsewhere'] } }))).toBe(
      'undecided by unknown, high',
    );
  });

  /** The complete table of AWS: launch parameter, account default, image → metadata version. */
  it.each<
    ['required' | 'optional' | undefined, 'required' | 'optional' | 'no-preference' | undefined, boolean, string]
  >([
    ['required', 'optional', false, 'required by self, high'],
    ['required', undefined, true, 'required by self, high'],
    ['optional', 'required', true, 'optional by self, high'],
    [undefined, 'required', false, 'required by account, medium'],
    [undefined, 'optional', true, 'optional by account, medium'],
    [undefined, 'optional', false, 'optional by account, medium'],
    [undefined, 'no-preference', true, 'required by ami, medium'],
    [undefined, undefined, true, 'required by ami, medium'],
    [undefined, 'no-preference', false, 'unset by unknown, high'],
    [undefined, undefined, false, 'unset by unknown, high'],
  ])('launch %s, account %s, image requires tokens %s: %s', (own, byAccount, byImage, expected) => {
    const judged = launch({ ...(own === undefined ? {} : { tokens: set(own) }), ...(byImage ? { ami: AL2023 } : {}) });
    expect(verdictOf(judged, ...(byAccount === undefined ? [] : [account(byAccount)]))).toBe(expected);
  });

  it('is endpoint-disabled whatever the tokens say', () => {
    expect(verdictOf(launch({ endpoint: set('disabled'), tokens: set('optional') }))).toBe(
      'endpoint-disabled by self, high',
    );
  });

  it("is the tool's where the tool sends a value of its own", () => {
    expect(
      verdictOf(launch({ toolDefault: { tokens: 'optional', evidence: { message: 'sent' } } }), account('required')),
    ).toBe('optional by tool-default, high');
  });

  it('does not run in circles', () => {
    const one = template({ identities: ['a'], template: { ...LATEST, identities: ['b'] } });
    const two = template({ identities: ['b'], template: { ...LATEST, identities: ['a'] } });
    expect(verdictOf(one, two)).toMatch(/^(?:unset|undecided)/);
  });
});

describe('templates of the same name', () => {
  it('are told apart by their place: the nearest one is meant', () => {
    const at = (path: string): Pick<Launch, 'location'> => ({ location: { path, start: 0, end: 9 } });
    const judged = launch({ template: LATEST, id: 'launch:b', ...at('prod/b/main.tf') });
    const far = template({ tokens: set('required'), id: 'launch:far', ...at('dev/a/main.tf') });
    const near = template({ tokens: set('optional'), id: 'launch:near', ...at('prod/a/main.tf') });
    expect(verdictOf(judged, far, near)).toBe('optional by launch-template, high');
    expect(verdictOf(judged, near, far)).toBe('optional by launch-template, high');
  });
});

describe('the readiness of a launch', () => {
  const readiness = (of: Launch, ...facts: (Launch | Request)[]): string =>
    new Program([of, ...facts]).readinessOf(of).readiness;
  const script = { state: 'known' } as const;

  it('is broken by a boot request without a token, also where tokens are required already', () => {
    const weak = launch({ userData: script });
    expect(readiness(weak, bootRequest(weak))).toBe('breaks');
    const strong = launch({ userData: script, tokens: set('required') });
    expect(readiness(strong, bootRequest(strong))).toBe('breaks');
  });

  it("is broken through the template's boot script", () => {
    const pattern = template({ userData: script, tokens: set('required') });
    expect(readiness(launch({ template: LATEST }), pattern, bootRequest(pattern))).toBe('breaks');
  });

  it("is not broken by the template's script where the launch has its own", () => {
    const pattern = template({ userData: script, tokens: set('required') });
    expect(readiness(launch({ template: LATEST, userData: script }), pattern, bootRequest(pattern))).toBe('required');
  });

  it('is broken by the IPv6 endpoint unless that is enabled', () => {
    const url = 'http://[fd00:ec2::254]/latest/meta-data/';
    const header = { name: literal('X-aws-ec2-metadata-token'), value: literal('x'), place: 'headers' } as const;
    const variants = [{ method: 'GET', url: literal(url), headers: [header], evidence: [] }];
    const off = launch({ userData: script });
    expect(readiness(off, bootRequest(off, url, { variants }))).toBe('breaks');
    const on = launch({ userData: script, ipv6: set('enabled') });
    expect(readiness(on, bootRequest(on, url, { variants }))).toBe('no-blocker-found');
  });

  it('is undecided where a part of the script was not read, of its own or of the template', () => {
    const pattern = template({ userData: script, tokens: set('required') });
    const consumer = launch({ template: LATEST });
    const problems = [
      { location: pattern.location, reason: 'a syntax error', extent: 'part', launches: [pattern.id] },
    ] as const;
    const program = new Program([pattern, consumer], problems);
    expect(program.readinessOf(pattern).readiness).toBe('undecided');
    expect(program.readinessOf(consumer).readiness).toBe('undecided');
    expect(program.readinessOf(consumer).evidence).toEqual([
      { message: 'The boot script was analysed in part: a syntax error.', location: pattern.location },
    ]);
  });

  it('is undecided where the script is not known, and no-blocker-found where there is none', () => {
    expect(readiness(launch({ userData: { state: 'unknown', why: 'it is a variable' } }))).toBe('undecided');
    expect(readiness(launch({}))).toBe('no-blocker-found');
    expect(readiness(launch({ tokens: set('required') }))).toBe('required');
  });
});

describe('requests read more than once', () => {
  it('are one request, and the reading that knows the placeholders counts', () => {
    const owner = launch({ userData: { state: 'known' } });
    const place = { id: 'request:x', location: { path: 'x.tpl', start: 0, end: 4 } };
    const bound = bootRequest(owner, undefined, place);
    const alone = bootRequest(owner, 'http://example.com/', { ...place, launches: [] });
    const program = new Program([owner, alone, bound]);
    expect(program.requests).toHaveLength(1);
    expect(program.requests[0]?.variants).toHaveLength(1);
    expect(program.bootRequestsOf(owner)).toHaveLength(1);
  });
});
