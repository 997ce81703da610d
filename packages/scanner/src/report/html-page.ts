/** How the page looks: light and dark, on a phone and on paper. */
export const STYLE = `
:root { color-scheme: light dark; --line: #8886; --mark: #ffd54f66; --quiet: #777; --bad: #c62828; --good: #2e7d32; --open: #b26a00; }
* { box-sizing: border-box; }
body { font: 16px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 75rem; padding: 0 1rem 3rem; }
header { border-bottom: 1px solid var(--line); }
form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; padding: .5rem 0 1rem; }
form label { display: grid; font-size: .85rem; }
input, select, button { font: inherit; padding: .25rem .5rem; max-width: 100%; }
h3 { margin: 1.5rem 0 0; border-left: .4rem solid var(--quiet); padding-left: .5rem; }
.breaks h3, .tokenless h3, .bad-token-request h3 { border-color: var(--bad); }
.undecided h3, .fallback h3, .unchecked-token h3, .no-blocker-found h3 { border-color: var(--open); }
.required h3, .token h3, .token-request h3 { border-color: var(--good); }
.count { font-weight: normal; color: var(--quiet); }
.hint { margin: .2rem 0 .6rem; color: var(--quiet); }
.row { border-bottom: 1px solid var(--line); padding: .35rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
.what { font-family: ui-monospace, monospace; font-size: .9rem; }
.place, .facts { color: var(--quiet); font-size: .85rem; margin-left: .5rem; }
pre { overflow-x: auto; border: 1px solid var(--line); border-radius: .3rem; padding: .5rem; font-size: .85rem; }
.number { display: inline-block; min-width: 3em; padding-right: 1em; text-align: right; color: var(--quiet); user-select: none; }
mark { background: var(--mark); color: inherit; }
[hidden] { display: none !important; }
@media (max-width: 40rem) { .place, .facts { display: block; margin-left: 1.2rem; } form label, input, select { width: 100%; } }
@media print { form { display: none; } body { max-width: none; font-size: 11pt; } pre { white-space: pre-wrap; } .row { break-inside: avoid; } }
`;

/** Filters, kept in the address so that a view can be passed on; without scripts all rows are shown. */
export const SCRIPT = `
(() => {
  const form = document.getElementById('filters');
  const rows = [...document.querySelectorAll('.row')];
  const fields = ['text', 'state', 'owner'].map((name) => form.elements[name]).filter(Boolean);
  const apply = () => {
    const [text, state, owner] = ['text', 'state', 'owner'].map((name) => form.elements[name]?.value ?? '');
    let shown = 0;
    for (const row of rows) {
      const owners = row.dataset.owners.split(' ').filter(Boolean);
      row.hidden =
        (text !== '' && !row.textContent.toLowerCase().includes(text.toLowerCase())) ||
        (state !== '' && row.dataset.state !== state) ||
        (owner !== '' && !(owner === 'none' ? owners.length === 0 : owners.includes(owner)));
      if (!row.hidden) shown++;
    }
    for (const group of document.querySelectorAll('.group')) group.hidden = !group.querySelector('.row:not([hidden])');
    document.getElementById('shown').textContent = shown + ' of ' + rows.length + ' shown';
  };
  const remember = () => {
    const kept = new URLSearchParams(fields.filter(({ value }) => value !== '').map(({ name, value }) => [name, value]));
    history.replaceState(null, '', '#' + kept);
    apply();
  };
  const recall = () => {
    const kept = new URLSearchParams(location.hash.slice(1));
    for (const field of fields) field.value = kept.get(field.name) ?? '';
    apply();
  };
  form.addEventListener('input', remember);
  form.addEventListener('submit', (event) => event.preventDefault());
  addEventListener('hashchange', recall);
  document.getElementById('open').addEventListener('click', ({ target }) => {
    const open = !rows.every((row) => row.hidden || row.open);
    for (const row of rows) if (!row.hidden) row.open = open;
    target.textContent = open ? 'Close all' : 'Open all';
  });
  addEventListener('beforeprint', () => rows.forEach((row) => { row.open = true; }));
  recall();
})();
`;
