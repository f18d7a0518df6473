import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ContainerDefinition } from '../../src/capabilities/task-definition.ts';
import { resolveLocalCommand } from '../../src/containers/local-command.ts';
import type { LocalCommand } from '../../src/containers/local-command.ts';
import { ProcessImages } from '../../src/containers/process-image.ts';
import type { ProcessImage } from '../../src/containers/process-image.ts';
import { TaskStartFailure } from '../../src/containers/task-runtime.ts';
import { container, imageOf, isAlive, temporaryDirectory, until } from './task-fixture.ts';

type Files = Readonly<Record<string, string>>;

async function resolved(
  directory: string,
  files: Files,
  definition: Partial<ContainerDefinition> = {},
  environment: Files = {},
): Promise<LocalCommand & { readonly image: ProcessImage }> {
  const spec = container(imageOf(join(directory, 'context'), files), definition, environment);
  const image = await new ProcessImages(join(directory, '.s3m')).prepare(spec.image!, definition.local, () => {});
  return { ...resolveLocalCommand(spec, image, (volume) => join('/volumes', volume)), image };
}

function failsWith(stoppedReason: RegExp, ...messages: readonly RegExp[]): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof TaskStartFailure);
    assert.match(error.stoppedReason, stoppedReason);
    for (const message of messages) assert.match(error.message, message);
    return true;
  };
}

test('Files are followed through stages back to the build context', async () => {
  using directory = temporaryDirectory();
  const {
    argv,
    directory: cwd,
    image,
  } = await resolved(directory.path, {
    Dockerfile: `
FROM node:26-slim AS test
WORKDIR /src
COPY . .
RUN node --test
FROM node:26-slim
WORKDIR /app
COPY --from=test /src/package*.json /src/server.ts ./
COPY --from=0 /src/lib /app/library/
ENV PORT=8080
CMD ["node", "server.ts"]`,
    'package.json': '{"type":"module"}',
    'server.ts': 'server',
    'lib/deep/a.ts': 'a',
  });
  assert.deepEqual(argv, [process.execPath, 'server.ts']);
  assert.equal(cwd, join(image.root, 'app'));
  assert.equal(readFileSync(join(cwd, 'server.ts'), 'utf8'), 'server');
  assert.equal(readFileSync(join(cwd, 'library/deep/a.ts'), 'utf8'), 'a');
  assert.ok(existsSync(join(cwd, 'package.json')));
});

test('An image is assembled once, also across starts of the engine', async () => {
  using directory = temporaryDirectory();
  const files = { Dockerfile: 'FROM node\nCOPY server.js /\nCMD ["node","server.js"]', 'server.js': 'first' };
  const first = await resolved(directory.path, files);
  imageOf(join(directory.path, 'context'), { 'server.js': 'changed under the same hash' });
  const image = imageOf(join(directory.path, 'elsewhere'), files);
  const again = await new ProcessImages(join(directory.path, '.s3m')).prepare(
    { ...image, directory: join(directory.path, 'context') },
    undefined,
    () => {},
  );
  assert.equal(again.root, first.image.root);
  assert.equal(readFileSync(join(again.root, 'server.js'), 'utf8'), 'first');
});

test('Absolute paths of the image are found in the assembled directory', async () => {
  using directory = temporaryDirectory();
  const { argv, environment, image } = await resolved(directory.path, {
    Dockerfile:
      'FROM node\nCOPY a /srv/a\nENV CONFIG=/srv/a/config.json OTHER=/etc/none\nENTRYPOINT ["/usr/local/bin/node"]\nCMD ["/srv/a/server.js"]',
    'a/server.js': '',
    'a/config.json': '{}',
  });
  assert.deepEqual(argv, [process.execPath, join(image.root, 'srv/a/server.js')]);
  assert.equal(environment['CONFIG'], join(image.root, 'srv/a/config.json'));
  assert.equal(environment['OTHER'], '/etc/none');
});

test("The task definition's entryPoint makes the image's CMD void, its command replaces it", async () => {
  using directory = temporaryDirectory();
  const files = { Dockerfile: 'FROM node\nCOPY *.js /\nENTRYPOINT ["node"]\nCMD ["a.js"]', 'a.js': '', 'b.js': '' };
  assert.deepEqual((await resolved(directory.path, files, { command: ['b.js'] })).argv, [process.execPath, 'b.js']);
  assert.deepEqual((await resolved(directory.path, files, { entryPoint: ['node', 'b.js'] })).argv, [process.execPath, 'b.js']);
});

test('A script that a RUN step makes is named with the lines, and the Metadata that answers it', async () => {
  using directory = temporaryDirectory();
  const files = {
    Dockerfile:
      'FROM node AS build\nWORKDIR /src\nCOPY . .\nRUN npm ci && npm run build\nFROM node\nWORKDIR /app\nCOPY --from=build /src/dist ./dist\nCMD ["node", "dist/server.js"]',
    'src/server.ts': '',
  };
  await assert.rejects(
    resolved(directory.path, files),
    failsWith(
      /^CannotStartContainerError: exec: "dist\/server\.js": no such file/,
      /line 7 of Dockerfile \(COPY --from=build \/src\/dist \.\/dist\)/,
      /line 4 \(RUN npm ci && npm run build\)/,
      /S3M: \{"build": "npm ci && npm run build"\}/,
    ),
  );
});

test("The Metadata's build is run in a copy of the build context, once, and its result is found through the stages", async () => {
  using directory = temporaryDirectory();
  const files = {
    Dockerfile:
      'FROM node AS build\nWORKDIR /src\nCOPY . .\nRUN npm run build\nFROM node\nWORKDIR /app\nCOPY --from=build /src/dist ./dist\nCMD ["node", "dist/server.js"]',
    'server.ts': 'made',
  };
  const local = { build: 'mkdir dist && cp server.ts dist/server.js' };
  const { directory: cwd } = await resolved(directory.path, files, { local });
  assert.equal(readFileSync(join(cwd, 'dist/server.js'), 'utf8'), 'made');
  assert.ok(!existsSync(join(directory.path, 'context/dist')), 'the build context stays as it is');
});

test('A build that fails says what it said', async () => {
  using directory = temporaryDirectory();
  const files = { Dockerfile: 'FROM node\nCOPY . /\nCMD ["node", "a.js"]', 'a.js': '' };
  await assert.rejects(
    resolved(directory.path, files, { local: { build: 'echo no compiler >&2; exit 7' } }),
    failsWith(/build failed: ended with exit code 7/, /no compiler/),
  );
});

test("The Metadata's command and directory replace the Dockerfile's", async () => {
  using directory = temporaryDirectory();
  const files = { Dockerfile: 'FROM node\nCOPY . /\nCMD ["node", "none.js"]', 'src/main.ts': '' };
  const { argv, directory: cwd } = await resolved(directory.path, files, { local: { command: ['node', 'main.ts'], directory: 'src' } });
  assert.deepEqual(argv, [process.execPath, 'main.ts']);
  assert.equal(cwd, join(directory.path, 'context/src'));
});

for (const [title, copies, command, ...patterns] of [
  ['a script', 'COPY --from=build /src ./', 'dist/server.js', /dist\/server\.js.*line 5 \(RUN npm run build\) may make it/],
  ['a package', 'COPY --from=build /src ./', 'a.js', /node_modules\/no-such-package-anywhere.*line 4 \(RUN npm ci\) may make it/],
  [
    'a script in a directory that is there',
    'COPY --from=build /src/dist ./dist',
    'dist/server.js',
    /line 5 \(RUN npm run build\) may make it/,
  ],
  [
    'a script of a stage that the final one begins with',
    'COPY --from=build /src/package.json ./\nFROM 1',
    'dist/server.js',
    /line 5 \(RUN npm run build\) may make it/,
  ],
] as const) {
  test(`The RUN step of an earlier stage that would make ${title} is named`, async () => {
    using directory = temporaryDirectory();
    const files = {
      Dockerfile: `FROM node AS build\nWORKDIR /src\nCOPY . .\nRUN npm ci\nRUN npm run build\nFROM node\nWORKDIR /app\n${copies}\nCMD ["node", "${command}"]`,
      'package.json': '{"dependencies":{"no-such-package-anywhere":"1"}}',
      'a.js': '',
      'dist/other.js': '',
    };
    await assert.rejects(resolved(directory.path, files), failsWith(/^CannotStartContainerError: /, ...patterns, /"build": "npm /));
  });
}

test('A bundle that is copied from an earlier stage needs none of the packages that its RUN step installs', async () => {
  using directory = temporaryDirectory();
  const { argv } = await resolved(directory.path, {
    Dockerfile:
      'FROM node AS build\nWORKDIR /src\nCOPY . .\nRUN npm ci\nFROM node\nWORKDIR /app\nCOPY package.json .\nCOPY --from=build /src/dist ./dist\nCMD ["node", "dist/server.js"]',
    'package.json': '{"dependencies":{"no-such-package-anywhere":"1"}}',
    'dist/server.js': '',
  });
  assert.deepEqual(argv, [process.execPath, 'dist/server.js']);
});

test('Packages that RUN installs and that are nowhere here are named', async () => {
  using directory = temporaryDirectory();
  const files = {
    Dockerfile: 'FROM node\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "a.js"]',
    'a.js': '',
    'package.json': '{"dependencies":{"no-such-package-anywhere":"1"}}',
  };
  await assert.rejects(
    resolved(directory.path, files),
    failsWith(/node_modules\/no-such-package-anywhere/, /line 4 \(RUN npm ci\)/, /"build": "npm ci"/),
  );
});

test('A command that only the base image knows, or that is not installed, is said', async () => {
  using directory = temporaryDirectory();
  await assert.rejects(
    resolved(directory.path, { Dockerfile: 'FROM nginx:1.27' }),
    failsWith(/no command specified/, /base image nginx:1\.27/, /"command"/),
  );
  await assert.rejects(
    resolved(directory.path, { Dockerfile: 'FROM x\nCMD ["no-such-program-here"]' }),
    failsWith(/exec: "no-such-program-here": executable file not found in \$PATH/, /not installed on this machine/),
  );
});

test('A Dockerfile that cannot be used is named with its path and its line', async () => {
  using directory = temporaryDirectory();
  await assert.rejects(
    resolved(directory.path, { Dockerfile: 'FROM a\nRUN <<X\nX' }),
    failsWith(/^CannotPullContainerError/, /context\/Dockerfile: Line 2/),
  );
  const image = imageOf(join(directory.path, 'context'), { Dockerfile: 'FROM a AS one\nCMD ["x"]' }, { target: 'two' });
  const images = new ProcessImages(join(directory.path, '.s3m'));
  await assert.rejects(
    images.prepare(image, undefined, () => {}),
    failsWith(/target stage "two"/, /Its stages are one/),
  );
});

test('An interruption ends a build command and all that it has started', async () => {
  using directory = temporaryDirectory();
  const image = imageOf(join(directory.path, 'context'), { Dockerfile: 'FROM node:26-slim\nCMD ["node"]' });
  const interruption = new AbortController();
  let child = 0;
  const prepared = new ProcessImages(join(directory.path, '.s3m'), interruption.signal).prepare(
    image,
    { build: 'sleep 4712 & echo $!; wait' },
    (line) => {
      child = Number(line);
      interruption.abort();
    },
  );
  await assert.rejects(prepared, failsWith(/build failed: was interrupted/, /was interrupted in /));
  await until(() => !isAlive(child), 'the end of the process that the command started');
});
