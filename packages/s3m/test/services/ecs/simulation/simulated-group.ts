import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import type { Target, TargetDescription, TargetGroup } from '../../../../src/capabilities/target-group.ts';
import type { Account } from '../../../../src/services/account.ts';
import { LiveTargetGroup } from '../../../../src/services/elasticloadbalancingv2/live-target-group.ts';
import type { PickedTarget } from '../../../../src/services/elasticloadbalancingv2/registered-target.ts';
import { readTargetGroupSettings } from '../../../../src/services/elasticloadbalancingv2/target-group-settings.ts';

/** The balancer's own target group, with nodes in both zones and a look at each deregistration. */
export class SimulatedGroup implements TargetGroup {
  readonly arn = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/simulated/0123456789abcdef';
  readonly name = 'simulated';
  readonly targetType = 'ip';
  readonly port = 8080;
  readonly protocol = 'TCP';
  readonly requests = 0;
  readonly deregistrationDelayMs: number;
  onDeregister: (target: Target) => void = () => {};
  readonly #live: LiveTargetGroup;
  readonly #leaving = new Set<string>();
  readonly #watchers = new Set<() => void>();

  constructor(account: Account, delaySeconds: number) {
    this.deregistrationDelayMs = delaySeconds * 1000;
    const settings = readTargetGroupSettings({
      Protocol: 'TCP',
      Port: 8080,
      TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(delaySeconds) }],
    });
    this.#live = new LiveTargetGroup(this.arn, this.name, settings, account);
    const nodes = ['a', 'b'].map((zone, index) => ({
      interfaceId: `eni-node-${zone}`,
      address: `10.0.${index + 1}.250`,
      zone: `us-east-1${zone}`,
      listenerPort: 80,
    }));
    this.#live.use('arn:listener', { checkingNodes: () => nodes, crossesZones: () => true });
  }

  get inUse(): boolean {
    return this.#live.inUse;
  }

  register(target: Target): void {
    this.#live.register(target);
  }

  deregister(target: Target): Promise<void> {
    if (!this.#leaving.has(target.address)) this.onDeregister(target);
    this.#leaving.add(target.address);
    return this.#live.deregister(target).finally(() => this.#leaving.delete(target.address));
  }

  describe(): readonly TargetDescription[] {
    return this.#live.describe();
  }

  /** Who listens to it. */
  get watchers(): number {
    return this.#watchers.size;
  }

  onHealthChange(callback: (target: TargetDescription) => void): () => void {
    const stop = this.#live.onHealthChange(callback);
    this.#watchers.add(stop);
    return () => {
      this.#watchers.delete(stop);
      stop();
    };
  }

  /** Where a new connection goes. */
  pick(): PickedTarget | undefined {
    return this.#live.pick();
  }

  close(): void {
    this.#live.close();
  }
}

/** A connection that nobody sends on; closed by `destroy`. */
export function silentSocket(): Socket {
  return new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() }) as Socket;
}
