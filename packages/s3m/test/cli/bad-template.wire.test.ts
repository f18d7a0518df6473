import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Problem } from '../../src/engine/problem.ts';
import { Command, failingUp, freePorts, projectOf, runCommand } from './command.ts';

interface Case {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  /** The whole problems; `file` is relative to the project. */
  readonly problems: readonly Omit<Problem, 'fault' | 'property' | 'stack' | 'logicalId'>[];
}

const bucket = (properties = ''): string => `Resources:\n  A:\n    Type: AWS::S3::Bucket\n${properties}`;

const cases: readonly Case[] = [
  {
    title: 'a template that is not there',
    files: {},
    args: ['-t', 'missing.yaml'],
    problems: [
      {
        code: 'NoSuchFile',
        message: 'There is no template at <project>/missing.yaml',
        fix: 'Give the path of a file or folder that exists.',
      },
    ],
  },
  {
    title: 'a file that is no template',
    files: { 'ci.yaml': 'name: ci\nsteps: [a]\n' },
    args: ['-t', 'ci.yaml'],
    problems: [
      {
        code: 'ValidationError',
        message: 'Invalid template property or properties [name, steps]',
        file: 'ci.yaml',
        line: 1,
        fix: 'Sections are AWSTemplateFormatVersion, Description, Metadata, Parameters, Rules, Mappings, Conditions, Transform, Hooks, Resources, Outputs',
      },
      {
        code: 'ValidationError',
        message: 'Template format error: At least one Resources member must be defined.',
        file: 'ci.yaml',
        line: 1,
        fix: 'Give the file that CloudFormation would deploy, or a cdk.out directory',
      },
    ],
  },
  {
    title: 'YAML that is not well-formed',
    files: { 'a.yaml': 'Resources:\n  A:\n    Type: AWS::S3::Bucket\n   Properties: {}\n' },
    args: ['-t', 'a.yaml'],
    problems: [
      {
        code: 'ValidationError',
        message: 'Template format error: YAML not well-formed. (line 4, column 1)',
        file: 'a.yaml',
        line: 4,
        fix: 'All mapping items must start at the same column',
      },
    ],
  },
  {
    title: 'JSON that is not well-formed',
    files: { 'a.json': '{\n "Resources": {\n  "A": { "Type": "AWS::S3::Bucket" },\n }\n}\n' },
    args: ['-t', 'a.json'],
    problems: [
      {
        code: 'ValidationError',
        message: 'Template format error: JSON not well-formed. (line 4, column 2)',
        file: 'a.json',
        line: 4,
        fix: 'Expected double-quoted property name',
      },
    ],
  },
  {
    title: 'a cycle',
    files: {
      'a.yaml': `${bucket('    DependsOn: B\n')}  B:\n    Type: AWS::S3::Bucket\n    DependsOn: A\n`,
    },
    args: ['-t', 'a.yaml'],
    problems: [
      {
        code: 'ValidationError',
        message: 'Circular dependency between resources: [A, B]',
        file: 'a.yaml',
        line: 2,
        fix: 'A -> B (DependsOn), B -> A (DependsOn)',
      },
    ],
  },
  {
    title: 'a reference to nothing',
    files: { 'a.yaml': `Parameters:\n  Name: {Type: String, Default: abc}\n${bucket('    Properties:\n      BucketName: !Ref Nmae\n')}` },
    args: ['-t', 'a.yaml'],
    problems: [
      {
        code: 'ValidationError',
        message: 'Template format error: Unresolved resource dependencies [Nmae] in the Resources block of the template',
        file: 'a.yaml',
        line: 7,
        fix: 'Did you mean Name?',
      },
    ],
  },
  {
    title: 'parameters without a value',
    files: { 'a.yaml': `Parameters:\n  Name: {Type: String}\n  Other: {Type: String}\n${bucket()}` },
    args: ['-t', 'a.yaml'],
    problems: [
      {
        code: 'ValidationError',
        message: 'Parameters: [Name, Other] must have values',
        file: 'a.yaml',
        line: 2,
        fix: 'Add --parameters Name=VALUE --parameters Other=VALUE',
      },
    ],
  },
  {
    title: 'a parameter with a value that is not allowed',
    files: { 'a.yaml': `Parameters:\n  Size: {Type: Number, AllowedValues: [1, 2]}\n${bucket()}` },
    args: ['-t', 'a.yaml', '-p', 'Size=3'],
    problems: [
      {
        code: 'ValidationError',
        message: "Parameter 'Size' must be one of AllowedValues",
        file: 'a.yaml',
        line: 2,
        fix: 'It is "3". Allowed: 1, 2',
      },
    ],
  },
  {
    title: 'a parameter that the template does not have',
    files: { 'a.yaml': `Parameters:\n  Size: {Type: Number, Default: 1}\n${bucket()}` },
    args: ['-t', 'a.yaml', '-p', 'Sizes=3'],
    problems: [
      { code: 'ValidationError', message: 'Parameters: [Sizes] do not exist in the template', fix: 'Parameters that can be given: Size' },
    ],
  },
  {
    title: 'an app that fails',
    files: { 'cdk.json': '{"app": "node app.mjs"}', 'app.mjs': 'console.error("TypeError: no such service");\nprocess.exit(7);\n' },
    args: [],
    problems: [
      {
        code: 'SynthesisFailed',
        message: 'The app does not synthesize: "node app.mjs" ended with exit code 7\n  TypeError: no such service',
        file: 'cdk.json',
        fix: 'Run it yourself in <project>: node app.mjs',
      },
    ],
  },
  {
    title: 'a command that fails and says nothing',
    files: {},
    args: ['--app', 'exit 7'],
    problems: [
      {
        code: 'SynthesisFailed',
        message: 'The app does not synthesize: "exit 7" ended with exit code 7',
        fix: 'Run it yourself in <project>: exit 7',
      },
    ],
  },
];

describe('bad input', { concurrency: 2 }, () => {
  for (const { title, files, args, problems } of cases) {
    test(`${title}: says what, where and how to mend it, for people and for programs, and leaves nothing`, async () => {
      using project = projectOf(files);
      const failure = await failingUp(project.path, args);
      assert.equal(failure.code, 1);
      assert.deepEqual(failure.strays, []);
      assert.deepEqual(
        failure.problems.map(({ code, message, file, line, fix, fault }) => ({ code, message, file, line, fix, fault })),
        problems.map(({ code, message, file, line, fix }) => ({
          code,
          message: message.replace('<project>', project.path),
          file: file === undefined ? undefined : join(project.path, file),
          line,
          fix: fix?.replace('<project>', project.path),
          fault: 'user',
        })),
      );
      for (const { file, line, fix } of problems) {
        if (file !== undefined) assert.ok(failure.text.includes(`      at ${file}${line === undefined ? '' : `:${line}`}\n`), failure.text);
        assert.ok(failure.text.includes(`      fix ${fix?.replace('<project>', project.path)}\n`), failure.text);
      }
      assert.ok(!failure.text.includes('fault of S3M'), failure.text);
      assert.ok(!existsSync(join(project.path, '.s3m', 'run.json')));
    });
  }

  test('the output of an app that fails is printed once: as it comes, not again in the error', async () => {
    using project = projectOf({
      'cdk.json': '{"app": "node app.mjs"}',
      'app.mjs': 'console.error("TypeError: no such service");\nprocess.exit(7);\n',
    });
    const { text } = await failingUp(project.path, []);
    assert.equal(text.split('TypeError: no such service').length, 2, text);
    assert.match(
      text,
      /error The app does not synthesize: "node app\.mjs" ended with exit code 7; its output stands above \[SynthesisFailed\]/,
    );
  });

  const unsupported = `Resources:
  Queue:
    Type: AWS::SQS::Queue
  Topic:
    Type: AWS::SNS::Topic
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      Nonsense: {A: 1}
Outputs:
  Url: {Value: !Ref Queue}
`;

  test('everything unsupported is told at once, with its line and the flag that accepts it', async () => {
    using project = projectOf({ 'a.yaml': unsupported });
    const { problems, code } = await failingUp(project.path, ['-t', 'a.yaml']);
    assert.equal(code, 1);
    assert.deepEqual(
      problems.map(({ code: kind, message, line, fix }) => [kind, message, line, fix]),
      [
        [
          'Unsupported',
          'Queue: resource type AWS::SQS::Queue is not supported',
          3,
          'Start without it, or accept that it does nothing here: --accept AWS::SQS::Queue',
        ],
        [
          'Unsupported',
          'Topic: resource type AWS::SNS::Topic is not supported',
          5,
          'Start without it, or accept that it does nothing here: --accept AWS::SNS::Topic',
        ],
        [
          'Unsupported',
          'Table: property Nonsense of AWS::DynamoDB::Table is not supported, and CloudFormation does not have it',
          12,
          'Leave it out, or accept that it does nothing here: --accept AWS::DynamoDB::Table.Nonsense',
        ],
      ],
    );
  });

  test('a type, a property or a word of Metadata S3M that is nearly right is told the right one', async () => {
    const misspelt = `Resources:
  Site:
    Type: AWS::S3::Buckt
  Files:
    Type: AWS::S3::Bucket
    Metadata: {S3M: {seed: []}}
    Properties: {BucketNme: files}
  Table:
    Type: AWS::DynamoDB::Table
    Metadata: {S3M: {sed: [{id: a}]}}
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
`;
    using project = projectOf({ 'a.yaml': misspelt });
    const { problems } = await failingUp(project.path, ['-t', 'a.yaml']);
    assert.deepEqual(
      problems.map(({ message, line, fix }) => [message, line, fix]),
      [
        [
          'Site: resource type AWS::S3::Buckt is not supported',
          3,
          'Did you mean AWS::S3::Bucket? Start without it, or accept that it does nothing here: --accept AWS::S3::Buckt',
        ],
        [
          'Files: property BucketNme of AWS::S3::Bucket is not supported, and CloudFormation does not have it',
          7,
          'Did you mean BucketName? Leave it out, or accept that it does nothing here: --accept AWS::S3::Bucket.BucketNme',
        ],
        ['Files: Metadata S3M of AWS::S3::Bucket has no "seed"', 6, 'Nothing is read there.'],
        ['Table: Metadata S3M of AWS::DynamoDB::Table has no "sed"', 10, 'Did you mean seed? Allowed: roles, seed.'],
      ],
    );
  });

  test('what is accepted by name starts, is told in the ready event, and has outputs', async () => {
    using project = projectOf({ 'a.yaml': unsupported });
    const accept = ['AWS::SQS::Queue', 'AWS::SNS::Topic', 'AWS::DynamoDB::Table.Nonsense'].flatMap((type) => ['--accept', type]);
    await using command = new Command(project.path, ['up', '-t', 'a.yaml', '--json', '--no-watch', ...accept, ...freePorts]);
    const { unsupported: accepted, stacks } = await command.ready();
    assert.deepEqual(accepted.map(({ logicalId }) => logicalId).sort(), ['Queue', 'Table', 'Topic']);
    assert.ok(String(stacks['a']?.outputs['Url']).startsWith('a-Queue-'));
    assert.deepEqual(command.strays, []);
  });

  for (const [title, args, says] of [
    ['an unknown flag', ['up', '--bogus'], "Unknown option '--bogus'"],
    ['an unknown verb', ['frob'], 'there is no verb "frob"'],
    ['a word where none is taken', ['up', 'template.yaml'], 'up takes no words, got: template.yaml'],
    ['both --app and --template', ['up', '--app', 'cdk.out', '--template', 'a.yaml'], 'Both --app and --template are given'],
    ['a port that is no number', ['up', '--port', 'api=x'], '--port api=x: expected a number from 0 to 65535'],
  ] as const) {
    test(`${title} is wrong usage: exit code 3 and what was given`, async () => {
      using project = projectOf();
      const { code, stderr, stdout } = await runCommand(project.path, args);
      assert.equal(code, 3, stderr);
      assert.ok(stderr.includes(says), stderr);
      assert.equal(stdout, '');
    });
  }
});
