import type { DiscoveredInstance, DiscoveryService, DnsNamespace, NameRecords } from '../../capabilities/discovery-service.ts';

/** The most records that one answer holds. */
const LONGEST_ANSWER = 8;

/** What a service's properties say of its records. */
export interface DiscoverySettings {
  /** Seconds by record type. */
  readonly ttls: ReadonlyMap<'A' | 'SRV', number>;
  /** WEIGHTED answers one instance at random, MULTIVALUE up to eight. */
  readonly routing: 'MULTIVALUE' | 'WEIGHTED';
  /** `HealthCheckCustomConfig` is there: unhealthy instances are left out. */
  readonly checked: boolean;
}

/** A service of AWS Cloud Map with its instances. */
export class LiveDiscoveryService implements DiscoveryService {
  readonly id: string;
  readonly arn: string;
  readonly logicalId: string;
  readonly namespace: DnsNamespace;
  readonly dnsName: string;
  readonly #random: () => number;
  readonly #instances = new Map<string, { readonly instance: DiscoveredInstance; healthy: boolean; readonly waiting: Set<() => void> }>();
  #settings: DiscoverySettings;

  constructor(
    identity: Pick<DiscoveryService, 'id' | 'arn' | 'logicalId' | 'namespace'> & { readonly name: string },
    settings: DiscoverySettings,
    random: () => number,
  ) {
    this.id = identity.id;
    this.arn = identity.arn;
    this.logicalId = identity.logicalId;
    this.namespace = identity.namespace;
    this.dnsName = `${identity.name}.${identity.namespace.name}`.toLowerCase();
    this.#settings = settings;
    this.#random = random;
  }

  get recordTypes(): readonly ('A' | 'SRV')[] {
    return [...this.#settings.ttls.keys()];
  }

  configure(settings: DiscoverySettings): void {
    this.#settings = settings;
  }

  register(instance: DiscoveredInstance): () => void {
    const entry = { instance, healthy: true, waiting: new Set<() => void>() };
    this.#instances.set(instance.id, entry);
    return () => {
      if (this.#instances.get(instance.id) === entry) this.#instances.delete(instance.id);
      for (const callback of entry.waiting) callback();
      entry.waiting.clear();
    };
  }

  setHealth(instance: string, healthy: boolean): void {
    const entry = this.#instances.get(instance);
    if (entry !== undefined) entry.healthy = healthy;
  }

  whenGone(instance: string, callback: () => void): () => void {
    const waiting = this.#instances.get(instance)?.waiting;
    if (waiting === undefined) callback();
    else waiting.add(callback);
    return () => waiting?.delete(callback);
  }

  discover(): readonly DiscoveredInstance[] {
    const all = [...this.#instances.values()];
    return all.filter(({ healthy }) => healthy || !this.#settings.checked).map(({ instance }) => instance);
  }

  resolve(name: string): NameRecords | undefined {
    const { ttls } = this.#settings;
    const wanted = name.toLowerCase().replace(/\.$/, '');
    if (wanted === this.dnsName) {
      const chosen = this.#choose();
      return {
        addresses: ttls.has('A') ? chosen.map(({ address }) => address) : [],
        srv: ttls.has('SRV')
          ? chosen.flatMap(({ id, port }) => (port === undefined ? [] : { name: `${id}.${this.dnsName}`, port, priority: 1, weight: 1 }))
          : [],
        ttl: Math.min(...ttls.values()),
      };
    }
    if (!ttls.has('SRV') || !wanted.endsWith(`.${this.dnsName}`)) return undefined;
    const instance = this.discover().find(({ id }) => wanted === `${id}.${this.dnsName}`.toLowerCase());
    return instance === undefined ? undefined : { addresses: [instance.address], srv: [], ttl: ttls.get('SRV')! };
  }

  /** In another order each time, as Route 53 answers. */
  #choose(): readonly DiscoveredInstance[] {
    const left = [...this.discover()];
    const chosen: DiscoveredInstance[] = [];
    const count = this.#settings.routing === 'WEIGHTED' ? 1 : LONGEST_ANSWER;
    while (left.length > 0 && chosen.length < count) chosen.push(...left.splice(Math.floor(this.#random() * left.length), 1));
    return chosen;
  }
}
