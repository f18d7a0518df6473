import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { runWeather } from './running-weather.ts';

/** Takes dynamodb:GetItem from the policy of the authorizer's role. */
const withoutGetItem = `
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';
for (const child of stack.node.findAll()) {
  if (!(child instanceof CfnPolicy)) continue;
  const index = stack.resolve(child.policyDocument).Statement.findIndex(({ Action }) => Action === 'dynamodb:GetItem');
  if (index !== -1) child.addPropertyOverride('PolicyDocument.Statement.' + index + '.Action', 'dynamodb:DescribeTable');
}
`;

test("an authorizer whose role lacks dynamodb:GetItem denies everybody; its log has AWS's words, and the trace names the statement", async () => {
  await using weather = await runWeather({}, (directory) => appendFileSync(join(directory, 'infra', 'app.ts'), withoutGetItem));
  const { token } = await weather.app.token({ admin: true });
  const response = await weather.call('/weather/weatherforecast', token);
  await response.arrayBuffer();
  assert.ok([401, 403, 500].includes(response.status), String(response.status));
  const trace = weather.app.trace(response.headers.get('x-amzn-requestid') ?? '');
  assert.ok(trace);
  const line = trace.logs.find((each) => each.startsWith('IAM: ')) ?? '';
  const text =
    /User: (arn:aws:sts::000000000000:assumed-role\/Weather-\S+\/Weather-\S+) is not authorized to perform: dynamodb:GetItem on resource: (arn:aws:dynamodb:us-east-1:000000000000:table\/\S+) because no identity-based policy allows the dynamodb:GetItem action/;
  const [, , table] = text.exec(line) ?? [];
  assert.ok(table, trace.logs.join('\n'));
  assert.ok(line.endsWith(`Missing in its identity-based policy: {"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"${table}"}`));
  const logged = weather.events.flatMap((event) => (event.event === 'log' ? [event.message] : []));
  assert.ok(
    logged.some((message) => message.includes('AccessDeniedException') && text.test(message)),
    logged.join('\n'),
  );
  assert.equal(trace.integration, undefined, 'nothing came to the service');
});
