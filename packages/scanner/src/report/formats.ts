import type { Paint } from './colours.ts';
import type { Inventory, Report } from './report.ts';

/** What a renderer may use beside the report. */
export interface Surroundings {
  readonly colours: Paint;
  /** Width of the terminal, if it is one. */
  readonly columns: number | undefined;
  /** The text of a reported file, for code frames. */
  readonly textOf: (path: string) => string;
  /** Who owns a reported file, where a CODEOWNERS file says so. */
  readonly ownersOf?: (path: string) => readonly string[];
}

/** Gives the whole text of a report, its last line's end included. */
export type Render<T> = (value: T, surroundings: Surroundings) => string;

/** The renderer of a format of `scan`. */
export async function renderReport(format: string): Promise<Render<Report>> {
  switch (format) {
    case 'json':
      return asJson;
    case 'sarif':
      return (await import('./sarif.ts')).sarifReport;
    case 'github':
      return (await import('./github.ts')).githubReport;
    default:
      return (await import('./pretty.ts')).prettyReport;
  }
}

/** The renderer of a format of `inventory`. */
export async function renderInventory(format: string): Promise<Render<Inventory>> {
  if (format === 'json') return asJson;
  return format === 'html'
    ? (await import('./html.ts')).htmlInventory
    : (await import('./pretty-inventory.ts')).prettyInventory;
}

function asJson(value: Report | Inventory): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
