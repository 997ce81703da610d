import type { Surroundings } from './formats.ts';
import { SCRIPT, STYLE } from './html-page.ts';
import { Lines } from './lines.ts';
import type { Inventory, InventoryLaunch, InventoryRequest, Range, ReportEvidence } from './report.ts';

/** One page for the people who plan the switch: launches by readiness, requests by verdict, each with its owners and its lines. It asks for nothing from anywhere. */
export function htmlInventory(inventory: Inventory, surroundings: Surroundings): string {
  const page = new Page(surroundings);
  const { requests, launches, notAnalysed, partlyAnalysed, stats, tool } = inventory;
  const names = new Map(launches.map((launch) => [launch.id, `${launch.resource} ${launch.name}`.trim()]));
  const owners = [
    ...new Set([...requests, ...launches].flatMap(({ path }) => surroundings.ownersOf?.(path) ?? [])),
  ].sort();
  const sections = [
    page.section(
      'launches',
      'Launches, by what happens to them when tokens are required',
      READINESS,
      launches,
      (launch) => page.launch(launch),
    ),
    page.section('requests', 'Requests, by what they send', VERDICTS, requests, (request) =>
      page.request(request, names),
    ),
  ];
  const problems = [
    ...notAnalysed.map((one) => ({ ...one, how: 'was not analysed' })),
    ...partlyAnalysed.map((one) => ({ ...one, how: 'was analysed in part' })),
  ];
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">`,
    '<title>Instance metadata: what stands where</title>',
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    '<header>',
    '<h1>Instance metadata: what stands where</h1>',
    `<p>${String(launches.length)} launches and ${String(requests.length)} requests in ${String(stats.analysed)} files. Software in images is not seen.</p>`,
    filters(owners),
    '</header>',
    '<main>',
    ...sections,
    ...(problems.length === 0
      ? []
      : [
          '<section aria-labelledby="problems"><h2 id="problems">Not read</h2><ul>',
          ...problems.map(
            ({ path, reason, how }) => `<li><code>${escape(path)}</code> ${how}: ${escape(reason)}.</li>`,
          ),
          '</ul></section>',
        ]),
    '</main>',
    `<footer><p>${escape(tool.name)} ${escape(tool.version)}</p></footer>`,
    `<script>${SCRIPT}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

interface Group {
  readonly id: string;
  readonly name: string;
  /** What to do about it. */
  readonly hint: string;
}

const READINESS: readonly Group[] = [
  {
    id: 'breaks',
    name: 'Breaks at boot',
    hint: 'Its own boot scripts ask in a way that will be refused: repair them first.',
  },
  { id: 'undecided', name: 'Undecided', hint: 'Not all that it runs at boot is known: look at it.' },
  {
    id: 'no-blocker-found',
    name: 'Nothing in its boot scripts breaks',
    hint: 'Tokens can be required once the software in its image is looked at.',
  },
  { id: 'required', name: 'Tokens are required already', hint: 'Nothing to do.' },
];

const VERDICTS: readonly Group[] = [
  { id: 'tokenless', name: 'Without a token', hint: 'Answered by version 1 only.' },
  { id: 'bad-token-request', name: 'Token requests that are refused', hint: 'They never get a token.' },
  { id: 'fallback', name: 'Goes on without a token', hint: 'Uses version 1 whenever the token request fails.' },
  { id: 'unchecked-token', name: 'Token not checked', hint: 'Uses version 1 when the token is empty.' },
  { id: 'undecided', name: 'Undecided', hint: 'Not all of it is known: look at it.' },
  { id: 'token', name: 'With a token', hint: 'Nothing to do.' },
  { id: 'token-request', name: 'Token requests', hint: 'Nothing to do.' },
  { id: 'other-cloud', name: 'Other clouds', hint: 'Not about EC2.' },
];

function filters(owners: readonly string[]): string {
  const options = (all: readonly (readonly [string, string])[]): string =>
    all.map(([value, name]) => `<option value="${escape(value)}">${escape(name)}</option>`).join('');
  return [
    '<form id="filters" role="search" aria-label="Filters">',
    '<label>Search <input type="search" name="text" autocomplete="off"></label>',
    `<label>State <select name="state">${options([['', 'all'], ...[...READINESS, ...VERDICTS].filter(({ id }, index, all) => all.findIndex((one) => one.id === id) === index).map(({ id, name }) => [id, name] as const)])}</select></label>`,
    ...(owners.length === 0
      ? []
      : [
          `<label>Owner <select name="owner">${options([['', 'all'], ['none', 'nobody'], ...owners.map((owner) => [owner, owner] as const)])}</select></label>`,
        ]),
    '<button type="button" id="open">Open all</button>',
    '<output id="shown" aria-live="polite"></output>',
    '</form>',
  ].join('\n');
}

class Page {
  readonly #surroundings: Surroundings;
  readonly #lines = new Map<string, Lines>();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  section<T extends InventoryLaunch | InventoryRequest>(
    id: string,
    title: string,
    groups: readonly Group[],
    all: readonly T[],
    row: (one: T) => string,
  ): string {
    const stateOf = (one: T): string => ('readiness' in one ? one.readiness : one.verdict);
    const parts = groups.flatMap((group) => {
      const members = all.filter((one) => stateOf(one) === group.id);
      if (members.length === 0) return [];
      return [
        `<section class="group ${group.id}"><h3>${escape(group.name)} <span class="count">${String(members.length)}</span></h3>`,
        `<p class="hint">${escape(group.hint)}</p>`,
        ...members.map(row),
        '</section>',
      ];
    });
    return [
      `<section aria-labelledby="${id}"><h2 id="${id}">${escape(title)}</h2>`,
      ...(parts.length === 0 ? ['<p>None.</p>'] : parts),
      '</section>',
    ].join('\n');
  }

  launch(launch: InventoryLaunch): string {
    const { resource, name, verdict, decidedBy, hopLimit, instance, readiness } = launch;
    const facts = [
      `tokens: ${verdict}${decidedBy === 'self' || decidedBy === 'unknown' ? '' : ` by ${decidedBy}`}`,
      ...(hopLimit === null ? [] : [`hop limit ${String(hopLimit)}`]),
      ...(instance === null ? [] : [`in ${instance}`]),
    ];
    return this.#row(launch, readiness, `${resource} ${name}`.trim(), facts);
  }

  request(request: InventoryRequest, names: ReadonlyMap<string, string>): string {
    const { client, method, url, verdict, launches } = request;
    const boots = launches.map((id) => names.get(id) ?? id);
    return this.#row(
      request,
      verdict,
      `${client} ${method === 'unknown' ? '' : `${method} `}${url}`,
      boots.length === 0 ? [] : [`at boot of ${boots.join(', ')}`],
    );
  }

  #row(
    {
      path,
      range,
      evidence,
    }: { readonly path: string; readonly range: Range; readonly evidence: readonly ReportEvidence[] },
    state: string,
    what: string,
    facts: readonly string[],
  ): string {
    const owners = this.#surroundings.ownersOf?.(path) ?? [];
    const place = `${path}:${String(range.start.line)}`;
    return [
      `<details class="row" data-state="${escape(state)}" data-owners="${escape(owners.join(' '))}">`,
      `<summary><span class="what">${escape(what)}</span> <span class="place">${escape(place)}</span> <span class="facts">${escape([...facts, ...owners].join(' · '))}</span></summary>`,
      this.#frame(path, range),
      ...(evidence.length === 0
        ? []
        : [
            '<ul>',
            ...evidence.map(
              (one) =>
                `<li>${escape(one.message)}${one.path === undefined ? '' : ` <span class="place">${escape(`${one.path}:${String(one.range?.start.line ?? 1)}`)}</span>`}</li>`,
            ),
            '</ul>',
          ]),
      '</details>',
    ].join('\n');
  }

  /** The lines that are meant, with one before and one after. */
  #frame(path: string, { start, end }: Range): string {
    const lines = this.#linesOf(path);
    const last = Math.min(end.line, start.line + MAX_LINES - 1);
    const rows: string[] = [];
    for (let number = Math.max(1, start.line - 1); number <= last + 1; number++) {
      const text = lines.line(number);
      if (number > last && text.trim() === '') continue;
      const isMeant = number >= start.line && number <= last;
      const from = number === start.line ? start.column - 1 : text.length - text.trimStart().length;
      const to = number === end.line ? end.column - 1 : text.length;
      const body =
        isMeant && from < to
          ? `${escape(text.slice(0, from))}<mark>${escape(text.slice(from, to))}</mark>${escape(text.slice(to))}`
          : escape(text);
      rows.push(`<span class="line"><span class="number">${String(number)}</span>${body}</span>`);
    }
    const more =
      end.line > last ? `<span class="line"><span class="number">…</span>to line ${String(end.line)}</span>` : '';
    return `<pre tabindex="0" aria-label="${escape(`Lines of ${path}`)}"><code>${rows.join('\n')}${more === '' ? '' : `\n${more}`}</code></pre>`;
  }

  #linesOf(path: string): Lines {
    let lines = this.#lines.get(path);
    if (lines === undefined) this.#lines.set(path, (lines = new Lines(this.#surroundings.textOf(path))));
    return lines;
  }
}

/** Of a longer block the head says enough. */
const MAX_LINES = 12;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
