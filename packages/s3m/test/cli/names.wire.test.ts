import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { writeSmallSystem } from '../engine/small-system.ts';
import { Command, failingUp, freePorts, projectOf, runCommand } from './command.ts';

describe('names on the command line', () => {
  test('ps shows the logical ids that logs and why take, with the names of AWS, which they take too', async () => {
    using project = projectOf();
    const folder = join(project.path, 'examples', 'small');
    mkdirSync(folder, { recursive: true });
    writeSmallSystem(folder);
    await using command = new Command(folder, ['up', '--app', 'cdk.out', '--json', '--no-watch', ...freePorts]);
    await command.ready();
    const { stdout } = await runCommand(folder, ['ps']);
    const [, logicalId, name] = /^service {3}(\S+) {2}(\S+) {2}1 of 1 running$/m.exec(stdout) ?? assert.fail(stdout);
    assert.equal(logicalId, 'Service');
    const byId = await runCommand(folder, ['logs', logicalId]);
    assert.match(byId.stdout, /listens on 8080/);
    assert.equal((await runCommand(folder, ['logs', name!])).stdout, byId.stdout);
    const why = await runCommand(folder, ['why', 'NLB node', name!, '8080']);
    assert.match(why.stdout, /^yes {2}NLB node .* -> task Service\//);
    // Above the folder where it runs, and below it, one is told where that is.
    for (const elsewhere of [project.path, join(folder, 'cdk.out')]) {
      const { code, stderr } = await runCommand(elsewhere, ['ps', '--all']);
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`S3M does not run in ${elsewhere} .*\\n.*It runs in ${folder}: go there\\.`));
    }
  });

  test('ps where nothing runs anywhere near ends with exit code 1 and says how to start', async () => {
    using project = projectOf();
    const { code, stderr, stdout } = await runCommand(project.path, ['ps', '--all']);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /start it here with: s3m up/);
  });

  test('an assembly that is not there is told as such, and so is a command that nobody has', async () => {
    using project = projectOf();
    for (const [app, what] of [
      ['cdk.out', ', and no command "cdk.out"'],
      ['./cdk.out', ''],
    ] as const) {
      const { code, problems } = await failingUp(project.path, ['--app', app]);
      assert.equal(code, 1);
      assert.deepEqual(
        problems.map(({ code: kind, message }) => [kind, message]),
        [['NoSuchFile', `There is no assembly at ${join(project.path, 'cdk.out')}${what}`]],
      );
      assert.match(problems[0]!.fix!, /npx cdk synth/);
    }
  });
});
