/** YAML and JSON as one kind of tree, every scalar with the place of each of its characters. Carries the languages that are written in them. */
export * from './node.ts';
export { readJson } from './json.ts';
export { isSnapshotFile, readPrettyPrinted, snapshotsOf } from './pretty-format.ts';
export { readYaml } from './yaml.ts';
