import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { EngineEvent } from 's3m';
import type { RunningWeather } from './running-weather.ts';

const path = '/weather/weatherforecast';

/** The target, as `address:port`, that answered each of `count` authorised calls one after the other. Every one must be a 200. */
async function targetsOf(weather: RunningWeather, token: string, count: number): Promise<string[]> {
  const targets: string[] = [];
  for (let index = 0; index < count; index++) {
    const response = await weather.call(path, token);
    await response.arrayBuffer();
    assert.equal(response.status, 200);
    const trace = weather.app.trace(response.headers.get('x-amzn-requestid') ?? '');
    targets.push(trace?.integration?.target ?? 'unknown');
  }
  return targets;
}

function weatherService(weather: RunningWeather): {
  readonly running: number;
  readonly tasks: readonly { readonly id: string; readonly local: readonly string[]; readonly lastStatus: string }[];
} {
  const found = weather.app.account.directory
    .list('service')
    .find(([, service]) =>
      service.tasks.some((task) => task.taskDefinition.toLowerCase().includes('weather') || service.logicalId.includes('weather')),
    );
  assert.ok(found, 'the weather service runs');
  return found[1];
}

/** Two tasks of one service, both of the same fixed port, share connections: how many the calls need depends on the machine, so they are counted apart. */
export async function assertTasksShareTheLoad(weather: RunningWeather): Promise<void> {
  const { token } = await weather.app.token({ admin: true });
  const answered = new Set(await targetsOf(weather, token, 20));
  const [[, balancer] = []] = weather.app.account.directory.list('loadBalancer');
  const listener = balancer?.listeners.find(({ targetGroupArns }) => targetGroupArns.some((arn) => hasTarget(weather, arn, answered)));
  assert.ok(balancer && listener, 'the balancer has a listener for the task that answered');
  const counts = new Map<string, number>();
  for (let index = 0; index < 40; index++) {
    const { socket, route } = await balancer.dial({ port: listener.port, source: { kind: 'private-link', vpcLinkId: 'any' } });
    socket.destroy();
    const target = route.target ?? 'unknown';
    counts.set(target, (counts.get(target) ?? 0) + 1);
  }
  assert.equal(counts.size, 2, `both tasks get connections: ${[...counts.keys()].join(', ')}`);
  // By a hash (NLB-017): fewer than five of forty come once in five million runs.
  for (const [target, connections] of counts) assert.ok(connections >= 5, `${target} got ${connections} of 40`);
  for (const target of answered) assert.ok(counts.has(target), `${target} answered`);
}

function hasTarget(weather: RunningWeather, groupArn: string, targets: ReadonlySet<string>): boolean {
  const group = weather.app.account.directory.find('targetGroup', groupArn);
  return group?.describe().some(({ address, port }) => targets.has(`${address}:${port}`)) === true;
}

/** A task that is killed takes no later request with it, and another one takes its place. */
export async function assertKilledTaskLosesNoLaterRequest(
  weather: RunningWeather,
  kill: (local: readonly string[]) => void,
): Promise<void> {
  const { token } = await weather.app.token({ admin: true });
  await targetsOf(weather, token, 4);
  const victim = weatherService(weather).tasks.find(({ lastStatus }) => lastStatus === 'RUNNING');
  assert.ok(victim);
  const since = weather.events.length;
  kill(victim.local);
  await weather.eventually((event) => isTask(event, victim.id) && event.status !== 'RUNNING', since);
  const after = await targetsOf(weather, token, 100);
  assert.equal(after.length, 100);
  // The scheduler has put another task in its place, and it answers.
  await weather.eventually((event) => event.event === 'target' && event.state === 'healthy', since);
  // Kept connections to the other one may still take every call, so its health tells, not its share.
  const healthy = weather.app.account.directory
    .list('targetGroup')
    .map(([, group]) => group.describe().filter(({ health }) => health.state === 'healthy').length);
  assert.deepEqual(healthy, [2, 2]);
}

function isTask(event: EngineEvent, id: string): event is Extract<EngineEvent, { event: 'task' }> {
  return event.event === 'task' && event.task.includes(id);
}

export function killProcesses(local: readonly string[]): void {
  for (const text of local) {
    const pid = Number(/\d+/.exec(text)?.[0]);
    assert.ok(pid > 1, `a process id in "${text}"`);
    process.kill(pid, 'SIGKILL');
  }
}

export function killContainers(local: readonly string[]): void {
  execFileSync('docker', ['kill', ...local.map((text) => text.replace(/^container /, ''))], { stdio: 'ignore' });
}
