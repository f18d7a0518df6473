import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionOf } from '../../src/engine/partition.ts';

test('A region says which partition it is of, and how host names end there (AG-093)', () => {
  assert.deepEqual(
    ['us-east-1', 'eu-central-1', 'cn-north-1', 'us-gov-west-1'].map((region) => Object.values(partitionOf(region)).join(' ')),
    ['aws amazonaws.com', 'aws amazonaws.com', 'aws-cn amazonaws.com.cn', 'aws-us-gov amazonaws.com'],
  );
});
