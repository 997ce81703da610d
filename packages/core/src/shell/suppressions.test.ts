import { expect, it } from 'vitest';
import { analyseScript } from '../../test/judge-script.ts';

const V1 = 'curl http://169.254.169.254/latest/meta-data/';

it('a comment covers the statement that starts next', () => {
  const script = `# imdsv2-ignore no-imdsv1-request -- a test of version 1\n${V1}\n${V1}\n`;
  const [suppression, ...others] = analyseScript(script).analysis.suppressions;
  expect(others).toEqual([]);
  expect(suppression).toMatchObject({ rules: ['no-imdsv1-request'], reason: 'a test of version 1' });
  expect(script.slice(suppression?.covers.start, suppression?.covers.end)).toBe(V1);
});

it('above a statement that opens a here-document it covers its text', () => {
  const script = `# imdsv2-ignore no-imdsv1-request -- old images\ncat > x.sh <<'EOF'\n${V1}\nEOF\n`;
  const [suppression] = analyseScript(script).analysis.suppressions;
  expect(script.slice(suppression?.covers.start, suppression?.covers.end)).toContain(V1);
});

it('a number sign in a string or a here-document is no comment', () => {
  const script = `echo "# imdsv2-ignore no-imdsv1-request -- x"\ncat <<EOF\n# imdsv2-ignore no-imdsv1-request -- y\nEOF\n`;
  expect(analyseScript(script).analysis.suppressions).toEqual([]);
});

it('rule and reason are asked for', () => {
  expect(analyseScript(`# imdsv2-ignore no-imdsv1-request\n${V1}`).analysis.suppressions[0]?.error).toContain(
    'no reason',
  );
});
