import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OWNER_FILES, ownersIn } from '../policy/owners.ts';
import {
  defaultReports,
  dependencyReports,
  inventory,
  launchReports,
  requestReports,
  switchReports,
} from '../report/build.ts';
import { colours } from '../report/colours.ts';
import { renderInventory } from '../report/formats.ts';
import { VERSION } from '../package.ts';
import type { ExitCode } from '../invocation.ts';
import type { Io } from './command.ts';
import { judge } from './judge.ts';
import { judgingOptions, type ParsedArguments } from './options.ts';

/** Who owns what in a tree. */
function ownersOf(root: string): (path: string) => readonly string[] {
  const file = OWNER_FILES.map((path) => join(root, path)).find((path) => existsSync(path));
  return ownersIn(file === undefined ? '' : readFileSync(file, 'utf8'));
}

/** Lists requests, launches and defaults with their verdicts. */
export async function inventoryCommand(args: ParsedArguments, io: Io): Promise<ExitCode> {
  const options = judgingOptions(args, 'inventory');
  const { trees, notAnalysed, partlyAnalysed, stats, isIncomplete } = await judge(options, io);
  const made = inventory(
    { name: 'imdsv2', version: VERSION },
    {
      requests: trees.flatMap(({ knowledge, places }) =>
        requestReports(knowledge.program, knowledge.isSelected, places),
      ),
      launches: trees.flatMap(({ knowledge, places }) =>
        launchReports(knowledge.program, knowledge.isSelected, places),
      ),
      defaults: trees.flatMap(({ knowledge, places }) =>
        defaultReports(knowledge.program, knowledge.isSelected, places),
      ),
      dependencies: trees.flatMap(({ knowledge, places }) =>
        dependencyReports(knowledge.program, knowledge.isSelected, places),
      ),
      switches: trees.flatMap(({ knowledge, places }) =>
        switchReports(knowledge.program, knowledge.isSelected, places),
      ),
      notAnalysed,
      partlyAnalysed,
      stats,
    },
  );
  const render = await renderInventory(options.format);
  const files = new Map(
    trees.flatMap((tree) => tree.knowledge.paths.map((path) => [tree.places.path(path), { tree, path }] as const)),
  );
  const owners = new Map(trees.map((tree) => [tree, ownersOf(tree.root)]));
  await io.out(
    render(made, {
      colours: colours(io),
      columns: io.columns,
      textOf: (shown) => {
        const file = files.get(shown);
        return file?.tree.knowledge.textOf(file.path) ?? '';
      },
      ownersOf: (shown) => {
        const file = files.get(shown);
        return file === undefined ? [] : (owners.get(file.tree)?.(file.path) ?? []);
      },
    }),
  );
  return isIncomplete ? 2 : 0;
}
