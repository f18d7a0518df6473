import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test } from 'node:test';
import { restHandler } from '../../src/services/rest-json-service.ts';
import { fakeAccount } from './fake-account.ts';
import { provideRole, roleCaller } from './role-caller.ts';

test('However a path is written, leave is asked for what it names (IAM-001)', async () => {
  await using account = await fakeAccount({});
  const resource = ['things/a', 'things', 'tags/arn%3Ab'].map((path) => `arn:aws:apigateway:us-east-1::/${path}`);
  provideRole(account, 'reader', [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: 'apigateway:GET', Resource: resource },
  ]);
  const run = (): { status: number } => ({ status: 200 });
  const operations = ['/things', '/things/{id}', '/tags/{arn}'].map((path) => ({ name: path, method: 'GET', path, run }));
  const handler = restHandler(account, { name: 'apigateway', operations });
  const statusOf = (url: string): Promise<number> =>
    new Promise((resolve) => {
      const response = { writeHead: (status: number) => resolve(status), end: () => {} } as unknown as ServerResponse;
      const call = { caller: roleCaller('reader'), accessKeyId: 'ASIAX', body: Buffer.alloc(0) };
      handler({ method: 'GET', url, headers: {} } as IncomingMessage, response, call);
    });
  const urls = ['/things/a', '/things/%61', '/things/a/', '/things/', '/tags/arn:b', '/tags/arn%3ab', '/things/b'];
  assert.deepEqual(await Promise.all(urls.map(statusOf)), [403, 403, 403, 403, 403, 403, 200]);
});
