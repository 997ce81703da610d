import { fileDocument, splitHoles, type Analysis, type Document } from 'imdsv2-core';
import { describe, expect, test } from 'vitest';
import { analyse } from './index.ts';

function read(text: string, path = 'stack.yaml'): Analysis {
  return analyse([fileDocument(path, text, 'cloudformation')], {
    readFile: () => undefined,
    listDirectory: () => [],
    singleFile: false,
    variableFiles: [],
  });
}

/** A document's text with its holes by name. */
function shown(document: Document): string {
  return splitHoles(document.text, document)
    .map((part) =>
      typeof part === 'string' ? part : `‹${part.hole.name.slice(2, -1)}${part.values.length > 0 ? '=' : ''}›`,
    )
    .join('');
}

/** Every copied character stands where the file has it. */
function expectPlaced(text: string, document: Document, words: readonly string[]): void {
  for (const word of words) {
    const at = document.text.indexOf(word);
    expect(at, word).toBeGreaterThanOrEqual(0);
    const { start, end } = document.map.range(at, at + word.length);
    expect(text.slice(start, end)).toBe(word);
  }
}

const server = (userData: string, head = ''): string =>
  `${head}Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      UserData:\n${userData
    .split('\n')
    .map((line) => `        ${line}`)
    .join('\n')}\n`;

describe('user data', () => {
  test('Base64 of Sub: references become placeholders, with their defaults', () => {
    const text = server(
      'Fn::Base64: !Sub |\n  #!/bin/bash\n  curl http://${Host}/latest/meta-data/ ${AWS::Region} ${!KEPT}\n',
      'Parameters:\n  Host: {Type: String, Default: 169.254.169.254}\n',
    );
    const { documents, facts } = read(text);
    expect(documents.map(shown)).toEqual([
      '#!/bin/bash\ncurl http://‹Host=›/latest/meta-data/ ‹AWS::Region› ${KEPT}\n',
    ]);
    expect(documents[0]).toMatchObject({
      language: 'user-data',
      launches: [facts[0]!.id],
      role: 'user data of AWS::EC2::Instance Web',
    });
    expectPlaced(text, documents[0]!, ['#!/bin/bash', 'curl http://', '/latest/meta-data/']);
  });

  test('a choice that the defaults do not make counts, and what is passed by a parent stack does not open', () => {
    const head =
      'Parameters:\n  Kind: {Type: String, Default: a, AllowedValues: [a, b]}\n  Host: {Type: String, Default: x}\nConditions:\n  IsB: !Equals [!Ref Kind, b]\n';
    const text = server('Fn::Base64: !If [IsB, !Sub "curl ${Host}", "true"]', head);
    expect(read(text).documents.map(shown)).toEqual(['true', 'curl ‹Host=›']);
    const parent =
      'Resources:\n  Inner:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: stack.yaml\n      Parameters: {Kind: a}\n';
    const nested = analyse(
      [fileDocument('stack.yaml', text, 'cloudformation'), fileDocument('main.yaml', parent, 'cloudformation')],
      { readFile: () => undefined, listDirectory: () => [], singleFile: false, variableFiles: [] },
    );
    expect(nested.documents.map(shown)).toEqual(['true']);
  });

  test('Sub with a map of its own', () => {
    const text = server(
      'Fn::Base64:\n  Fn::Sub:\n    - "curl ${Url} ${Id}"\n    - Url: http://169.254.169.254/latest/meta-data/\n      Id: !Ref Other\n',
    );
    const { documents } = read(text);
    expect(documents.map(shown)).toEqual(['curl http://169.254.169.254/latest/meta-data/ ‹Other›']);
    expectPlaced(text, documents[0]!, ['curl ', 'http://169.254.169.254/latest/meta-data/']);
  });

  test('Join word by word, quotes opened in one element and closed in another', () => {
    const text = JSON.stringify(
      {
        Resources: {
          Web: {
            Type: 'AWS::EC2::Instance',
            Properties: {
              UserData: {
                'Fn::Base64': {
                  'Fn::Join': [
                    '',
                    [
                      '#!/bin/bash\n',
                      "curl -H 'X-aws-ec2-metadata-token: ",
                      { Ref: 'Token' },
                      "' http://169.254.169.254",
                      '/latest/',
                      'meta-data/\n',
                      'echo "',
                      { Ref: 'AWS::StackName' },
                      '"\n',
                    ],
                  ],
                },
              },
            },
          },
        },
      },
      null,
      2,
    );
    const { documents } = read(text, 'stack.json');
    expect(documents.map(shown)).toEqual([
      '#!/bin/bash\ncurl -H \'X-aws-ec2-metadata-token: ‹Token›\' http://169.254.169.254/latest/meta-data/\necho "‹AWS::StackName›"\n',
    ]);
    expectPlaced(text, documents[0]!, ['#!/bin/bash', "curl -H 'X-aws-ec2-metadata-token: ", 'meta-data/', 'echo ']);
    // The whole command, from its first word to its last.
    const start = documents[0]!.text.indexOf('curl');
    const place = documents[0]!.map.range(start, documents[0]!.text.indexOf('meta-data/') + 10);
    expect(text.slice(place.start, place.end)).toMatch(/^curl[^]*meta-data\/$/);
  });

  test('Join line by line', () => {
    const { documents } = read(
      server(
        'Fn::Base64: !Join\n  - "\\n"\n  - - "#!/bin/sh"\n    - !Sub "echo ${AWS::Region}"\n    - "curl 169.254.169.254"\n',
      ),
    );
    expect(documents.map(shown)).toEqual(['#!/bin/sh\necho ‹AWS::Region›\ncurl 169.254.169.254']);
  });

  test('each way in which a condition lets it come out', () => {
    const head = 'Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, a]}\n';
    const { documents, facts } = read(
      server(
        'Fn::Base64: !Join ["", ["start ", !If [C, "one", "two"], !If [C, " 1", " 2"], !If [C, !Ref "AWS::NoValue", "!"]]]\n',
        head,
      ),
    );
    expect(documents.map(shown).sort()).toEqual(['start one 1', 'start two 2!']);
    expect(facts).toHaveLength(1);
  });

  test('a look-up by Region is a placeholder, not a branching', () => {
    const { documents } = read(
      server(
        'Fn::Base64: !Sub ["echo ${V}", {V: !FindInMap [M, !Ref "AWS::Region", v]}]\n',
        'Mappings: {M: {us-east-1: {v: a}, eu-west-1: {v: b}}}\n',
      ),
    );
    expect(documents.map(shown)).toEqual(['echo ‹Fn::FindInMap›']);
  });

  test('that is passed in is unknown', () => {
    const { facts } = read(server('!Ref Script\n', 'Parameters: {Script: {Type: String}}\n'));
    expect(facts).toMatchObject([{ userData: { state: 'unknown' } }]);
  });

  test('of a template belongs to it', () => {
    const { documents, facts } = read(
      'Resources:\n  T:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        UserData:\n          Fn::Base64: |\n            echo ECS_CLUSTER=x >> /etc/ecs/ecs.config\n',
    );
    expect(documents).toMatchObject([{ launches: [facts[0]!.id] }]);
    expect(facts).toMatchObject([{ userData: { state: 'known' }, containers: {} }]);
  });
});

describe('scripts that resources carry', () => {
  test('AWS::CloudFormation::Init', () => {
    const text = `Resources:
  Web:
    Type: AWS::EC2::Instance
    Metadata:
      AWS::CloudFormation::Init:
        configSets: {all: [one]}
        one:
          commands:
            01_line: {command: !Sub "curl http://169.254.169.254/latest/meta-data/ \${AWS::Region}", test: "test -f /x"}
            02_words: {command: [bash, -c, "curl http://169.254.169.254/"]}
            03_windows: {command: !Join ["", ["powershell.exe -Command \\"", "Invoke-WebRequest x", "\\""]]}
          files:
            /usr/local/bin/id.sh:
              content: !Join ["\\n", ["#!/bin/bash", "curl http://169.254.169.254/latest/meta-data/instance-id"]]
            /etc/data.txt: {content: nothing to run}
`;
    const { documents, facts } = read(text);
    expect(documents.map((document) => [document.language, shown(document)])).toEqual([
      ['shell', 'curl http://169.254.169.254/latest/meta-data/ ‹AWS::Region›'],
      ['shell', 'test -f /x'],
      ['shell', 'curl http://169.254.169.254/'],
      ['powershell', 'Invoke-WebRequest x'],
      ['shell', '#!/bin/bash\ncurl http://169.254.169.254/latest/meta-data/instance-id'],
    ]);
    for (const document of documents) expect(document.launches).toEqual([facts[0]!.id]);
    expectPlaced(text, documents[0]!, ['curl http://169.254.169.254/latest/meta-data/']);
    expectPlaced(text, documents[3]!, ['Invoke-WebRequest x']);
  });

  test.each([
    ['AWS::Lambda::Function', '{Runtime: nodejs20.x, Code: {ZipFile: "fetch(u)"}}', 'javascript', 'fetch(u)'],
    [
      'AWS::Lambda::Function',
      '{Runtime: python3.12, Code: {ZipFile: !Join ["\\n", ["import os", "x()"]]}}',
      'python',
      'import os\nx()',
    ],
    ['AWS::Serverless::Function', '{InlineCode: "exports.handler = 1"}', 'javascript', 'exports.handler = 1'],
    ['AWS::CodeBuild::Project', '{Source: {BuildSpec: "version: 0.2"}}', 'yaml', 'version: 0.2'],
    ['AWS::ImageBuilder::Component', '{Data: !Sub "name: ${AWS::StackName}"}', 'yaml', 'name: ‹AWS::StackName›'],
    ['AWS::ImageBuilder::ContainerRecipe', '{DockerfileTemplateData: "FROM x"}', 'dockerfile', 'FROM x'],
    [
      'AWS::SageMaker::NotebookInstanceLifecycleConfig',
      '{OnStart: [{Content: {Fn::Base64: "curl x"}}]}',
      'user-data',
      'curl x',
    ],
    ['AWS::ECS::TaskDefinition', '{ContainerDefinitions: [{Command: [sh, -c, "curl x"]}]}', 'shell', 'curl x'],
    [
      'AWS::SSM::Association',
      '{Name: AWS-RunShellScript, Parameters: {commands: ["curl x", "curl y"]}}',
      'shell',
      'curl x\ncurl y',
    ],
  ])('%s %s', (type, properties, language, script) => {
    const { documents } = read(`Resources:\n  X:\n    Type: ${type}\n    Properties: ${properties}\n`);
    expect(documents.map((document) => [document.language, shown(document)])).toEqual([[language, script]]);
  });

  test('the runtime that SAM gives to all functions', () => {
    const { documents } = read(
      'Globals: {Function: {Runtime: python3.12}}\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {InlineCode: "x()"}\n',
    );
    expect(documents.map(({ language }) => language)).toEqual(['python']);
  });

  test('a Systems Manager document as a part of the template', () => {
    const { documents } = read(
      'Resources:\n  D:\n    Type: AWS::SSM::Document\n    Properties:\n      Content:\n        schemaVersion: "2.2"\n        mainSteps:\n          - action: aws:runShellScript\n            name: ids\n            inputs: {runCommand: ["#!/bin/bash", !Sub "curl http://169.254.169.254/latest/${AWS::Region}"]}\n',
    );
    expect(documents.map((document) => [document.language, shown(document)])).toEqual([
      ['shell', '#!/bin/bash\ncurl http://169.254.169.254/latest/‹AWS::Region›'],
    ]);
  });
});
