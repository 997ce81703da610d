import type { GivenVariable } from './instance.ts';
import { join, normalize, type WorkTree } from './work-tree.ts';

/**
 * What the variables of a root module are set to by files: `terraform.tfvars`, `terraform.tfvars.json`, `*.auto.tfvars` in the order of their
 * names, then the files named on the command line; later ones win.
 */
export function givenVariables(tree: WorkTree, directory: string): ReadonlyMap<string, GivenVariable> {
  const names = tree.names(directory);
  const automatic = names.filter((name) => /\.auto\.tfvars(?:\.json)?$/.test(name)).sort();
  const paths = [
    ...['terraform.tfvars', 'terraform.tfvars.json']
      .filter((name) => names.includes(name))
      .map((name) => join(directory, name)),
    ...automatic.map((name) => join(directory, name)),
    ...tree.variableFiles.map(normalize),
  ];
  const given = new Map<string, GivenVariable>();
  for (const path of paths)
    for (const attribute of tree.file(path)?.body.attributes.values() ?? [])
      given.set(attribute.name, { attribute, path });
  return given;
}
