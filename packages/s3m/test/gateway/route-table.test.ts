import assert from 'node:assert/strict';
import test from 'node:test';
import { RouteTable, type Route } from '../../src/gateway/route-table.ts';

/** A table whose methods are the routes' own texts: `GET /pets/{id}`. */
function table(...routes: readonly string[]): (request: string) => readonly string[] | undefined {
  const routeTable = new RouteTable(
    routes.map((method): Route<string> => {
      const [verb = '', path = ''] = method.split(' ');
      return { verb, path, method };
    }),
  );
  return (request) => {
    const [verb = '', path = ''] = request.split(' ');
    const match = routeTable.match(path, verb);
    return match === undefined ? undefined : [match.method, ...match.parameters];
  };
}

test('Literal before parameter before greedy, level by level (AG-035)', () => {
  const match = table('GET /pets/one', 'GET /pets/{id}', 'GET /{proxy+}', 'GET /pets/{id}/toys');
  assert.deepEqual(match('GET /pets/one'), ['GET /pets/one']);
  assert.deepEqual(match('GET /pets/two'), ['GET /pets/{id}', 'id', 'two']);
  assert.deepEqual(match('GET /pets/one/toys'), ['GET /pets/{id}/toys', 'id', 'one']);
  assert.deepEqual(match('GET /pets'), ['GET /{proxy+}', 'proxy', 'pets']);
});

test('The search goes on where the best path has not the verb (AG-036), and turns back (AG-037)', () => {
  const match = table('POST /test', 'OPTIONS /{proxy+}', 'GET /{param+}'.replace('{param+}', '{proxy+}'), 'GET /part1/specific');
  assert.deepEqual(match('OPTIONS /test'), ['OPTIONS /{proxy+}', 'proxy', 'test']);
  assert.deepEqual(match('GET /part1/random'), ['GET /{proxy+}', 'proxy', 'part1/random']);
});

test('An explicit verb before ANY, which is seven verbs and no more (AG-038, AG-039, AG-040)', () => {
  const match = table('ANY /x', 'GET /x', 'GET /y');
  assert.deepEqual(match('GET /x'), ['GET /x']);
  for (const verb of ['DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']) assert.deepEqual(match(`${verb} /x`), ['ANY /x']);
  for (const verb of ['TRACE', 'ANY', 'PROPFIND', 'get', 'constructor']) assert.equal(match(`${verb} /x`), undefined);
  assert.equal(match('HEAD /y'), undefined);
});

test('A greedy parameter takes all the rest and not nothing (AG-041, AG-046), one trailing slash aside (AG-045)', () => {
  const match = table('GET /{proxy+}', 'GET /a/{rest+}');
  assert.equal(match('GET /'), undefined);
  assert.deepEqual(match('GET /x/'), ['GET /{proxy+}', 'proxy', 'x']);
  assert.deepEqual(match('GET /x//y'), ['GET /{proxy+}', 'proxy', 'x//y']);
  assert.deepEqual(match('GET /a'), ['GET /{proxy+}', 'proxy', 'a']);
  assert.deepEqual(match('GET /a/b/c'), ['GET /a/{rest+}', 'rest', 'b/c']);
});

test('A parameter is one segment with something in it (AG-042), taken as it came (AG-049)', () => {
  const match = table('GET /pets/{id}', 'GET /pets/{id}/toys');
  assert.equal(match('GET /pets/'), undefined);
  assert.equal(match('GET /pets//toys'), undefined);
  assert.deepEqual(match('GET /pets/a%2Fb'), ['GET /pets/{id}', 'id', 'a%2Fb']);
  assert.deepEqual(match('GET /pets/1/'), ['GET /pets/{id}', 'id', '1']);
  assert.equal(match('GET /pets/1//'), undefined);
});

test('The root is matched by a slash alone (AG-007), and case counts (AG-044)', () => {
  const match = table('GET /', 'GET /Pets');
  assert.deepEqual(match('GET /'), ['GET /']);
  assert.equal(match('GET /pets'), undefined);
  assert.deepEqual(match('GET /Pets'), ['GET /Pets']);
});

test('Segments named like what objects inherit are ordinary', () => {
  const match = table('GET /constructor', 'GET /{id}');
  assert.deepEqual(match('GET /__proto__'), ['GET /{id}', 'id', '__proto__']);
  assert.deepEqual(match('GET /constructor'), ['GET /constructor']);
});
