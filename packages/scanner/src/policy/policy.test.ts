import { Program, type Finding, type Location, type Suppression } from 'imdsv2-core';
import { describe, expect, test } from 'vitest';
import { directoryWith, scan } from '../../test/run-main.ts';
import { findingsOf } from './findings.ts';
import { choose } from './personas.ts';
import { applySuppressions, SUPPRESSION_RULE } from './suppressions.ts';

function at(start: number, end = start + 1, path = 'a.sh'): Location {
  return { path, start, end };
}

function finding(ruleId: string, location: Location, more: Partial<Finding> = {}): Finding {
  return {
    ruleId,
    severity: 'error',
    confidence: 'high',
    message: '',
    help: '',
    location,
    subject: 'x',
    evidence: [],
    fixes: [],
    ...more,
  };
}

function wish(rules: readonly string[], covers: Location, more: Partial<Suppression> = {}): Suppression {
  return { location: at(0), rules, reason: 'because', covers, ...more };
}

describe('suppressions', () => {
  test('silence what starts inside, of the rules they name', () => {
    const judged = applySuppressions(
      [
        finding('no-imdsv1-request', at(10)),
        finding('no-imdsv1-fallback', at(10)),
        finding('no-imdsv1-request', at(30)),
        finding('no-imdsv1-request', at(10, 11, 'b.sh')),
      ],
      [wish(['no-imdsv1-request'], at(5, 20))],
    );
    expect(judged.map(({ suppressed }) => suppressed?.reason)).toEqual(['because', undefined, undefined, undefined]);
  });

  test('that silence nothing are reported, each rule by itself', () => {
    const judged = applySuppressions(
      [finding('no-imdsv1-request', at(10))],
      [wish(['no-imdsv1-request', 'hop-limit'], at(5, 20))],
    );
    expect(judged.slice(1)).toMatchObject([
      { ruleId: SUPPRESSION_RULE, severity: 'warning', message: expect.stringContaining('"hop-limit"') },
    ]);
  });

  test('of rules that do not exist are reported with the nearest name', () => {
    expect(applySuppressions([], [wish(['no-imdsv1-requests'], at(5, 20))])).toMatchObject([
      { ruleId: SUPPRESSION_RULE, help: 'Did you mean "no-imdsv1-request"?' },
    ]);
  });

  test('that are not understood silence nothing and are reported', () => {
    const judged = applySuppressions(
      [finding('no-imdsv1-request', at(10))],
      [wish([], at(5, 20), { error: 'it gives no reason.' })],
    );
    expect(judged[0]).not.toHaveProperty('suppressed');
    expect(judged[1]).toMatchObject({
      ruleId: SUPPRESSION_RULE,
      message: 'This comment silences nothing: it gives no reason.',
    });
  });

  test('read twice, in a file by itself and as a boot script, count once', () => {
    expect(applySuppressions([], [wish(['hop-limit'], at(5, 20)), wish(['hop-limit'], at(5, 20))])).toHaveLength(1);
  });
});

describe('personas', () => {
  const of = (ruleId: string, confidence: Finding['confidence'] = 'high'): Finding =>
    finding(ruleId, at(0), { confidence });
  const none = new Map();

  test.each([
    ['regular', 'no-imdsv1-request', 'medium', true],
    ['regular', 'no-imdsv1-request', 'low', false],
    ['regular', 'hop-limit', 'high', false],
    ['strict', 'hop-limit', 'high', true],
    ['strict', 'no-imdsv1-request', 'low', false],
    ['auditor', 'no-imdsv1-request', 'low', true],
    ['auditor', 'hop-limit', 'low', true],
  ] as const)('%s and %s of %s confidence: %s', (persona, ruleId, confidence, isTold) => {
    expect(choose(of(ruleId, confidence), { persona, levels: none }) !== undefined).toBe(isTold);
  });

  test('a rule that was set is told to everybody, as it was set', () => {
    expect(choose(of('hop-limit'), { persona: 'regular', levels: new Map([['hop-limit', 'warning']]) })).toMatchObject({
      severity: 'warning',
    });
    expect(
      choose(of('no-imdsv1-request'), { persona: 'auditor', levels: new Map([['no-imdsv1-request', 'off']]) }),
    ).toBeUndefined();
  });
});

test('an empty program has no findings', () => {
  expect(
    findingsOf(
      new Program([]),
      [],
      { persona: 'auditor', levels: new Map() },
      () => true,
      () => '',
    ),
  ).toEqual([]);
});

describe('fingerprints', () => {
  const REQUEST = 'curl http://169.254.169.254/latest/meta-data/instance-id';
  const of = async (text: string): Promise<readonly string[]> =>
    (await scan(directoryWith({ 'boot.sh': text }))).findings.map(({ fingerprint }) => fingerprint);

  test('stay when lines move and indentation changes', async () => {
    expect(await of(`# new\n\nif true; then\n  ${REQUEST}\nfi\n`)).toEqual(await of(`${REQUEST}\n`));
  });

  test('tell equal requests of one file apart', async () => {
    const [first, second] = await of(`${REQUEST}\n${REQUEST}\n`);
    expect(first).not.toBe(second);
    expect([first]).toEqual(await of(`${REQUEST}\n`));
  });

  test('change with the request', async () => {
    expect(await of(`${REQUEST}/\n`)).not.toEqual(await of(`${REQUEST}\n`));
  });
});
