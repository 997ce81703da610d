import {
  innerRange,
  TOKEN_HEADER,
  TTL_HEADER,
  TTL_SECONDS,
  type Document,
  type PlannedRepair,
  type Refusal,
  type RepairPlan,
  type Subject,
  type TextEdit,
} from 'imdsv2-core';

/**
 * Plans repairs of a script of PowerShell. Each request asks for a token of its own, inside its headers: it then does so exactly when the request is made, whatever
 * function, condition or loop that stands in. Nothing of PowerShell is executed in our tests, so these repairs are unsafe.
 */
export function planPowerShell(document: Document, wanted: readonly Subject[]): RepairPlan {
  const repairs: PlannedRepair[] = [];
  const refusals: Refusal[] = [];
  for (const { request, judgement } of wanted) {
    const range = innerRange(document.map, request.location);
    const edit =
      judgement.verdict !== 'tokenless'
        ? `a request that is ${judgement.verdict} is not repaired in PowerShell`
        : range === undefined
          ? 'its place in the script is not known'
          : asksOthers(document.text.slice(range.start, range.end), document.text)
            ? 'which host it asks is decided elsewhere, and other hosts must not be sent the token'
            : request.client === 'webrequest'
              ? headerOfObject(document.text, range.start, judgement.url)
              : editOf(request.client, document.text.slice(range.start, range.end), range.start, judgement.url);
    if (typeof edit === 'string') refusals.push({ subject: request.id, reason: edit });
    else
      repairs.push({
        subjects: [request.id],
        title: 'Ask for a session token, and send it',
        safe: false,
        edits: [edit],
      });
  }
  return { repairs, refusals };
}

const METADATA = /169\.254\.169\.254|fd00:ec2::254|\/latest\/(?:meta-data|user-data|dynamic)/i;

/** Whether it is not in sight that the metadata service is meant: neither in the command, nor where its variables get their values. */
function asksOthers(command: string, script: string): boolean {
  if (METADATA.test(command)) return false;
  const names = [...command.matchAll(/\$\{?(?:\w+:)?(\w+)/g)].map(([, name]) => name ?? '');
  return !names.some((name) =>
    [...script.matchAll(new RegExp(`\\$(?:\\w+:)?${name}\\s*=([^\\n]*)`, 'gi'))].some(([, value]) =>
      METADATA.test(value ?? ''),
    ),
  );
}

function editOf(client: string, text: string, start: number, url: string): TextEdit | string {
  switch (client) {
    case 'invoke-restmethod':
    case 'invoke-webrequest': {
      if (/\s-Headers?\b/i.test(text)) return 'it sends headers already';
      if (/\s@\w/.test(text)) return 'its arguments stand elsewhere';
      const name = /^[\w-]+(?:\.exe)?/.exec(text)?.[0];
      if (name === undefined) return 'the command is put together elsewhere';
      return { start: start + name.length, end: start + name.length, text: ` -Headers ${headers(url)}` };
    }
    case 'webclient': {
      // The text that is downloaded, as a text: Invoke-RestMethod would make an object of JSON.
      const call =
        /^\(?\s*New-Object\s+(?:-TypeName\s+)?["']?(?:System\.)?Net\.WebClient["']?\s*\)?\.DownloadString\(\s*([^]*)\)$/i.exec(
          text,
        );
      const address = call?.[1]?.trim();
      if (address === undefined || address.includes(',')) return 'its client is made elsewhere';
      return {
        start,
        end: start + text.length,
        text: `(Invoke-WebRequest -UseBasicParsing -Headers ${headers(url)} -Uri ${/^["'$]/.test(address) ? address : `(${address})`}).Content`,
      };
    }
    default:
      return `requests of ${client} are not repaired`;
  }
}

/** `$request = [Net.WebRequest]::Create(…)`: the header is added where the answer is waited for, so that what fails there fails there. */
function headerOfObject(script: string, start: number, url: string): TextEdit | string {
  const variable = /(\$\w+)\s*=\s*$/.exec(script.slice(0, start))?.[1];
  if (variable === undefined) return 'its request is kept in no variable';
  const waits = new RegExp(`^[ \\t]*(?=(?:\\$\\w+\\s*=\\s*)?\\(?\\${variable}\\.GetResponse\\()`, 'gim');
  const [only, another] = [...script.slice(start).matchAll(waits)];
  if (only === undefined || another !== undefined) return 'where its answer is waited for was not found';
  const at = start + only.index + only[0].length;
  const end = script.includes('\r\n') ? '\r\n' : '\n';
  return { start: at, end: at, text: `${variable}.Headers.Add('${TOKEN_HEADER}', (${ask(url)}))${end}${only[0]}` };
}

function headers(url: string): string {
  return `@{'${TOKEN_HEADER}' = (${ask(url)})}`;
}

function ask(url: string): string {
  const host = /^https?:\/\/(\[[^\]]+\]|[\w.:-]+)/i.exec(url)?.[1] ?? '169.254.169.254';
  return `Invoke-RestMethod -Method Put -Headers @{'${TTL_HEADER}' = '${String(TTL_SECONDS.max)}'} -Uri http://${host}/latest/api/token`;
}
