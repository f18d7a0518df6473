import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDockerfile } from '../../src/containers/dockerfile.ts';

test('The final stage tells command, directory, environment, user, ports and stop signal', () => {
  const stage = parseDockerfile(`
# syntax=docker/dockerfile:1
FROM node:26-slim
WORKDIR /app
WORKDIR sub
ENV PORT=8080 NAME="a b"
ENV OLD value with spaces
COPY package.json server.js ./
EXPOSE 8080/tcp 9090
USER node
STOPSIGNAL int
HEALTHCHECK CMD curl -f http://localhost || exit 1
ENTRYPOINT ["node"]
CMD ["server.js"]
`).at(-1);
  assert.deepEqual(stage, {
    base: 'node:26-slim',
    line: 3,
    copies: [{ line: 8, text: 'COPY package.json server.js ./', sources: ['package.json', 'server.js'], destination: '/app/sub/' }],
    runs: [],
    environment: { PORT: '8080', NAME: 'a b', OLD: 'value with spaces' },
    directory: '/app/sub',
    user: 'node',
    entryPoint: ['node'],
    command: ['server.js'],
    stopSignal: 'SIGINT',
    ports: ['8080/tcp', '9090'],
  });
});

test('The shell form of CMD is run by a shell', () => {
  assert.deepEqual(parseDockerfile('FROM a\nCMD node server.js && echo "$X"').at(-1)?.command, [
    '/bin/sh',
    '-c',
    'node server.js && echo "$X"',
  ]);
});

test('Lines that end with a backslash continue, across comments and empty lines', () => {
  const stage = parseDockerfile('FROM a\nRUN one \\\n  # a remark\n\n  && two\nCMD ["x"]').at(-1);
  assert.equal(stage?.runs[0]?.line, 2);
  assert.match(stage?.runs[0]?.text ?? '', /^one\s+&& two$/);
  assert.deepEqual(stage?.command, ['x']);
});

test('Variables come from ENV, from ARG with its default, from build arguments, and from ARG before FROM', () => {
  const text = `
ARG VERSION=26
FROM node:\${VERSION}-slim AS build
ARG VERSION
ARG MODE=dev
ENV WHAT=\${MODE}-$VERSION ELSE=\${NONE:-other} SET=\${MODE:+yes} PLAIN='$MODE' MONEY=\\$5
`;
  assert.deepEqual(parseDockerfile(text, { MODE: 'production' }).at(-1)?.environment, {
    WHAT: 'production-26',
    ELSE: 'other',
    SET: 'yes',
    PLAIN: '$MODE',
    MONEY: '$5',
  });
  assert.equal(parseDockerfile(text, { VERSION: '24' }).at(-1)?.base, 'node:24-slim');
});

test('A stage that is built from an earlier stage inherits its configuration', () => {
  const [, final] = parseDockerfile('FROM a AS Base\nWORKDIR /x\nENV A=1\nUSER me\nCMD ["one"]\nFROM base\nENV B=$A');
  assert.deepEqual(
    { directory: final?.directory, user: final?.user, command: final?.command, environment: final?.environment },
    { directory: '/x', user: 'me', command: ['one'], environment: { A: '1', B: '1' } },
  );
});

test('An ENTRYPOINT makes an inherited CMD void', () => {
  assert.equal(parseDockerfile('FROM a AS b\nCMD ["one"]\nFROM b\nENTRYPOINT ["two"]').at(-1)?.command, undefined);
});

test('COPY keeps its --from and leaves its other flags', () => {
  const stage = parseDockerfile('FROM a AS build\nFROM b\nWORKDIR /app\nCOPY --chown=node:node --from=build ["/src/my file", "x/"]').at(-1);
  assert.deepEqual(stage?.copies[0]?.sources, ['/src/my file']);
  assert.equal(stage?.copies[0]?.from, 'build');
  assert.equal(stage?.copies[0]?.destination, '/app/x/');
});

test('A here-document is refused with its line', () => {
  assert.throws(() => parseDockerfile('FROM a\nRUN <<EOF\necho x\nEOF'), /Line 2: RUN with a here-document is not supported/);
  assert.throws(() => parseDockerfile('FROM a\nCOPY <<"EOF" /x\nhi\nEOF'), /Line 2: COPY with a here-document/);
});

test('What is no Dockerfile is refused with its line', () => {
  assert.throws(() => parseDockerfile('FROM a\n\nFORM b'), /Line 3: unknown instruction FORM/);
  assert.throws(() => parseDockerfile('CMD ["x"]'), /Line 1: CMD comes before the first FROM/);
  assert.throws(() => parseDockerfile('# nothing'), /has no FROM/);
  assert.throws(() => parseDockerfile('FROM a\nCOPY x'), /Line 2: COPY needs a source and a destination/);
});
