import type { Draws, SimulatedWorld } from './simulated-world.ts';
import { silentSocket } from './simulated-group.ts';

/**
 * Clients that connect through the target group all the time. A new connection must go to a healthy target, where there is one, never to one
 * that drains, and must meet a task that is alive; one that takes no longer than the deregistration delay must not lose its task to a
 * decision of the service. Answers what ends the clients, and how many connections they made.
 */
export function startClients(world: SimulatedWorld, { below }: Draws, violations: string[]): { stop(): void; readonly served: number } {
  const { bench, group } = world;
  let stopped = false;
  let served = 0;
  const connect = (): void => {
    const targets = group.describe();
    const picked = group.pick();
    if (picked === undefined) return;
    const { address } = picked.target;
    const state = targets.find((target) => target.address === address)?.health.state ?? 'unused';
    if (state === 'draining' || state === 'unused') violations.push(`a new connection goes to ${address}, which is ${state}`);
    const anyHealthy = targets.some(({ health }) => health.state === 'healthy');
    if (anyHealthy && state !== 'healthy')
      violations.push(`a new connection goes to ${address}, which is ${state}, and others are healthy`);
    const task = world.taskAt(address);
    if (task?.alive !== true) {
      if (anyHealthy) violations.push(`a new connection goes to ${address}, where no task is alive`);
      return;
    }
    served++;
    const socket = silentSocket();
    void picked.flows.open(() => Promise.resolve({ socket }));
    bench.clock.after(below(group.deregistrationDelayMs), () => {
      if (!task.alive && !task.died) violations.push(`a request lost task ${task.spec.id} before the deregistration delay was over`);
      socket.destroy();
    });
  };
  const again = (): void => {
    if (stopped) return;
    connect();
    bench.clock.after(1000 + below(20_000), again);
  };
  again();
  return {
    stop: () => (stopped = true),
    get served() {
      return served;
    },
  };
}
