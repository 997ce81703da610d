import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { CLOUDFORMATION_LAUNCHES } from 'imdsv2-core';
import { describe, expect, test } from 'vitest';

/** What a property's name says when it is about instance metadata (facts/aws.md §1.2, last note). */
const SWITCH =
  /^(?:MetadataOptions|InstanceMetadataOptions|InstanceMetadataServiceConfiguration|HttpTokens|MinimumInstanceMetadataServiceVersion|DisableIMDSV1|.*imds.*)$/i;
/** Deeper than any type goes; types refer to themselves. */
const MAX_DEPTH = 12;

const database = loadAwsServiceSpecSync();
const resources = [...database.all('resource')];
type ResourceProperties = (typeof resources)[number]['properties'];
type PropertyType = ResourceProperties[string]['type'];
interface TypeDefinition {
  readonly $id: string;
  readonly properties: ResourceProperties;
}

/** Paths of the properties of every resource type whose name is about instance metadata: `AWS::EC2::Instance MetadataOptions`. */
function switches(): readonly string[] {
  const found: string[] = [];
  for (const resource of resources) {
    const visit = (properties: ResourceProperties, path: string, open: ReadonlySet<string>): void => {
      for (const [name, { type }] of Object.entries(properties)) {
        const here = path === '' ? name : `${path}.${name}`;
        if (SWITCH.test(name)) {
          found.push(`${resource.cloudFormationType} ${here}`);
          continue;
        }
        for (const { definition, isList } of definitionsIn(type)) {
          if (open.has(definition.$id) || open.size > MAX_DEPTH) continue;
          visit(definition.properties, isList ? `${here}[]` : here, new Set([...open, definition.$id]));
        }
      }
    };
    visit(resource.properties, '', new Set());
  }
  return found.sort();
}

/** The definitions of maps that a property's type leads to. */
function definitionsIn(type: PropertyType, isList = false): readonly { definition: TypeDefinition; isList: boolean }[] {
  if (type.type === 'ref') return [{ definition: database.get('typeDefinition', type.reference.$ref), isList }];
  if (type.type === 'array') return definitionsIn(type.element, true);
  if (type.type === 'map') return definitionsIn(type.element, isList);
  if (type.type === 'union') return type.types.flatMap((each) => definitionsIn(each, isList));
  return [];
}

/** The same paths as the table has them. */
function table(): readonly string[] {
  return CLOUDFORMATION_LAUNCHES.flatMap(({ resource, places }) =>
    places.flatMap(({ at, options }) =>
      options === undefined ? [] : [`${resource} ${at === '' ? '' : `${at}.`}${options.path}`],
    ),
  ).sort();
}

describe('the table of launch types', () => {
  test('has every switch that CloudFormation has', () => {
    const known = new Set(table());
    expect(switches().length).toBeGreaterThan(5);
    expect(switches().filter((path) => !known.has(path))).toEqual([]);
  });

  test('names only types and properties that CloudFormation has', () => {
    const paths = new Set(switches());
    // Free-form JSON and lists of options have no properties in the database.
    const freeForm = /^AWS::(?:EMR::SecurityConfiguration|ElasticBeanstalk::)/;
    expect(table().filter((path) => !paths.has(path) && !freeForm.test(path))).toEqual([]);
    const types = new Set(resources.map((resource) => resource.cloudFormationType));
    expect(CLOUDFORMATION_LAUNCHES.map(({ resource }) => resource).filter((resource) => !types.has(resource))).toEqual(
      [],
    );
  });

  test('leads to properties that are there', () => {
    const wrong: string[] = [];
    for (const { resource, places } of CLOUDFORMATION_LAUNCHES) {
      const [type] = database.lookup('resource', 'cloudFormationType', 'equals', resource);
      for (const place of places) {
        const relative = [place.userData, place.image, ...(place.templates ?? []).map(({ path }) => path)].filter(
          (path) => path !== undefined && path !== '' && !path.startsWith('^'),
        );
        for (const path of relative) {
          const whole = [place.at, path].filter((part) => part !== '').join('.');
          if (!leads(type!.properties, whole.split('.'))) wrong.push(`${resource} ${whole}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

function leads(properties: ResourceProperties, [step = '', ...rest]: readonly string[]): boolean {
  const property = properties[step.replace('[]', '')];
  if (property === undefined) return false;
  return rest.length === 0 || definitionsIn(property.type).some(({ definition }) => leads(definition.properties, rest));
}
