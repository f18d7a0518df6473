import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { runCommand } from './command.ts';

for (const [words, hint] of [
  [['pss'], 'there is no verb "pss"; did you mean ps? Verbs: up, '],
  [['deploy'], 'there is no verb "deploy". Verbs: up, '],
  [['up', '--parameter', 'A=1'], "Unknown option '--parameter'; did you mean --parameters?"],
  [['up', 'template.yaml'], 'up takes no words, got: template.yaml. A template: s3m up --template template.yaml'],
  [['up', '--blue'], "Unknown option '--blue'\n"],
] as const) {
  test(`s3m ${words.join(' ')} is wrong usage, and a near word is named`, async () => {
    const { code, stdout, stderr } = await runCommand(tmpdir(), [...words]);
    assert.equal(code, 3);
    assert.equal(stdout, '');
    assert.ok(stderr.includes(hint), stderr);
  });
}
