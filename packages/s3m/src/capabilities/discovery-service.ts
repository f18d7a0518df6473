/** A private namespace of AWS Cloud Map: names that resolve inside one VPC. */
export interface DnsNamespace {
  readonly id: string;
  readonly arn: string;
  /** `weather.local` */
  readonly name: string;
  readonly vpcId: string;
}

/** Something that answers under a service's name. */
export interface DiscoveredInstance {
  readonly id: string;
  /** `AWS_INSTANCE_IPV4` */
  readonly address: string;
  /** `AWS_INSTANCE_PORT`; what an SRV record names. */
  readonly port?: number;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What a name stands for now. */
export interface NameRecords {
  readonly addresses: readonly string[];
  readonly srv: readonly { readonly name: string; readonly port: number; readonly priority: number; readonly weight: number }[];
  /** Seconds. */
  readonly ttl: number;
}

/** A service of AWS Cloud Map in a private DNS namespace (ECS-095). */
export interface DiscoveryService {
  readonly id: string;
  readonly arn: string;
  readonly logicalId: string;
  readonly namespace: DnsNamespace;
  /** `backend.weather.local` */
  readonly dnsName: string;
  readonly recordTypes: readonly ('A' | 'SRV')[];
  /** Registers an instance, healthy; another one of the same id is replaced. Answers what deregisters it. */
  register(instance: DiscoveredInstance): () => void;
  /** What `HealthCheckCustomConfig` lets a registrar say of an instance; without it every instance counts as healthy. */
  setHealth(instance: string, healthy: boolean): void;
  /** Calls back when an instance is deregistered, at once when it is not there. Answers what takes the wish back. */
  whenGone(instance: string, callback: () => void): () => void;
  /** Instances that are healthy. */
  discover(): readonly DiscoveredInstance[];
  /** The records of the service's name, or of `INSTANCE.NAME` that its SRV records lead to; undefined for any other name. */
  resolve(name: string): NameRecords | undefined;
}
