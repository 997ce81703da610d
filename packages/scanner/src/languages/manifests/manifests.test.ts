import { fileDocument, type Dependency } from 'imdsv2-core';
import { describe, expect, it } from 'vitest';
import type { Context } from '../front-end.ts';
import { analyseManifest } from './index.ts';
import { reaches } from './versions.ts';

const CONTEXT: Context = {
  readFile: () => undefined,
  listDirectory: () => [],
  singleFile: false,
  variableFiles: [],
};

function dependencies(path: string, text: string, beside: readonly string[] = []): readonly Dependency[] {
  const { facts, problems } = analyseManifest(fileDocument(path, text, 'manifest'), {
    ...CONTEXT,
    listDirectory: () => beside,
  });
  expect(problems).toEqual([]);
  return facts.filter((fact) => fact.kind === 'dependency');
}

/** `name version or range: speaks version 2, has a switch`, and the text that the place holds. */
function read(path: string, text: string): readonly string[] {
  return dependencies(path, text).map(
    ({ name, version, range, speaksVersionTwo, hasSwitch, location }) =>
      `${name} ${version ?? range ?? ''}: ${speaksVersionTwo}, ${hasSwitch} | ${text.slice(location.start, location.end).replaceAll(/\s+/g, ' ')}`,
  );
}

describe.each([
  [
    'package.json',
    '{"dependencies": {"aws-sdk": "~2.500.0", "left-pad": "1"}, "devDependencies": {"aws-sdk": "^2.700.0", "@aws-sdk/client-s3": "^3.1.0"}}',
    [
      'aws-sdk ~2.500.0: no, no | "aws-sdk": "~2.500.0"',
      'aws-sdk ^2.700.0: unknown, unknown | "aws-sdk": "^2.700.0"',
      '@aws-sdk/client-s3 ^3.1.0: yes, unknown | "@aws-sdk/client-s3": "^3.1.0"',
    ],
  ],
  [
    'package-lock.json',
    '{"lockfileVersion": 3, "packages": {"": {"name": "x"}, "node_modules/aws-sdk": {"version": "2.721.0"}, "node_modules/a/node_modules/@smithy/credential-provider-imds": {"version": "2.0.9"}}}',
    [
      'aws-sdk 2.721.0: no, no | "node_modules/aws-sdk": {"version": "2.721.0"',
      '@smithy/credential-provider-imds 2.0.9: yes, no | "node_modules/a/node_modules/@smithy/credential-provider-imds": {"version": "2.0.9"',
    ],
  ],
  [
    'package-lock.json',
    '{"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0", "dependencies": {"aws-sdk": {"version": "2.1488.0"}}}}}',
    ['aws-sdk 2.1488.0: yes, yes | "aws-sdk": {"version": "2.1488.0"'],
  ],
  [
    'yarn.lock',
    '# yarn lockfile v1\n\n\naws-sdk@^2.1.0, aws-sdk@^2.2.0:\n  version "2.600.0"\n  resolved "https://x"\n\n"@aws-sdk/client-s3@^3.0.0":\n  version "3.1.0"\n',
    [
      'aws-sdk 2.600.0: no, no | aws-sdk@^2.1.0, aws-sdk@^2.2.0:',
      '@aws-sdk/client-s3 3.1.0: yes, unknown | "@aws-sdk/client-s3@^3.0.0":',
    ],
  ],
  [
    'yarn.lock',
    '__metadata:\n  version: 6\n\n"aws-sdk@npm:^2.0.0":\n  version: 2.800.0\n  resolution: "aws-sdk@npm:2.800.0"\n  languageName: node\n  linkType: hard\n\n"@smithy/credential-provider-imds@workspace:packages/x":\n  version: 0.0.0-use.local\n  resolution: "@smithy/credential-provider-imds@workspace:packages/x"\n',
    ['aws-sdk 2.800.0: yes, no | "aws-sdk@npm:^2.0.0":'],
  ],
  [
    'pnpm-lock.yaml',
    "lockfileVersion: '9.0'\npackages:\n  '@smithy/credential-provider-imds@4.0.1':\n    resolution: {integrity: x}\n  /aws-sdk/2.400.0:\n    dev: true\n  /aws-sdk@2.401.0(debug@4.0.0):\n    dev: true\n",
    [
      "@smithy/credential-provider-imds 4.0.1: yes, yes | '@smithy/credential-provider-imds@4.0.1'",
      'aws-sdk 2.400.0: no, no | /aws-sdk/2.400.0',
      'aws-sdk 2.401.0: no, no | /aws-sdk@2.401.0(debug@4.0.0)',
    ],
  ],
  [
    'requirements-dev.txt',
    '# boto3==1.0.0\n-r base.txt\nboto3==1.9.3 \\\n    --hash=sha256:00\nbotocore[crt] >= 1.10, < 1.13\nawscli~=1.16.200 ; python_version < "3"\nboto3\nboto3>=1.12\nhttps://x/boto3.whl\nBoto3==1.11.0\n',
    [
      'boto3 1.9.3: no, no | boto3==1.9.3',
      'botocore >=1.10,<1.13: no, no | botocore[crt] >= 1.10, < 1.13',
      'awscli ~=1.16.200: unknown, no | awscli~=1.16.200',
      'boto3 : unknown, unknown | boto3',
      'boto3 >=1.12: unknown, unknown | boto3>=1.12',
      // AWS names 1.12.6; the botocore that 1.11 requires has it already.
      'boto3 1.11.0: unknown, no | Boto3==1.11.0',
    ],
  ],
  [
    'Pipfile.lock',
    '{"default": {"boto3": {"version": "==1.9.0"}}, "develop": {"awscli": {"version": "==1.30.4"}}}',
    ['boto3 1.9.0: no, no | "boto3"', 'awscli 1.30.4: yes, yes | "awscli"'],
  ],
  [
    'poetry.lock',
    '[[package]]\nname = "boto3"\nversion = "1.34.0"\n\n[[package]]\nname = "botocore"\nversion = "1.13.24"\n',
    ['boto3 1.34.0: yes, yes | name = "boto3"', 'botocore 1.13.24: no, no | name = "botocore"'],
  ],
  [
    'uv.lock',
    'version = 1\n\n[[package]]\nname = "awscli"\nversion = "1.16.288"\nsource = { registry = "https://pypi.org/simple" }\n',
    ['awscli 1.16.288: no, no | name = "awscli"'],
  ],
  [
    'pyproject.toml',
    '[project]\ndependencies = ["boto3<1.10", "x"]\n\n[tool.poetry.dependencies]\nbotocore = "1.12.0"\nawscli = { version = "^1.16" }\n',
    [
      'boto3 <1.10: no, no | boto3<1.10',
      'botocore 1.12.0: no, no | botocore = "1.12.0"',
      'awscli : unknown, unknown | awscli = { version = "^1.16" }',
    ],
  ],
  [
    'pom.xml',
    '<project><properties><aws.version>1.11.600</aws.version></properties><dependencies><dependency><groupId>com.amazonaws</groupId><artifactId>aws-java-sdk-s3</artifactId><version>${aws.version}</version></dependency><dependency><groupId>software.amazon.awssdk</groupId><artifactId>bom</artifactId><version>2.23.17</version></dependency><dependency><groupId>com.amazonaws</groupId><artifactId>aws-lambda-java-core</artifactId><version>1.0.0</version></dependency></dependencies></project>',
    [
      'com.amazonaws:aws-java-sdk-s3 1.11.600: no, unknown | <dependency><groupId>com.amazonaws</groupId><artifactId>aws-java-sdk-s3</artifactId><version>${aws.version}</version></dependency>',
      'software.amazon.awssdk:bom 2.23.17: yes, yes | <dependency><groupId>software.amazon.awssdk</groupId><artifactId>bom</artifactId><version>2.23.17</version></dependency>',
    ],
  ],
  [
    'app/build.gradle',
    "ext.awsVersion = '1.11.677'\ndependencies {\n  // compile 'com.amazonaws:aws-java-sdk-sqs:1.0.0'\n  implementation \"com.amazonaws:aws-java-sdk-s3:${awsVersion}\"\n  compile group: 'software.amazon.awssdk', name: 's3', version: '2.10.21'\n  implementation 'com.amazonaws:aws-java-sdk-ec2'\n}\n",
    [
      'com.amazonaws:aws-java-sdk-s3 1.11.677: no, unknown | "com.amazonaws:aws-java-sdk-s3:${awsVersion}"',
      "software.amazon.awssdk:s3 2.10.21: yes, no | group: 'software.amazon.awssdk', name: 's3', version: '2.10.21'",
    ],
  ],
  [
    'gradle.lockfile',
    '# locked\ncom.amazonaws:aws-java-sdk-core:1.11.700=compileClasspath\n',
    [
      'com.amazonaws:aws-java-sdk-core 1.11.700: yes, unknown | com.amazonaws:aws-java-sdk-core:1.11.700=compileClasspath',
    ],
  ],
  [
    'gradle/libs.versions.toml',
    '[versions]\naws = "1.11.600"\n\n[libraries]\ns3 = { module = "com.amazonaws:aws-java-sdk-s3", version.ref = "aws" }\nsts = "software.amazon.awssdk:sts:2.20.0"\n',
    [
      'com.amazonaws:aws-java-sdk-s3 1.11.600: no, unknown | s3 = { module = "com.amazonaws:aws-java-sdk-s3", version.ref = "aws" }',
      'software.amazon.awssdk:sts 2.20.0: yes, no | sts = "software.amazon.awssdk:sts:2.20.0"',
    ],
  ],
  [
    'go.mod',
    'module x\n\nrequire github.com/aws/aws-sdk-go v1.25.37\n\nrequire (\n\tgithub.com/aws/aws-sdk-go-v2 v1.30.0 // indirect\n\tgithub.com/aws/aws-sdk-go-v2/feature/ec2/imds v1.12.0\n)\n\nreplace (\n\tgithub.com/aws/aws-sdk-go v1.0.0 => ../x\n)\n',
    [
      'github.com/aws/aws-sdk-go 1.25.37: no, unknown | github.com/aws/aws-sdk-go v1.25.37',
      'github.com/aws/aws-sdk-go-v2 1.30.0: yes, unknown | github.com/aws/aws-sdk-go-v2 v1.30.0',
      'github.com/aws/aws-sdk-go-v2/feature/ec2/imds 1.12.0: yes, no | github.com/aws/aws-sdk-go-v2/feature/ec2/imds v1.12.0',
    ],
  ],
  [
    'Gemfile.lock',
    'GEM\n  remote: https://rubygems.org/\n  specs:\n    aws-sdk-core (3.78.0)\n      aws-eventstream (~> 1.0)\n    aws-sdk-s3 (1.0.0)\n      aws-sdk-core (~> 3)\n    aws-sdk-core (2.11.0)\n',
    ['aws-sdk-core 3.78.0: no, no | aws-sdk-core (3.78.0)'],
  ],
  [
    'composer.lock',
    '{"packages": [{"name": "aws/aws-sdk-php", "version": "3.147.6"}], "packages-dev": [{"name": "aws/aws-sdk-php", "version": "v3.300.0"}]}',
    [
      'aws/aws-sdk-php 3.147.6: no, unknown | "aws/aws-sdk-php", "version": "3.147.6"',
      'aws/aws-sdk-php 3.300.0: yes, unknown | "aws/aws-sdk-php", "version": "v3.300.0"',
    ],
  ],
  [
    'packages.lock.json',
    '{"version": 1, "dependencies": {"net8.0": {"AWSSDK.Core": {"type": "Transitive", "resolved": "3.3.103.65"}}}}',
    ['AWSSDK.Core 3.3.103.65: no, no | "AWSSDK.Core"'],
  ],
  [
    'App.csproj',
    '<Project><ItemGroup><PackageReference Include="AWSSDK.Core" Version="3.7.302.11" /><PackageReference Include="AWSSDK.Core"><Version>3.3.100</Version></PackageReference><PackageReference Include="AWSSDK.S3" Version="3.3.0" /><PackageReference Include="AWSSDK.SQS" Version="3.1.0.5" /><PackageReference Include="AWSSDK.EC2" Version="3.7.4" /></ItemGroup></Project>',
    [
      'AWSSDK.Core 3.7.302.11: yes, yes | <PackageReference Include="AWSSDK.Core" Version="3.7.302.11" />',
      'AWSSDK.Core 3.3.100: no, no | <PackageReference Include="AWSSDK.Core"><Version>3.3.100</Version>',
      'AWSSDK.S3 3.3.0: unknown, unknown | <PackageReference Include="AWSSDK.S3" Version="3.3.0" />',
      'AWSSDK.SQS 3.1.0.5: no, unknown | <PackageReference Include="AWSSDK.SQS" Version="3.1.0.5" />',
      'AWSSDK.EC2 3.7.4: yes, unknown | <PackageReference Include="AWSSDK.EC2" Version="3.7.4" />',
    ],
  ],
])('%s', (path, text, expected) => {
  it(`reads ${String(expected.length)} packages`, () => {
    expect(read(path, text)).toEqual(expected);
  });
});

it('leaves a manifest to its lockfile', () => {
  const text = '{"dependencies": {"aws-sdk": "2.1.0"}}';
  expect(dependencies('package.json', text, ['package.json', 'yarn.lock'])).toEqual([]);
  expect(dependencies('package.json', text, ['package.json'])).toHaveLength(1);
});

it('says what it cannot read, and reads the scripts all the same', () => {
  const broken = analyseManifest(fileDocument('poetry.lock', '[[package\nname = "boto3"', 'manifest'), CONTEXT);
  expect(broken.problems).toHaveLength(1);
  expect(analyseManifest(fileDocument('package.json', '{"scripts": {}}', 'manifest'), CONTEXT).documents).toMatchObject(
    [{ language: 'json' }],
  );
});

describe('requirements of Python', () => {
  it.each([
    ['==1.9.*', 'no'],
    ['~=1.9.1', 'no'],
    ['<=1.9', 'no'],
    ['<2', 'unknown'],
    ['>=1.9,<1.10', 'no'],
    ['>=1.13', 'yes'],
    ['!=1.9.0', 'unknown'],
    ['==1.13.*', 'yes'],
  ])('boto3%s', (range, expected) => {
    expect(reaches('pypi', { range }, '1.12.6')).toBe(expected);
  });
});
