import { known, type Text } from '../../text/text.ts';
import { EITHER, together, type Exit } from '../exit.ts';
import type { State } from '../state.ts';
import { NO_CHOICES, shellHole } from '../values.ts';
import type { CommandReader } from './dispatch.ts';
import type { Invocation } from './simple-command.ts';

/** A program that asks the metadata service by itself, and since when it does so with a token. */
interface MetadataTool {
  /** Id of the client table. */
  readonly client: string;
  /** Packages that bring it, and the first of their versions that asks for a token. */
  readonly packages: ReadonlyMap<string, readonly [major: number, minor: number] | undefined>;
  /** What a request without any pin in sight amounts to. */
  readonly unpinned: string;
}

const EC2_METADATA: MetadataTool = {
  client: 'ec2-metadata',
  packages: new Map([
    ['amazon-ec2-utils', [2, 0]],
    ['ec2-utils', [2, 0]],
  ]),
  unpinned: 'ec2-metadata asks with a token since amazon-ec2-utils 2.0; nothing here says which version is installed.',
};

const EC2METADATA: MetadataTool = {
  client: 'ec2metadata',
  packages: new Map([
    ['cloud-guest-utils', undefined],
    ['cloud-utils', undefined],
  ]),
  unpinned:
    'The ec2metadata of older Ubuntu releases asks without a token; nothing here says which version is installed.',
};

/** Source: the changelogs of amazon-ec2-utils and of cloud-utils. */
export const TOOLS: ReadonlyMap<string, CommandReader> = new Map<string, CommandReader>([
  ['ec2-metadata', reader(EC2_METADATA)],
  ['ec2_metadata', reader(EC2_METADATA)],
  ['ec2metadata', reader(EC2METADATA)],
]);

function reader(tool: MetadataTool): CommandReader {
  return (invocation, state) => runTool(tool, invocation, state);
}

function runTool(tool: MetadataTool, invocation: Invocation, state: State): Exit {
  const { shell, source, pos, end, words, choices } = invocation;
  const location = source.map.range(pos, end);
  const isHelp = words.some((word) => /^(?:-h|--help|--version|-V)$/.test(known(word.text) ?? ''));
  shell.write(state, [
    shellHole(`$(${tool.client} …)`, 'it is the output of a metadata tool', { mayBeEmpty: true, location }),
  ]);
  if (isHelp) return together(state, EITHER);
  const pin = pinIn(shell.document.text, tool);
  const url: Text = {
    pieces: [{ kind: 'literal', value: 'http://169.254.169.254/latest/meta-data/' }],
    choices: NO_CHOICES,
  };
  // Without a pin nothing is known, which is no reason to report anybody.
  shell.recorder.send(
    {
      client: tool.client,
      dropsHeader: false,
      location,
      method: 'GET',
      url,
      headers: [],
      ...(pin === undefined
        ? { unreadHeaders: tool.unpinned.replace(/\.$/, '') }
        : {
            sdk: pin.asksForToken ? ('version-2' as const) : ('version-1' as const),
            evidence: [{ message: pin.message }],
          }),
    },
    state,
    choices,
  );
  return together(state, EITHER);
}

/** The version of the tool's package that the script installs, if it says one: `yum install amazon-ec2-utils-1.3`, `cloud-guest-utils=0.31`. */
function pinIn(
  script: string,
  tool: MetadataTool,
): { readonly asksForToken: boolean; readonly message: string } | undefined {
  for (const [name, since] of tool.packages) {
    const match = new RegExp(`\\b${name}[-=](\\d+)\\.(\\d+)`).exec(script);
    if (match === null || since === undefined) continue;
    const [major, minor] = [Number(match[1]), Number(match[2])];
    const asksForToken = major > since[0] || (major === since[0] && minor >= since[1]);
    return { asksForToken, message: `The script installs ${match[0]}; tokens are asked for since ${since.join('.')}.` };
  }
  return undefined;
}
