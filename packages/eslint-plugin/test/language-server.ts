import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

export interface Diagnostic {
  readonly code?: string | number;
  readonly message: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

/** What the extension of VS Code sends when its user has changed nothing: `experimental.useFlatConfig` is not set. */
const SETTINGS = {
  validate: 'on',
  run: 'onType',
  packageManager: 'npm',
  useESLintClass: false,
  codeAction: { disableRuleComment: { enable: true, location: 'separateLine' }, showDocumentation: { enable: true } },
  codeActionOnSave: { mode: 'all' },
  format: false,
  quiet: false,
  onIgnoredFiles: 'off',
  options: {},
  rulesCustomizations: [],
  nodePath: null,
  problems: { shortenToSingleLine: false },
  experimental: {},
};

/** The ESLint server of VS Code, driven as the editor drives it. */
export class EslintServer {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #folder: string;
  readonly #answers = new Map<number, (result: unknown) => void>();
  readonly #edits: unknown[] = [];
  #next = 1;
  #buffer = Buffer.alloc(0);

  constructor(command: string, folder: string) {
    this.#folder = folder;
    this.#process = spawn(command, ['--stdio'], { cwd: folder });
    this.#process.stdout.on('data', (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      this.#read();
    });
  }

  async start(): Promise<void> {
    const uri = pathToFileURL(this.#folder).href;
    await this.request('initialize', {
      processId: process.pid,
      rootUri: uri,
      workspaceFolders: [{ uri, name: 'project' }],
      capabilities: {
        workspace: { configuration: true, workspaceFolders: true, applyEdit: true },
        textDocument: {
          diagnostic: {},
          codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } } },
        },
      },
    });
    this.#send({ method: 'initialized', params: {} });
  }

  /** Opens a file and asks for what the server finds in it. */
  async open(uri: string, languageId: string, text: string): Promise<readonly Diagnostic[]> {
    this.#send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId, version: 1, text } } });
    const report = (await this.request('textDocument/diagnostic', { textDocument: { uri } })) as {
      readonly items: readonly Diagnostic[];
    };
    return report.items;
  }

  request(method: string, params: unknown): Promise<unknown> {
    const id = this.#next++;
    this.#send({ id, method, params });
    return new Promise((resolve) => this.#answers.set(id, resolve));
  }

  /** The edits that the server asked the editor to make. */
  get edits(): readonly unknown[] {
    return this.#edits;
  }

  stop(): void {
    this.#process.kill();
  }

  #send(message: Message | { readonly id?: number | undefined; readonly result: unknown }): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.#process.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#process.stdin.write(body);
  }

  #read(): void {
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.subarray(0, Math.max(0, end)).toString())?.[1]);
      if (end === -1 || this.#buffer.length < end + 4 + length) return;
      const body = this.#buffer.subarray(end + 4, end + 4 + length).toString();
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#take(JSON.parse(body) as Message);
    }
  }

  #take({ id, method, params, result }: Message): void {
    if (method === undefined) {
      if (id !== undefined) this.#answers.get(id)?.(result);
      return;
    }
    if (method === 'workspace/applyEdit') this.#edits.push(params);
    if (id === undefined) return;
    const uri = pathToFileURL(this.#folder).href;
    const answer =
      method === 'workspace/configuration'
        ? (params as { items: readonly unknown[] }).items.map(() => ({
            ...SETTINGS,
            workspaceFolder: { uri, name: 'project' },
          }))
        : method === 'workspace/workspaceFolders'
          ? [{ uri, name: 'project' }]
          : method === 'workspace/applyEdit'
            ? { applied: true }
            : method === 'eslint/confirmESLintExecution'
              ? 4
              : null;
    this.#send({ id, result: answer });
  }
}
