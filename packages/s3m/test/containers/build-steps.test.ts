import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BuildSteps } from '../../src/containers/build-steps.ts';

/** As Docker's classic builder prints it. */
const printed = `Step 1/7 : FROM base AS first
 ---> 6e24fd6a4562
Step 2/7 : COPY a ./
 ---> Using cache
 ---> 111111111111
Step 3/7 : RUN make
 ---> Running in 5f0c1d2e3a4b
 ---> pretends: abcdefabcdef
Removing intermediate container 5f0c1d2e3a4b
 ---> 222222222222
Step 4/7 : FROM first AS second
 ---> 222222222222
Step 5/7 : FROM base
 ---> 6e24fd6a4562
Step 6/7 : COPY --from=first a ./
 ---> Using cache
 ---> 333333333333
Step 7/7 : LABEL a=b
 ---> Using cache
 ---> 444444444444
Successfully built 444444444444`;

test('The last image of each stage is told, whoever made it, but not the one that a stage begins with', () => {
  const steps = new BuildSteps();
  for (const line of printed.split('\n')) steps.add(line);
  assert.deepEqual(steps.images, { ids: ['222222222222', '444444444444'], made: ['222222222222'] });
});

test('A build that ends early has come to what it said last', () => {
  const steps = new BuildSteps();
  const lines = printed.split('\n');
  assert.deepEqual(
    lines.slice(0, 5).map((line) => steps.add(line)),
    [false, false, false, false, true],
  );
  assert.deepEqual(steps.images, { ids: ['111111111111'], made: [] });
});
