import type { ListenerView } from '../../../capabilities/load-balancer.ts';
import type { LiveTargetGroup } from '../live-target-group.ts';
import type { ServedCertificate } from '../tls/served-certificate.ts';
import type { NetworkDoor } from './network-door.ts';
import type { TlsTermination } from './tls-termination.ts';

/** What a listener of a Network Load Balancer does with a connection; it can be changed in place. */
export interface NetworkListenerSettings {
  readonly group: LiveTargetGroup;
  /** NLB-050 */
  readonly idleMs: number;
  /** For listeners of protocol TLS. */
  readonly tls?: TlsTermination;
}

/** A listener of a Network Load Balancer. */
export class NetworkListener implements ListenerView {
  readonly arn: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'TLS';
  settings: NetworkListenerSettings;
  /** Of protocol TLS: for names that the default certificate does not have. */
  readonly certificates: ServedCertificate[];
  /** Of an internet-facing balancer. */
  door: NetworkDoor | undefined;

  constructor(arn: string, port: number, protocol: 'TCP' | 'TLS', settings: NetworkListenerSettings, certificates: ServedCertificate[]) {
    this.arn = arn;
    this.port = port;
    this.protocol = protocol;
    this.settings = settings;
    this.certificates = certificates;
  }

  get targetGroupArns(): readonly string[] {
    return [this.settings.group.arn];
  }

  get url(): string {
    return this.door?.address.local ?? '';
  }
}
