import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { blob, flag, inert, integer, list, mapOf, required, structure, text, unserved } from '../../src/services/input-shape.ts';
import { jsonHandler, operation, type JsonService } from '../../src/services/json-service.ts';
import { lazyHandler } from '../../src/services/lazy-handler.ts';
import { ServiceError } from '../../src/services/service-error.ts';
import { fakeAccount } from './fake-account.ts';

const shelf: JsonService<Map<string, string>> = {
  name: 'shelf',
  target: 'Shelf_2026',
  version: '1.1',
  unserved: ['BurnBooks'],
  operations: {
    PutBook: operation(
      {
        Title: required(text({ min: 1, max: 5, pattern: '[a-z]+' })),
        Kind: text({ oneOf: ['novel', 'poem'] }),
        Pages: integer({ min: 1, max: 9 }),
        Lent: flag(),
        Cover: blob({ max: 2 }),
        Words: list(structure({ Word: required(text({ max: 3, sensitive: true })) }), { max: 2 }),
        Notes: mapOf(text()),
        Shelf: unserved('Shelf of PutBook'),
        Colour: inert('nobody looks'),
      },
      (books: Map<string, string>, { Title, Cover, ...more }, call) => {
        call.demand({ action: 'shelf:PutBook', resource: `arn:aws:shelf:::${Title}` });
        if (Title === 'taken') throw new ServiceError('BookExistsException', 'It is there', { members: { Book: Title } });
        books.set(Title, '');
        return { Title, ...more, ...(Cover === undefined ? {} : { Cover: Cover.toString() }) };
      },
    ),
    Sweep: operation({}, (books: Map<string, string>) => void books.clear()),
  },
};

async function call(operationName: string, body: string, caller?: Parameters<typeof fakeAccount>[0]): Promise<unknown> {
  await using account = await fakeAccount({ sockets: true, ...caller });
  account.endpoint.handle(
    'shelf',
    lazyHandler(account, () => Promise.resolve((of) => jsonHandler(of, shelf, new Map()))),
  );
  const response = await fetch(account.endpoint.url, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/shelf/aws4_request',
      'x-amz-target': operationName.includes('.') ? operationName : `Shelf_2026.${operationName}`,
    },
    body,
  });
  const answer = await response.text();
  assert.equal(response.headers.get('content-type'), 'application/x-amz-json-1.1');
  assert.match(response.headers.get('x-amzn-requestid') ?? '', /^[0-9a-f]{8}-/);
  return [response.status, answer === '' ? '' : (JSON.parse(answer) as unknown)];
}

const one = (path: string, value: string, constraint: string): unknown => [
  400,
  {
    __type: 'ValidationException',
    message: `1 validation error detected: Value ${value}at '${path}' failed to satisfy constraint: ${constraint}`,
  },
];
const unreadable = (message: string): unknown => [400, { __type: 'SerializationException', message }];
const nobody = { arn: 'arn:aws:iam::000000000000:user/nobody', accountId: '000000000000', userId: 'AIDANOBODY' };

suite('a service of the AWS JSON protocol', () => {
  test('what fits is handed to the operation, and unknown or null members are not', async () => {
    const known = { Title: 'abc', Kind: 'poem', Pages: 3, Lent: true, Cover: 'aGk=', Words: [{ Word: 'x' }], Notes: { a: 'b' } };
    assert.deepEqual(await call('PutBook', JSON.stringify({ ...known, Other: 1, Colour: null })), [200, { ...known, Cover: 'hi' }]);
    assert.deepEqual(await call('Sweep', ''), [200, '']);
  });

  const refused: readonly (readonly [string, string, string, unknown])[] = [
    ['no JSON', 'PutBook', '{', [400, { __type: 'SerializationException' }]],
    ['a list for a structure', 'PutBook', '[]', unreadable('Unrecognized collection type')],
    ['a number for a text', 'PutBook', '{"Title":1}', unreadable('NUMBER_VALUE cannot be converted to String')],
    ['a fraction for a text', 'PutBook', '{"Title":1.5}', unreadable('DECIMAL_VALUE cannot be converted to String')],
    ['true for a text', 'PutBook', '{"Title":true}', unreadable('TRUE_VALUE cannot be converted to String')],
    ['a list for a text', 'PutBook', '{"Title":[]}', unreadable('Unrecognized collection type class java.lang.String')],
    ['a structure for a text', 'PutBook', '{"Title":{}}', unreadable('Start of structure or map found where not expected')],
    ['a text for a number', 'PutBook', '{"Pages":"1"}', unreadable('STRING_VALUE cannot be converted to Integer')],
    ['a word for a boolean', 'PutBook', '{"Lent":"maybe"}', unreadable('Unexpected token received from parser')],
    ['no base64', 'PutBook', '{"Cover":"*"}', unreadable('only base-64-encoded strings are convertible to bytes')],
    ['a text for a list', 'PutBook', '{"Words":"x"}', unreadable('Unexpected field type')],
    ['no title', 'PutBook', '{}', one('title', 'null ', 'Member must not be null')],
    [
      'an empty title',
      'PutBook',
      '{"Title":""}',
      [
        400,
        {
          __type: 'ValidationException',
          message:
            "2 validation errors detected: Value '' at 'title' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'title' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+",
        },
      ],
    ],
    ['a long title', 'PutBook', '{"Title":"abcdef"}', one('title', "'abcdef' ", 'Member must have length less than or equal to 5')],
    [
      'a word that is none of an enum',
      'PutBook',
      '{"Title":"a","Kind":"x"}',
      one('kind', "'x' ", 'Member must satisfy enum value set: [novel, poem]'),
    ],
    ['a small number', 'PutBook', '{"Title":"a","Pages":0}', one('pages', "'0' ", 'Member must have value greater than or equal to 1')],
    ['a large number', 'PutBook', '{"Title":"a","Pages":10}', one('pages', "'10' ", 'Member must have value less than or equal to 9')],
    ['many bytes', 'PutBook', '{"Title":"a","Cover":"YWJj"}', one('cover', '', 'Member must have length less than or equal to 2')],
    [
      'a secret too long, which is not shown',
      'PutBook',
      '{"Title":"a","Words":[{"Word":"long"}]}',
      one('words.1.member.word', '', 'Member must have length less than or equal to 3'),
    ],
    [
      'many items',
      'PutBook',
      '{"Title":"a","Words":[{"Word":"a"},{"Word":"b"},{"Word":"c"}]}',
      one('words', "'[{Word=a}, {Word=b}, {Word=c}]' ", 'Member must have length less than or equal to 2'),
    ],
    [
      'an error of the service',
      'PutBook',
      '{"Title":"taken"}',
      [400, { __type: 'BookExistsException', message: 'It is there', Book: 'taken' }],
    ],
    [
      'a member that is not served',
      'PutBook',
      '{"Title":"a","Shelf":"x"}',
      [501, { __type: 'UnsupportedOperation', message: 'Shelf of PutBook is not supported here' }],
    ],
    [
      'an operation that is not served',
      'BurnBooks',
      '{}',
      [501, { __type: 'UnsupportedOperation', message: 'BurnBooks of shelf is not served here; docs/coverage.md lists what is' }],
    ],
    ['an operation that AWS has not', 'Read', '{}', [400, { __type: 'UnknownOperationException' }]],
    ['a name that every object has', 'constructor', '{}', [400, { __type: 'UnknownOperationException' }]],
    ['another version', 'Shelf_2025.PutBook', '{}', [400, { __type: 'UnknownOperationException' }]],
  ];
  for (const [what, name, body, expected] of refused) {
    test(`refuses ${what}`, async () => assert.deepEqual(await call(name, body), expected));
  }

  test('refuses who may not (IAM-030)', async () => {
    assert.deepEqual(await call('PutBook', '{"Title":"a"}', { caller: nobody }), [
      400,
      {
        __type: 'AccessDeniedException',
        message:
          'User: arn:aws:iam::000000000000:user/nobody is not authorized to perform: shelf:PutBook on resource: arn:aws:shelf:::a because no identity-based policy allows the shelf:PutBook action',
      },
    ]);
  });
});
