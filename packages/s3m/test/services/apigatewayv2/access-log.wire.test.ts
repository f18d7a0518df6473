import assert from 'node:assert/strict';
import test from 'node:test';
import { httpStage } from '../../../src/services/apigatewayv2/stage.ts';
import { addLambda, openHttpApi } from './http-api-fixture.ts';

const group = 'arn:aws:logs:us-east-1:000000000000:log-group:/http/access:*';
const fields = [
  'requestId',
  'routeKey',
  'status',
  'integrationStatus',
  'responseLength',
  'error.message',
  'path',
  'dataProcessed',
  'nothing',
];
const Format = `{${fields.map((name) => `"${name}":"$context.${name}"`).join(',')}}`;

test('Each request is a line of the access log, a dash for what has no value (AG-471, AG-595)', async () => {
  await using api = await openHttpApi({ stage: { AccessLogSettings: { DestinationArn: group, Format } } });
  await api.route('POST /x/{id}', addLambda(api, 'f').integration());
  const good = await api.send('/x/1', { method: 'POST', body: '123' });
  const bad = await api.send('/none');
  const lines = api.account.directory
    .find('logGroup', '/http/access')!
    .tail(10)
    .map(({ message }) => JSON.parse(message) as unknown);
  assert.deepEqual(lines, [
    {
      requestId: good.header('apigw-requestid'),
      routeKey: 'POST /x/{id}',
      status: '200',
      integrationStatus: '200',
      responseLength: '5',
      'error.message': '-',
      path: '/x/1',
      dataProcessed: '8',
      nothing: '-',
    },
    {
      requestId: bad.header('apigw-requestid'),
      routeKey: '-',
      status: '404',
      integrationStatus: '-',
      responseLength: '23',
      'error.message': 'Not Found',
      path: '/none',
      dataProcessed: '23',
      nothing: '-',
    },
  ]);
});

test('A format without the id of the request is refused (AG-470)', () => {
  const findings = httpStage.check!(
    { ApiId: 'a', StageName: 'prod', AccessLogSettings: { DestinationArn: group, Format: '$context.status' } },
    {},
  );
  assert.deepEqual(
    findings.map(({ property }) => property),
    ['AccessLogSettings.Format'],
  );
});
