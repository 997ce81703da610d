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
import { VERSION } from '../version.ts';
import type { ExitCode } from '../invocation.ts';
import type { Io } from './command.ts';
import { judge } from './judge.ts';
import { judgingOptions, type ParsedArguments } from './options.ts';

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
  await io.out(render(made, { colours: colours(io), columns: io.columns, textOf: () => '' }));
  return isIncomplete ? 2 : 0;
}
