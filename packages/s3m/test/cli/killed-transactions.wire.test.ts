import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { DynamoDBClient, ScanCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { askEngine } from '../../src/engine/control-client.ts';
import { seededRandom } from '../seeded-random.ts';
import { Command, freePorts, projectOf } from './command.ts';

const TableName = 'Counters';
const template = JSON.stringify({
  Resources: {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      },
    },
  },
});
const writers = ['0', '1', '2', '3'];

/** Counts two items of a writer up by one, for the nth time. */
function count(writer: string, n: number): TransactWriteItemsCommand {
  return new TransactWriteItemsCommand({
    ClientRequestToken: `${writer}-${n}`,
    TransactItems: ['a', 'b'].map((half) => ({
      Update: {
        TableName,
        Key: { id: { S: `${writer}${half}` } },
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      },
    })),
  });
}

test('a transaction is there as a whole or not at all after a kill, and is done once when its client asks again', async () => {
  using project = projectOf({ 'template.json': template });
  const random = seededRandom(3);
  /** By writer: how many transactions it has asked for, whose last answer may not have come. */
  const asked = new Map(writers.map((writer) => [writer, 0]));
  const rounds = 4;
  for (let round = 0; round <= rounds; round++) {
    await using command = new Command(project.path, [
      'up',
      '--template',
      'template.json',
      '--persist',
      '--json',
      '--no-watch',
      ...freePorts,
    ]);
    const client = await clientOf(command, project.path);
    const counts = async (): Promise<ReadonlyMap<string, number>> => {
      const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
      return new Map(Items.map(({ id, n }) => [id!.S!, Number(n!.N)]));
    };
    const found = await counts();
    for (const [writer, n] of asked) {
      const [one, other] = [found.get(`${writer}a`) ?? 0, found.get(`${writer}b`) ?? 0];
      assert.equal(one, other, `writer ${writer} has half of a transaction`);
      assert.ok(one === n || one === n - 1, `writer ${writer}: ${one} of ${n}`);
      if (n > 0) await client.send(count(writer, n));
    }
    const repeated = await counts();
    for (const [writer, n] of asked) assert.equal(repeated.get(`${writer}a`) ?? 0, n, `writer ${writer} after it asked again`);
    if (round < rounds) {
      const answered = Promise.withResolvers<void>();
      const writing = writers.map(async (writer) => {
        for (;;) {
          const n = asked.get(writer)! + 1;
          asked.set(writer, n);
          try {
            await client.send(count(writer, n));
            answered.resolve();
          } catch {
            return;
          }
        }
      });
      await answered.promise;
      await new Promise((resolve) => setTimeout(resolve, random() * 200));
      command.child.kill('SIGKILL');
      await Promise.all(writing);
      await command.ended;
    }
    client.destroy();
  }
});

async function clientOf(command: Command, directory: string): Promise<DynamoDBClient> {
  const { aws: endpoint } = (await command.ready()).endpoints;
  const environment = await askEngine(join(directory, '.s3m'), 'environment');
  return new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID']!,
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY']!,
      sessionToken: environment['AWS_SESSION_TOKEN']!,
    },
    maxAttempts: 1,
  });
}
