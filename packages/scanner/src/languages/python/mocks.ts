import type { SyntaxNode } from '../scripting/syntax.ts';
import { sourceOf, type Interpreter } from './interpreter.ts';

/** Libraries that answer a test's requests themselves, so that none leaves the machine. Source: their own pages on the package index. */
const MOCK =
  /\b(?:responses|httpretty|requests_mock|requests_mocker|respx|aioresponses|moto|mock_(?:ec2|aws|all)|vcr|pook|betamax|pytest_httpx|httmock|HTTMock)\b/;
const PATCH =
  /\bpatch\b[^\n]*\b(?:requests|urlopen|urllib\d?|http|httpx|aiohttp|fetch_url|open_url|get|put|request|Session)\b/;

/** Fixtures of test frameworks that do the same, by the name of the parameter. */
const FIXTURES = new Set([
  'requests_mock',
  'requests_mocker',
  'httpx_mock',
  'respx_mock',
  'mock_aioresponse',
  'aioresponses',
  'httpserver',
  'mocked_responses',
  'm_requests',
]);

export function isMockDecorator(decorator: string): boolean {
  return MOCK.test(decorator) || PATCH.test(decorator);
}

export function isMockParameter(name: string): boolean {
  return FIXTURES.has(name);
}

/** Whether the context manager of a `with` answers requests. */
export function isMockContext(interpreter: Interpreter, expression: SyntaxNode): boolean {
  if (expression.type !== 'call' && expression.type !== 'attribute') return false;
  return isMockDecorator(sourceOf(interpreter, expression).slice(0, 200));
}
