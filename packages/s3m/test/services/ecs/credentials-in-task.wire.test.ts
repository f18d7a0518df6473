import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { probeNamespaces, type NamespaceProbe } from '../../../src/containers/probe-namespaces.ts';
import { createProcessRuntime } from '../../../src/containers/process-runtime.ts';
import { linkLocalOutlet } from '../../../src/services/ecs/link-local.ts';
import { credentialsPath, TaskCredentials } from '../../../src/services/ecs/task-credentials.ts';
import { container, get, imageOf, taskOf, temporaryDirectory } from '../../containers/task-fixture.ts';
import { fakeAccount } from '../fake-account.ts';

/** Asks AWS's own SDK for credentials, as a service would. */
const program = `
const { fromHttp } = require(process.env.PROVIDER);
require('node:http').createServer((request, response) => {
  fromHttp()().then((credentials) => response.end(JSON.stringify(credentials)), (error) => response.end('failed: ' + error.message));
}).listen(8080);
`;

const found = await probeNamespaces();
const ways: readonly (readonly [name: string, namespaces: NamespaceProbe, skip: string | false])[] = [
  ['in a network namespace', found, found.kind === 'none' ? found.why : false],
  ['without namespaces', { kind: 'none', why: 'this test says so' }, false],
];

describe("AWS's SDK in a task", () => {
  for (const [name, namespaces, skip] of ways) {
    test(`finds the credentials of the task's role by itself, ${name} (ECS-092)`, { skip }, async () => {
      await using account = await fakeAccount();
      using temporary = temporaryDirectory();
      const runtime = await createProcessRuntime({ stateDirectory: join(temporary.path, '.s3m'), exposeTasks: false, namespaces });
      const credentials = new TaskCredentials(account, 'arn:aws:iam::000000000000:role/Task', '0a1b');
      const image = imageOf(join(temporary.path, 'context'), {
        Dockerfile: 'FROM node\nWORKDIR /app\nCOPY app.cjs ./\nCMD ["node", "app.cjs"]',
        'app.cjs': program,
      });
      const environment = {
        AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: credentials.relativeUri,
        PROVIDER: createRequire(import.meta.url).resolve('@aws-sdk/credential-provider-http'),
      };
      const task = await runtime.start(
        taskOf([container(image, {}, environment)], { outlets: [linkLocalOutlet({ [credentialsPath]: credentials.handle })] }),
      );
      try {
        const { body } = await get(task, 8080);
        const { accessKeyId, sessionToken } = credentials.current();
        assert.match(body, /^\{/);
        const got = JSON.parse(body) as Record<string, unknown>;
        assert.deepEqual([got['accessKeyId'], got['sessionToken']], [accessKeyId, sessionToken]);
      } finally {
        await task.stop(() => Promise.resolve());
        await runtime.close();
      }
    });
  }
});
