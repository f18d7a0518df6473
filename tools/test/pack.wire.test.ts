import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const root = join(import.meta.dirname, '..', '..');
const installed = join(root, 'node_modules');
const own = new Set(['s3m', '@s3m']);
const project = mkdtempSync(join(tmpdir(), 's3m-consumer-'));

/** A project that has the published packages, and what they depend on. */
before(() => {
  const archives = join(project, 'archives');
  execFileSync(process.execPath, [join(root, 'tools', 'pack.ts'), archives], { stdio: ['ignore', 'ignore', 'inherit'] });
  const modules = join(project, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(installed)) if (!own.has(name)) symlinkSync(join(installed, name), join(modules, name));
  for (const [name, archive] of [
    ['s3m', 's3m-0.1.0.tgz'],
    ['@s3m/authorizer', 's3m-authorizer-0.1.0.tgz'],
    ['@s3m/constructs', 's3m-constructs-0.1.0.tgz'],
  ] as const) {
    const folder = join(modules, name);
    mkdirSync(folder, { recursive: true });
    execFileSync('tar', ['-xzf', join(archives, archive), '--strip-components=1', '-C', folder]);
  }
  writeFileSync(join(project, 'package.json'), '{"type": "module"}');
});
after(() => rmSync(project, { recursive: true, force: true }));

const template = {
  Resources: {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'packed' } },
    Get: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
        HttpMethod: 'GET',
        AuthorizationType: 'NONE',
        Integration: {
          Type: 'MOCK',
          RequestTemplates: { 'application/json': '{"statusCode": 200}' },
          IntegrationResponses: [{ StatusCode: '200', ResponseTemplates: { 'application/json': 'from the package' } }],
        },
        MethodResponses: [{ StatusCode: '200' }],
      },
    },
    Deployment: { Type: 'AWS::ApiGateway::Deployment', DependsOn: 'Get', Properties: { RestApiId: { Ref: 'Api' } } },
    Stage: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { RestApiId: { Ref: 'Api' }, DeploymentId: { Ref: 'Deployment' }, StageName: 'prod' },
    },
  },
  Outputs: { Url: { Value: { 'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${Stage}' } } },
};

function node(...args: readonly string[]): ReturnType<typeof spawnSync> {
  return spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8', timeout: 60_000, env: { ...process.env, NO_COLOR: '1' } });
}

test('the published command runs a template', () => {
  writeFileSync(join(project, 'template.json'), JSON.stringify(template));
  const call = 'const answer = await fetch(process.env.S3M_OUTPUT_TEMPLATE_URL); console.log(answer.status, await answer.text())';
  const ports = ['--port', 'aws=0', '--port', 'api=0', '--port', 'site=0'];
  const run = node('node_modules/s3m/bin/s3m.cjs', 'exec', '--template', 'template.json', ...ports, '--', process.execPath, '-e', call);
  assert.equal(run.status, 0, String(run.stderr));
  assert.match(String(run.stdout), /200 from the package/);
});

test('the published library runs it too, and stops it', () => {
  writeFileSync(
    join(project, 'library.mjs'),
    `import { up } from 's3m';
     await using app = await up({ directory: '.', template: 'template.json', ports: { aws: 0, api: 0 } });
     const [api] = Object.values(app.describe().endpoints.apis);
     const answer = await fetch(Object.values(api.stages)[0]);
     console.log(answer.status, await answer.text());`,
  );
  const run = node('library.mjs');
  assert.equal(run.stdout, '200 from the package\n', String(run.stderr));
  assert.equal(run.status, 0);
});

test('the published constructs and the authorizer load as plain JavaScript', () => {
  const run = node(
    '--input-type=module',
    '-e',
    "import { S3m } from '@s3m/constructs'; import { createAuthorizer } from '@s3m/authorizer'; console.log(typeof S3m, typeof createAuthorizer)",
  );
  assert.equal(run.stdout, 'function function\n', String(run.stderr));
});

test('the declarations say what the options are', () => {
  writeFileSync(
    join(project, 'consumer.ts'),
    `import { up, type App } from 's3m';
     import { createAuthorizer } from '@s3m/authorizer';
     import { S3m } from '@s3m/constructs';
     export const app: Promise<App> = up({ directory: '.' });
     export const construct: typeof S3m = S3m;
     export const create: typeof createAuthorizer = createAuthorizer;
     // @ts-expect-error a number is no directory
     export const wrong: Promise<App> = up({ directory: 1 });
     // @ts-expect-error there is nothing of this name
     export const nothing = construct.nothing;
     // @ts-expect-error an authorizer is made of settings
     create(1);`,
  );
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        target: 'es2024',
        lib: ['es2024', 'esnext.disposable'],
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        types: ['node'],
      },
      files: ['consumer.ts'],
    }),
  );
  const run = node(join(installed, 'typescript', 'bin', 'tsc'), '-p', '.');
  assert.equal(run.stdout, '');
  assert.equal(run.status, 0);
});
