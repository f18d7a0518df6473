/** NLB-038, NLB-039, NLB-040. */
export interface TargetHealth {
  readonly state: 'initial' | 'healthy' | 'unhealthy' | 'unhealthy.draining' | 'unused' | 'draining' | 'unavailable';
  readonly reason?: string;
  readonly description?: string;
}

export interface Target {
  /** The target's address in the VPC, for `TargetType: ip`. */
  readonly address: string;
  readonly port: number;
  /** Name of the availability zone. */
  readonly zone: string;
}

export interface TargetDescription extends Target {
  readonly health: TargetHealth;
  /** What failed checks of the last round saw, for people: `connection refused`, `answered 404, expected 200-399`. A healthy target has it while some nodes disagree. */
  readonly detail?: string;
}

/** A target group as services and load balancers use it. */
export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly targetType: 'ip' | 'instance' | 'alb' | 'lambda';
  /** Where its targets are; undefined for functions. */
  readonly vpcId?: string | undefined;
  readonly port: number;
  readonly protocol: string;
  readonly deregistrationDelayMs: number;
  /** Requests that application load balancers have sent to its targets. */
  readonly requests: number;
  /** Whether a listener sends to it. */
  readonly inUse: boolean;
  register(target: Target): void;
  /** Starts draining; resolves when the target is `unused`, after the deregistration delay. An unknown target is no error (NLB-014). */
  deregister(target: Target): Promise<void>;
  describe(): readonly TargetDescription[];
  /** Calls back at each change of a target's health; answers a function that stops it. */
  onHealthChange(callback: (target: TargetDescription) => void): () => void;
}
