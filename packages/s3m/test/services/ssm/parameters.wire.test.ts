import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  SSMClient,
  UnlabelParameterVersionCommand,
  type PutParameterCommandInput,
} from '@aws-sdk/client-ssm';
import type * as client from '@aws-sdk/client-ssm';
import { parameter } from '../../../src/services/ssm/parameter.ts';
import { parametersOf } from '../../../src/services/ssm/parameter-store.ts';
import { serveSsm } from '../../../src/services/ssm/serve-ssm.ts';
import { openSqliteState } from '../../../src/state/sqlite-state.ts';
import { refusal, RefusingState } from '../../state/refusing-state.ts';
import { clientOf, failureOf } from '../aws-client.ts';
import { createContext, fakeAccount, type FakeAccount, type FakeAccountOptions } from '../fake-account.ts';
import { provideRole, roleCaller } from '../role-caller.ts';

async function openSsm(
  options: FakeAccountOptions = {},
): Promise<{ readonly account: FakeAccount; readonly ssm: SSMClient } & AsyncDisposable> {
  const account = await fakeAccount({ sockets: true, ...options });
  account.endpoint.handle('ssm', serveSsm(account));
  const opened = clientOf(account, SSMClient);
  return {
    account,
    ssm: opened,
    async [Symbol.asyncDispose]() {
      opened.destroy();
      await account[Symbol.asyncDispose]();
    },
  };
}

const put = (of: SSMClient, Name: string, Value: string, more: Partial<PutParameterCommandInput> = {}): Promise<unknown> =>
  of.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }));

suite('SSM parameters', () => {
  test('a parameter is put, read by name, version and ARN, and put again', async () => {
    await using opened = await openSsm();
    assert.deepEqual(await put(opened.ssm, '/team/limit', '5').then(withoutMetadata), { Tier: 'Standard', Version: 1 });
    await put(opened.ssm, '/team/limit', '6', { Overwrite: true });
    const { Parameter: latest } = await opened.ssm.send(new GetParameterCommand({ Name: '/team/limit' }));
    const { LastModifiedDate: modified, ...rest } = latest!;
    assert.equal(modified?.getTime(), opened.account.clock.now());
    assert.deepEqual(rest, {
      Name: '/team/limit',
      Type: 'String',
      Value: '6',
      Version: 2,
      ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/team/limit',
      DataType: 'text',
    });
    const { Parameter: first } = await opened.ssm.send(new GetParameterCommand({ Name: '/team/limit:1' }));
    assert.deepEqual([first?.Value, first?.Selector], ['5', ':1']);
    const byArn = await opened.ssm.send(new GetParameterCommand({ Name: 'arn:aws:ssm:us-east-1:000000000000:parameter/team/limit' }));
    assert.equal(byArn.Parameter?.Value, '6');
    const history = await opened.ssm.send(new GetParameterHistoryCommand({ Name: '/team/limit' }));
    assert.deepEqual(
      history.Parameters?.map(({ Version, Value, LastModifiedUser }) => [Version, Value, LastModifiedUser]),
      [
        [1, '5', 'arn:aws:iam::000000000000:user/developer'],
        [2, '6', 'arn:aws:iam::000000000000:user/developer'],
      ],
    );
  });

  test('a SecureString is shown only with WithDecryption', async () => {
    await using opened = await openSsm();
    await put(opened.ssm, 'secret', 'open sesame', { Type: 'SecureString' });
    const closed = await opened.ssm.send(new GetParameterCommand({ Name: 'secret' }));
    assert.match(closed.Parameter?.Value ?? '', /^AQICAHh/);
    const open = await opened.ssm.send(new GetParameterCommand({ Name: 'secret', WithDecryption: true }));
    assert.equal(open.Parameter?.Value, 'open sesame');
  });

  test('several are read at once, and those that are not there are named', async () => {
    await using opened = await openSsm();
    await put(opened.ssm, 'a', '1');
    await put(opened.ssm, 'b', '2');
    const answer = await opened.ssm.send(new GetParametersCommand({ Names: ['a', 'b', 'c', 'a:7'] }));
    assert.deepEqual(
      answer.Parameters?.map(({ Value }) => Value),
      ['1', '2'],
    );
    assert.deepEqual(answer.InvalidParameters, ['c', 'a:7']);
  });

  test('a path has one level, or with Recursive all below it, in pages', async () => {
    await using opened = await openSsm();
    for (const name of ['/app/a', '/app/b', '/app/deep/c', '/application/d']) await put(opened.ssm, name, name);
    const names = async (more: object): Promise<readonly (string | undefined)[] | undefined> =>
      (await opened.ssm.send(new GetParametersByPathCommand({ Path: '/app', ...more }))).Parameters?.map(({ Name }) => Name);
    assert.deepEqual(await names({}), ['/app/a', '/app/b']);
    assert.deepEqual(await names({ Recursive: true }), ['/app/a', '/app/b', '/app/deep/c']);
    const first = await opened.ssm.send(new GetParametersByPathCommand({ Path: '/app/', MaxResults: 1 }));
    assert.deepEqual(await names({ MaxResults: 1, NextToken: first.NextToken }), ['/app/b']);
    assert.deepEqual(await names({ ParameterFilters: [{ Key: 'Type', Values: ['StringList'] }] }), []);
  });

  test('a label moves from version to version', async () => {
    await using opened = await openSsm();
    await put(opened.ssm, 'x', '1');
    await put(opened.ssm, 'x', '2', { Overwrite: true });
    const label = (ParameterVersion: number, Labels: string[]) =>
      opened.ssm.send(new LabelParameterVersionCommand({ Name: 'x', ParameterVersion, Labels }));
    assert.deepEqual((await label(1, ['prod', '1st', 'aws-mine'])).InvalidLabels, ['1st', 'aws-mine']);
    const read = async (): Promise<string | undefined> =>
      (await opened.ssm.send(new GetParameterCommand({ Name: 'x:prod' }))).Parameter?.Value;
    assert.equal(await read(), '1');
    await label(2, ['prod']);
    assert.equal(await read(), '2');
    await opened.ssm.send(new UnlabelParameterVersionCommand({ Name: 'x', ParameterVersion: 2, Labels: ['prod'] }));
    assert.deepEqual(await failureOf(read()), [
      'ParameterVersionNotFound',
      'Systems Manager could not find label prod for parameter x. Verify the label and try again.',
    ]);
  });

  test('parameters are described by filters, tagged and deleted', async () => {
    await using opened = await openSsm();
    await put(opened.ssm, '/a/one', '1', { Description: 'first', Tags: [{ Key: 'team', Value: 'red' }] });
    await put(opened.ssm, '/a/two', 'x,y', { Type: 'StringList' });
    const names = async (ParameterFilters: client.ParameterStringFilter[]): Promise<unknown> =>
      (await opened.ssm.send(new DescribeParametersCommand({ ParameterFilters }))).Parameters?.map(({ Name }) => Name);
    assert.deepEqual(await names([]), ['/a/one', '/a/two']);
    assert.deepEqual(await names([{ Key: 'Name', Option: 'Contains', Values: ['tw'] }]), ['/a/two']);
    assert.deepEqual(await names([{ Key: 'tag:team', Values: ['red'] }]), ['/a/one']);
    const tagged = { ResourceType: 'Parameter' as const, ResourceId: '/a/two' };
    await opened.ssm.send(
      new AddTagsToResourceCommand({
        ...tagged,
        Tags: [
          { Key: 'k', Value: 'v' },
          { Key: 'l', Value: 'w' },
        ],
      }),
    );
    await opened.ssm.send(new RemoveTagsFromResourceCommand({ ...tagged, TagKeys: ['l'] }));
    assert.deepEqual((await opened.ssm.send(new ListTagsForResourceCommand(tagged))).TagList, [{ Key: 'k', Value: 'v' }]);
    await opened.ssm.send(new DeleteParameterCommand({ Name: '/a/one' }));
    const deleted = await opened.ssm.send(new DeleteParametersCommand({ Names: ['/a/one', '/a/two'] }));
    assert.deepEqual([deleted.DeletedParameters, deleted.InvalidParameters], [['/a/two'], ['/a/one']]);
    assert.deepEqual(opened.account.directory.list('parameter'), []);
  });

  const refused: readonly (readonly [what: string, PutParameterCommandInput, code: string, message: RegExp])[] = [
    [
      'a name that is taken',
      { Name: 'taken', Value: 'x', Type: 'String' },
      'ParameterAlreadyExists',
      /^The parameter already exists\. To overwrite/,
    ],
    ['no type', { Name: 'x', Value: 'x' }, 'ValidationException', /^A parameter type is required when you create a parameter\.$/],
    [
      'a reserved name',
      { Name: '/aws/x', Value: 'x', Type: 'String' },
      'AccessDeniedException',
      /^No access to reserved parameter name: \/aws\/x\.$/,
    ],
    ['a reserved prefix', { Name: 'ssmx', Value: 'x', Type: 'String' }, 'ValidationException', /can't be prefixed with "aws" or "ssm"/],
    [
      'a path that does not begin with a slash',
      { Name: 'a/b', Value: 'x', Type: 'String' },
      'ValidationException',
      /must be a fully qualified name/,
    ],
    [
      'a path of 16 levels',
      { Name: '/a'.repeat(16), Value: 'x', Type: 'String' },
      'HierarchyLevelLimitExceededException',
      /maximum of 15 levels/,
    ],
    [
      'a value over 4 KB',
      { Name: 'x', Value: 'x'.repeat(4097), Type: 'String' },
      'ValidationException',
      /^Standard tier parameters support a maximum parameter value of 4096/,
    ],
    [
      'an advanced value over 8 KB',
      { Name: 'x', Value: 'x'.repeat(8193), Type: 'String', Tier: 'Advanced' },
      'ValidationException',
      /^Advanced tier parameters support .* 8192/,
    ],
    [
      'a value against its pattern',
      { Name: 'x', Value: 'x', Type: 'String', AllowedPattern: '^\\d+$' },
      'ParameterPatternMismatchException',
      /allowedPattern: \^\\d\+\$$/,
    ],
    [
      'a pattern that would hold the engine up',
      { Name: 'x', Value: `${'a'.repeat(60)}!`, Type: 'String', AllowedPattern: '^(a+)+$' },
      'InvalidAllowedPatternException',
      /regular expression requirement/,
    ],
    [
      'tags with overwrite',
      { Name: 'taken', Value: 'x', Overwrite: true, Tags: [] },
      'ValidationException',
      /tags and overwrite can't be used together/,
    ],
    ['a key of KMS', { Name: 'x', Value: 'x', Type: 'SecureString', KeyId: 'alias/mine' }, 'UnsupportedOperation', /there is no KMS/],
    ['policies', { Name: 'x', Value: 'x', Type: 'String', Policies: '[]' }, 'UnsupportedOperation', /^Policies of PutParameter/],
    [
      'a long description',
      { Name: 'x', Value: 'x', Description: 'x'.repeat(1025) },
      'ValidationException',
      /at 'description' failed .* less than or equal to 1024$/,
    ],
  ];
  for (const [what, input, code, message] of refused) {
    test(`PutParameter refuses ${what}`, async () => {
      await using opened = await openSsm();
      await put(opened.ssm, 'taken', '1');
      const [name, text] = await failureOf(opened.ssm.send(new PutParameterCommand(input)));
      assert.equal(name, code);
      assert.match(text, message);
    });
  }

  test("what is missing, and what is AWS's own, is told", async () => {
    await using opened = await openSsm();
    assert.equal((await failureOf(opened.ssm.send(new GetParameterCommand({ Name: 'no' }))))[0], 'ParameterNotFound');
    const [code, text] = await failureOf(opened.ssm.send(new GetParameterCommand({ Name: '/aws/service/ami-amazon-linux-latest/x' })));
    assert.equal(code, 'UnsupportedOperation');
    assert.match(text, /public parameter \/aws\/service\/ami-amazon-linux-latest\/x is one of AWS's own/);
  });

  test('a role reads what its policy allows and nothing else (IAM-030)', async () => {
    await using opened = await openSsm({ caller: roleCaller('Reader') });
    provideRole(opened.account, 'Reader', [
      { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: 'arn:aws:ssm:us-east-1:000000000000:parameter/team/*' },
    ]);
    await parametersOf(opened.account).put('/team/a', {
      type: 'String',
      value: '1',
      tier: 'Standard',
      dataType: 'text',
      modifiedBy: 'somebody',
    });
    assert.equal((await opened.ssm.send(new GetParameterCommand({ Name: '/team/a' }))).Parameter?.Value, '1');
    assert.deepEqual(await failureOf(opened.ssm.send(new GetParameterCommand({ Name: '/other' }))), [
      'AccessDeniedException',
      'User: arn:aws:sts::000000000000:assumed-role/Reader/x is not authorized to perform: ssm:GetParameter on resource: arn:aws:ssm:us-east-1:000000000000:parameter/other because no identity-based policy allows the ssm:GetParameter action',
    ]);
  });

  test('a parameter of the template is there, and a value put by hand stays until the template says another', async () => {
    await using opened = await openSsm();
    const properties = { Name: '/t/p', Type: 'String', Value: 'template', Tags: { a: 'b' } };
    const created = await parameter.create(createContext(opened.account, parameter, { logicalId: 'P', properties }));
    await put(opened.ssm, '/t/p', 'by hand', { Overwrite: true });
    const read = async (): Promise<unknown> => (await opened.ssm.send(new GetParameterCommand({ Name: '/t/p' }))).Parameter?.Value;
    const update = (Value: string) =>
      created.update!(createContext(opened.account, parameter, { logicalId: 'P', properties: { ...properties, Value } }));
    await update('template');
    assert.equal(await read(), 'by hand');
    await update('another');
    assert.equal(await read(), 'another');
    await created.delete();
    assert.equal((await failureOf(read()))[0], 'ParameterNotFound');
  });

  test('with --persist parameters are there again after a restart', async () => {
    await using home = await fakeAccount();
    const directory = `${home.stateDirectory}/kept`;
    for (const round of [1, 2]) {
      const state = await openSqliteState(directory);
      await using opened = await openSsm({ state });
      if (round === 1) await put(opened.ssm, 'kept', 'value');
      else assert.equal((await opened.ssm.send(new GetParameterCommand({ Name: 'kept' }))).Parameter?.Value, 'value');
      await state.close();
    }
  });

  test('a change that the disk refuses is an InternalServerError, and nothing of it is seen', async () => {
    const state = new RefusingState();
    await using opened = await openSsm({ state });
    const read = async (): Promise<readonly unknown[]> => {
      const { Parameter } = await opened.ssm.send(new GetParameterCommand({ Name: 'a' }));
      return [Parameter?.Value, Parameter?.Version];
    };
    await put(opened.ssm, 'a', 'one');
    state.refuses = true;
    const calls = [
      put(opened.ssm, 'a', 'two', { Overwrite: true }),
      put(opened.ssm, 'new', 'x'),
      opened.ssm.send(new DeleteParameterCommand({ Name: 'a' })),
      opened.ssm.send(new LabelParameterVersionCommand({ Name: 'a', Labels: ['l'] })),
      opened.ssm.send(new AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: 'a', Tags: [{ Key: 'k', Value: 'v' }] })),
    ];
    for (const call of calls) assert.deepEqual(await failureOf(call), ['InternalServerError', refusal]);
    assert.deepEqual(await read(), ['one', 1]);
    assert.equal((await failureOf(opened.ssm.send(new GetParameterCommand({ Name: 'new' }))))[0], 'ParameterNotFound');
    assert.equal((await failureOf(opened.ssm.send(new GetParameterCommand({ Name: 'a:l' }))))[0], 'ParameterVersionNotFound');
    const { TagList: tags } = await opened.ssm.send(new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: 'a' }));
    assert.deepEqual(tags, []);
    state.refuses = false;
    await put(opened.ssm, 'a', 'two', { Overwrite: true });
    assert.deepEqual(await read(), ['two', 2]);
  });

  test('of two calls at once that make one parameter, one finds that the other did; versions that come at once are all there', async () => {
    await using opened = await openSsm({ state: new RefusingState() });
    const made = await Promise.allSettled([put(opened.ssm, 'a', '1'), put(opened.ssm, 'a', '2')]);
    assert.deepEqual(made.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    await Promise.all(Array.from({ length: 8 }, () => put(opened.ssm, 'a', 'x', { Overwrite: true })));
    const { Parameters: history = [] } = await opened.ssm.send(new GetParameterHistoryCommand({ Name: 'a' }));
    assert.deepEqual(
      history.map(({ Version }) => Version),
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
  });
});

function withoutMetadata(answer: unknown): object {
  const { $metadata: _, ...rest } = answer as Record<string, unknown>;
  return rest;
}
