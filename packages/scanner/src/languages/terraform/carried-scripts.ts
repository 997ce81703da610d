import type { Document, LanguageId, Runner } from 'imdsv2-core';
import { hasHole } from 'imdsv2-core';
import { jsonEncode } from '../hcl/functions/json.ts';
import { toPartial } from '../hcl/partial-string.ts';
import { casesOf, type Value } from '../hcl/value.ts';
import { languageOfWrittenFile } from '../embedded/file-language.ts';
import { argumentAt, argumentsAt } from './block.ts';
import type { ModuleInstance } from './instance.ts';
import type { Resource } from './module.ts';
import { textOf } from '../hcl/value.ts';
import { scriptDocument, unwrap } from './user-data.ts';

/** An argument that holds scripts, or a document with scripts in it. */
interface Carrier {
  /** An argument, or one of a nested block: `source.buildspec`. */
  readonly argument: string;
  /** `structured`: JSON or YAML, or the object that it would be written from. `file`: whatever the name in `path` says. */
  readonly holds: LanguageId | 'structured' | 'file';
  readonly runner: Runner;
  readonly base64?: true;
  /** Argument with the name of the file that is written. */
  readonly path?: string;
}

const structured = (argument: string, runner: Runner): Carrier => ({ argument, holds: 'structured', runner });
const script = (argument: string, runner: Runner, base64?: true): Carrier => ({
  argument,
  holds: 'user-data',
  runner,
  ...(base64 === undefined ? {} : { base64 }),
});
const file = (argument: string, path: string, base64?: true): Carrier => ({
  argument,
  holds: 'file',
  runner: 'unknown',
  path,
  ...(base64 === undefined ? {} : { base64 }),
});

/**
 * Resources whose arguments hold scripts, besides the boot scripts of launches. Source: facts/aws.md §2.1, rows "n/a script";
 * registry.terraform.io for those of other providers.
 */
const CARRIERS: ReadonlyMap<string, readonly Carrier[]> = new Map(
  Object.entries({
    aws_ssm_document: [structured('content', 'host')],
    aws_sagemaker_notebook_instance_lifecycle_configuration: [
      script('on_create', 'host', true),
      script('on_start', 'host', true),
    ],
    aws_sagemaker_studio_lifecycle_config: [script('studio_lifecycle_config_content', 'container', true)],
    aws_ecs_task_definition: [structured('container_definitions', 'container')],
    aws_batch_job_definition: [
      structured('container_properties', 'container'),
      structured('node_properties', 'container'),
      structured('ecs_properties', 'container'),
    ],
    aws_codebuild_project: [
      structured('source.buildspec', 'container'),
      structured('secondary_sources.buildspec', 'container'),
    ],
    aws_imagebuilder_component: [structured('data', 'host')],
    aws_imagebuilder_workflow: [structured('data', 'host')],
    aws_imagebuilder_container_recipe: [
      { argument: 'dockerfile_template_data', holds: 'dockerfile', runner: 'container' },
    ],
    aws_imagebuilder_image_recipe: [script('user_data_base64', 'host', true)],
    aws_cloudformation_stack: [{ argument: 'template_body', holds: 'cloudformation', runner: 'unknown' }],
    aws_cloudformation_stack_set: [{ argument: 'template_body', holds: 'cloudformation', runner: 'unknown' }],
    kubernetes_manifest: [structured('manifest', 'container')],
    kubectl_manifest: [structured('yaml_body', 'container')],
    k8s_manifest: [structured('content', 'container')],
    helm_release: [structured('values', 'container')],
    local_file: [file('content', 'filename'), file('content_base64', 'filename', true)],
    local_sensitive_file: [file('content', 'filename'), file('content_base64', 'filename', true)],
    aws_s3_object: [file('content', 'key'), file('content_base64', 'key', true)],
    aws_s3_bucket_object: [file('content', 'key'), file('content_base64', 'key', true)],
    'data.archive_file': [file('source.content', 'source.filename'), file('source_content', 'source_content_filename')],
  } satisfies Record<string, readonly Carrier[]>),
);

/** The scripts that a resource carries, and templates of other languages that are written in it. */
export function carriedScripts(resource: Resource, instance: ModuleInstance): readonly Document[] {
  const key = resource.mode === 'data' ? `data.${resource.type}` : resource.type;
  const carriers = CARRIERS.get(key);
  if (carriers === undefined) return [];
  const { body } = resource.block;
  const scope = instance.keysOf(resource.block).scopes[0]?.scope ?? instance;
  return carriers.flatMap((carrier) => {
    const name = carrier.path === undefined ? '' : (textOf(argumentAt(body, carrier.path, scope)) ?? '');
    return argumentsAt(body, carrier.argument, scope).flatMap((value) =>
      documentsOf(value, carrier, name, `${carrier.argument} of ${key}.${resource.name}`),
    );
  });
}

function documentsOf(value: Value, carrier: Carrier, name: string, role: string): readonly Document[] {
  return casesOf(value).flatMap(({ value: one }): readonly Document[] => {
    if (carrier.holds === 'structured' && one.kind === 'list')
      return one.items.flatMap((item) => documentsOf(item, carrier, name, role));
    const content = carrier.holds === 'structured' && one.kind === 'object' ? jsonEncode(one) : one;
    return unwrap(content, carrier.base64 === true).scripts.flatMap((found) => {
      const { text } = toPartial(found.content).mapped;
      const language = languageOf(carrier.holds, name, text);
      return language === undefined
        ? []
        : [scriptDocument({ content: found.content, language }, { role, launch: undefined, runner: carrier.runner })];
    });
  });
}

function languageOf(holds: Carrier['holds'], name: string, text: string): LanguageId | undefined {
  if (holds === 'file') return languageOfWrittenFile(name, text) ?? structuredLanguage(text);
  if (holds !== 'structured') return holds;
  return /^\s*[{[]/.test(text) ? 'json' : 'yaml';
}

/** JSON and YAML by their beginning; undefined for anything else. */
export function structuredLanguage(text: string): LanguageId | undefined {
  if (/^\s*(?:\{\s*(?:"|\})|\[\s*[{["])/.test(text)) return 'json';
  const [first = ''] = text.split('\n').filter((line) => line.trim() !== '' && !/^\s*#/.test(line) && !hasHole(line));
  return text.includes('\n') && /^(?:---\s*$|\s*(?:- +)?[\w."'/-]+: *(?:[|>][+-]?\d? *$|\S.*$|$))/.test(first)
    ? 'yaml'
    : undefined;
}
