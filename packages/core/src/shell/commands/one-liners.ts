import type { Location } from '../../document/offset-map.ts';
import { isTokenHeader } from '../../imds/headers.ts';
import type { Text } from '../../text/text.ts';
import type { RequestHeader } from '../../facts/request.ts';
import type { Evaluator } from '../evaluator.ts';
import { EITHER, together, type Exit } from '../exit.ts';
import type { State } from '../state.ts';
import { NO_CHOICES, shellHole, type Origin } from '../values.ts';
import { statusOf } from './clients.ts';

/** Calls that send a request, per language: the first string after them is the URL. */
const CALLS = {
  perl: /\b(?:get|getprint|getstore|head|->get|->head|->put|->request|GET|PUT|HEAD)\b/,
  ruby: /\b(?:open|URI\.open|Net::HTTP\.(?:get|get_response|get_print|start)|Net::HTTP::(?:Get|Put)\.new|HTTParty\.(?:get|put)|RestClient\.(?:get|put)|Faraday\.(?:get|put)|URI|URI\.parse)\b/,
  php: /\b(?:file_get_contents|curl_init|fopen|readfile)\b/,
} as const;

/** Looks for requests in a short program of a language that has no front end: URLs in strings beside a call that fetches them. */
export function recogniseOneLiner(
  shell: Evaluator,
  language: keyof typeof CALLS,
  program: Text,
  location: Location,
  state: State,
): Exit {
  const flat = program.pieces.map((piece) => (piece.kind === 'literal' ? piece.value : '\u{FFFC}')).join('');
  const origins: Origin[] = [];
  if (CALLS[language].test(flat)) {
    for (const match of flat.matchAll(/(["'`]|q[qw]?[{(/|])((?:https?:\/\/)[^"'`\s)}|]*)/g)) {
      const [value = ''] = (match[2] ?? '').split('\u{FFFC}');
      const isCut = (match[2] ?? '').includes('\u{FFFC}');
      const url: Text = {
        pieces: [{ kind: 'literal', value }, ...(isCut ? shellHole('…', 'it is not known').pieces : [])],
        choices: NO_CHOICES,
      };
      const isPut = /\bput\b|['"]PUT['"]|::Put\b/i.test(flat) && value.includes('api/token');
      const origin = shell.recorder.send(
        {
          client: language,
          dropsHeader: false,
          location,
          method: isPut ? 'PUT' : 'GET',
          url,
          headers: headersIn(flat, isPut),
          sdk: undefined,
        },
        state,
        NO_CHOICES,
      );
      if (origin !== undefined) origins.push(origin);
    }
  }
  shell.write(state, [
    shellHole(`$(${language} …)`, 'it is the output of a program', {
      mayBeEmpty: true,
      location,
      ...(origins[0] === undefined ? {} : { origin: origins[0] }),
    }),
  ]);
  return together(state, origins.length === 0 ? EITHER : statusOf(origins));
}

/** Header names written as strings in the program; their values are not followed. */
function headersIn(program: string, isPut: boolean): readonly RequestHeader[] {
  const headers: RequestHeader[] = [];
  for (const match of program.matchAll(
    /["']?(X-aws-ec2-metadata-token(?:-ttl-seconds)?)["']?\s*(?:=>|,|:|\]\s*=)\s*["']?(\d+)?/gi,
  )) {
    const [, name = '', seconds] = match;
    if (isPut === isTokenHeader(name)) continue;
    const value: Text =
      seconds === undefined
        ? shellHole('…', 'it is worked out by the program', { mayBeEmpty: false })
        : { pieces: [{ kind: 'literal', value: seconds }], choices: NO_CHOICES };
    headers.push({
      name: { pieces: [{ kind: 'literal', value: name }], choices: NO_CHOICES },
      value,
      place: 'headers',
    });
  }
  return headers;
}
