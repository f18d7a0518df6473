import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as client from '@aws-sdk/client-cloudwatch-logs';
import { startEngine } from '../../src/engine/engine.ts';

test("a live tail of a function's group is found under the host that SDKs make for it, and ends with the engine", async () => {
  const directory = mkdtempSync(join(tmpdir(), 's3m-tail-'));
  const template = { Resources: { Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/aws/lambda/f' } } } };
  writeFileSync(join(directory, 'system.json'), JSON.stringify(template));
  const engine = await startEngine({ directory, template: 'system.json', ports: { aws: 0 } });
  const {
    AWS_ACCESS_KEY_ID: accessKeyId = '',
    AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
    AWS_SESSION_TOKEN: sessionToken = '',
  } = engine.account.developer;
  const asked: string[] = [];
  const agent = new Agent({
    lookup: (host, options, callback) => {
      asked.push(host);
      if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
      else callback(null, '127.0.0.1', 4);
    },
  });
  const api = new client.CloudWatchLogsClient({
    endpoint: engine.account.endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    maxAttempts: 1,
    requestHandler: { httpAgent: agent },
  });
  try {
    const logGroupIdentifiers = ['arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/f'];
    const { responseStream } = await api.send(new client.StartLiveTailCommand({ logGroupIdentifiers }));
    const seen: string[] = [];
    try {
      for await (const { sessionStart, sessionUpdate } of responseStream ?? []) {
        if (sessionStart !== undefined)
          engine.account.directory.find('logGroup', '/aws/lambda/f')?.put({ stream: 's', message: 'hello', timestamp: Date.now() });
        seen.push(...(sessionUpdate?.sessionResults ?? []).map(({ message = '' }) => message));
        if (seen.length > 0) await engine.close();
      }
    } catch {
      // The engine cut the connection.
    }
    assert.deepEqual([seen, asked], [['hello'], ['stream-127.0.0.1']]);
  } finally {
    api.destroy();
    await engine.close();
    rmSync(directory, { recursive: true, force: true });
  }
});
