import assert from 'node:assert/strict';
import { seededRandom } from '../../../seeded-random.ts';
import type { EcsBench } from '../ecs-bench.ts';
import { watchBounds, type BoundSettings } from './invariants.ts';
import { startClients } from './simulated-clients.ts';
import { createWorld, type Draws, type SimulatedWorld } from './simulated-world.ts';

const STEPS = 20;

/** What the schedules together must meet; else they prove less than they say. */
export const MUST_HAPPEN: readonly string[] = [
  'has begun draining connections',
  'is unhealthy in',
  'failed container health checks',
  'is unable to consistently start tasks',
  'deployment failed',
  'rolling back to',
  'deployment completed',
  'has reached a steady state',
];

interface Settings extends BoundSettings {
  readonly breaker: boolean;
  readonly rollback: boolean;
}

/**
 * One schedule: random deaths, slow and failing starts, flapping checks, deployments and scaling; then peace, then the end. Adds to `happened`,
 * and answers how many connections were served. @throws AssertionError for a broken promise
 */
export async function playSchedule(seed: number, happened: Set<string>): Promise<number> {
  const random = seededRandom(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const draws: Draws = { below, pick: (items) => items[below(items.length)]! };
  const { pick } = draws;
  const world = await createWorld(draws);
  const { bench, group } = world;
  let settings: Settings = { desired: 1 + below(4), minimum: 100, maximum: 200, breaker: false, rollback: true };
  let definition = await bench.define();
  const properties = (): ReturnType<EcsBench['properties']> => propertiesOf(world, definition, settings);
  const update = async (): Promise<void> => {
    world.updatedAt = bench.clock.now();
    await bench.update(world.service, properties());
  };
  world.service = await bench.create(properties());
  const violations: string[] = [];
  watchBounds(world, () => settings, violations);
  const clients = startClients(world, draws, violations);
  await bench.clock.advance(60_000);
  for (let step = 0; step < STEPS; step++) {
    const choice = below(12);
    if (choice < 3) {
      if (bench.runtime.alive.length > 0) pick(bench.runtime.alive).kill({ signal: 'SIGKILL' });
    } else if (choice < 5) {
      const view = pick([...bench.view(world.service).tasks]);
      if (view !== undefined) world.flapping.add(view.id);
    } else if (choice < 7) {
      definition = await bench.define(below(3) === 0 ? { HealthCheck: { Command: ['CMD', 'true'] } } : {});
      if (below(3) === 0) world.broken.add(definition.ref);
      await update();
    } else if (choice < 9) {
      settings = {
        desired: below(6),
        minimum: pick([0, 50, 100]),
        maximum: pick([150, 200]),
        breaker: below(2) === 0,
        rollback: below(3) > 0,
      };
      await update();
    } else if (choice < 10) {
      bench.view(world.service).scaleTo(below(6));
    }
    await bench.clock.advance(pick([0, 10, 1000, 20_000, 100_000]));
    noteEvents(world, happened);
    checkViolations(violations);
  }
  // Peace: a good definition, a wide upper bound, no more accidents.
  world.chaos = false;
  settings = { ...settings, desired: 1 + below(5), minimum: 100, maximum: 200 };
  definition = await bench.define();
  await update();
  await becomeSteady(world);
  await bench.clock.advance(group.deregistrationDelayMs + 60_000);
  noteEvents(world, happened);
  const { desired } = settings;
  const running = bench.view(world.service).tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING');
  assert.deepEqual([...new Set(running.map((task) => task.taskDefinition))], [definition.ref]);
  assert.equal(running.length, desired);
  assert.equal(bench.runtime.alive.length, desired, 'every other task is stopped');
  assert.equal(group.describe().length, desired, 'every other target is deregistered');
  assert.equal(bench.network.attached.size, desired, 'every other network interface is detached');
  checkViolations(violations);
  clients.stop();
  await end(world, below(2) === 0, violations);
  await bench[Symbol.asyncDispose]();
  return clients.served;
}

function propertiesOf(world: SimulatedWorld, definition: Parameters<EcsBench['properties']>[0], settings: Settings) {
  return world.bench.properties(definition, {
    DesiredCount: settings.desired,
    HealthCheckGracePeriodSeconds: 30,
    LoadBalancers: [{ TargetGroupArn: world.group.arn, ContainerName: 'weather', ContainerPort: 8080 }],
    DeploymentConfiguration: {
      MinimumHealthyPercent: settings.minimum,
      MaximumPercent: settings.maximum,
      DeploymentCircuitBreaker: { Enable: settings.breaker, Rollback: settings.rollback },
    },
  });
}

/** Waits as long as the longest back-off and some drains may take. */
async function becomeSteady({ bench, service }: SimulatedWorld): Promise<void> {
  const waiting = 'still waiting';
  const stable = service.stable!().then(
    () => 'steady',
    (error: Error) => error.message,
  );
  let state = waiting;
  for (let waited = 0; waited < 3_600_000 && state === waiting; waited += 30_000) {
    await bench.clock.advance(30_000);
    state = await Promise.race([stable, Promise.resolve(waiting)]);
  }
  assert.equal(state, 'steady');
}

/** A deletion takes all healthy tasks, but drains them too; the engine's end waits for no drain. Neither leaves anything. */
async function end({ bench, group, service }: SimulatedWorld, drains: boolean, violations: string[]): Promise<void> {
  violations.length = 0;
  const ended = drains ? service.delete() : service.stopNow!();
  await bench.clock.advance(group.deregistrationDelayMs + 60_000);
  await ended;
  assert.equal(bench.runtime.alive.length, 0, 'no task is left');
  assert.equal(bench.network.attached.size, 0, 'no network interface is left');
  assert.equal(group.describe().length, 0, 'no target is left');
  assert.equal(group.watchers, 0, 'nobody listens to the target group any more');
  assert.equal(bench.clock.pending, 0, 'no timer is left');
  if (drains) checkViolations(violations.filter((violation) => violation.includes('while its target') || violation.includes('lost')));
}

function noteEvents({ bench, service }: SimulatedWorld, happened: Set<string>): void {
  const messages = bench.view(service).events.map(({ message }) => message);
  for (const what of MUST_HAPPEN) if (!happened.has(what) && messages.some((message) => message.includes(what))) happened.add(what);
}

function checkViolations(violations: readonly string[]): void {
  assert.equal(violations.join('\n'), '');
}
