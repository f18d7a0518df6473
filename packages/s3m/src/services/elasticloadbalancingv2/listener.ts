import type { Account } from '../account.ts';
import { PropertyReader } from '../property-reader.ts';
import { isUnresolved, listOf } from '../known-value.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { parseAction, type ListenerAction } from './application/action.ts';
import { actionProperties, checkActions } from './application/check-actions.ts';
import { ApplicationBalancer } from './application/application-balancer.ts';
import { readListenerHeaders } from './application/listener-headers.ts';
import { checkVpc } from './check-vpc.ts';
import { checkListenerAttributes, readTcpIdle } from './listener-attributes.ts';
import { NetworkListener, type NetworkListenerSettings } from './network/network-listener.ts';
import { LiveLoadBalancer } from './live-load-balancer.ts';
import { checkTls } from './tls/check-tls.ts';
import type { ServedCertificate } from './tls/served-certificate.ts';
import type { TlsServer } from './tls/tls-server.ts';
import { LiveTargetGroup } from './live-target-group.ts';

/** For requests under way when a listener is deleted, in milliseconds. */
const closeGraceMs = 2000;

/** `AWS::ElasticLoadBalancingV2::Listener`: a port of a load balancer, and what becomes of what comes in there. */
export const listener: ResourceType = {
  type: 'AWS::ElasticLoadBalancingV2::Listener',
  scope: 'simulated',
  properties: {
    LoadBalancerArn: 'simulated',
    Port: 'simulated',
    Protocol: 'simulated',
    'Certificates.CertificateArn': 'simulated',
    SslPolicy: 'simulated',
    AlpnPolicy: 'simulated',
    'ListenerAttributes.Key': 'simulated',
    'ListenerAttributes.Value': 'simulated',
    ...actionProperties('DefaultActions'),
  },
  required: ['LoadBalancerArn', 'Port', 'Protocol', 'DefaultActions'],
  attributes: ['ListenerArn'],
  check,
  replacedBy: ['LoadBalancerArn', 'Port', 'Protocol'],
  create,
};

function check(properties: Properties): Finding[] {
  const { Port: port, Protocol: protocol, DefaultActions: actions, ListenerAttributes: listenerAttributes } = properties;
  const findings: Finding[] = [...checkTls(properties)];
  const number = Number(port);
  if (!isUnresolved(port) && (!Number.isInteger(number) || number < 1 || number > 65_535)) {
    findings.push({ property: 'Port', kind: 'invalid', message: `Port is ${JSON.stringify(port)}. Allowed: 1 to 65535` }); // NLB-001
  }
  if (protocol !== 'TCP' && protocol !== 'TLS' && protocol !== 'HTTP' && protocol !== 'HTTPS' && !isUnresolved(protocol)) {
    findings.push({ property: 'Protocol', kind: 'unsupported', ...notSupported(String(protocol)) });
  }
  findings.push(...checkListenerAttributes(listenerAttributes, protocol));
  const list = listOf(actions);
  if (protocol === 'HTTP' || protocol === 'HTTPS') return [...findings, ...checkActions(list, 'DefaultActions')];
  if (list.length !== 1) {
    findings.push({
      property: 'DefaultActions',
      kind: 'invalid',
      message: 'A listener of a Network Load Balancer has exactly one default action',
    }); // NLB-016
  }
  for (const [index, { Type: type }] of list.entries()) {
    if (type === 'forward' || isUnresolved(type)) continue;
    findings.push({
      property: `DefaultActions[${index}].Type`,
      kind: 'invalid',
      message: `Action type ${JSON.stringify(type)} is not allowed here. Allowed: forward`,
    });
  }
  return findings;
}

function notSupported(protocol: string): Pick<Finding, 'message' | 'fix'> {
  if (/UDP|QUIC/.test(protocol)) {
    return {
      message: `listeners of protocol ${protocol} are not supported: connections between the parts of a system here are streams, not datagrams`,
      fix: 'Use a TCP listener, or accept this listener by name to start without it.',
    };
  }
  return { message: `listeners of protocol ${JSON.stringify(protocol)} are not supported, only TCP, TLS, HTTP and HTTPS` };
}

async function create(context: ResourceContext): Promise<Resource> {
  const { account, properties } = context;
  const read = new PropertyReader(properties);
  const balancerArn = read.string('LoadBalancerArn');
  const balancer = account.directory.find('loadBalancer', balancerArn);
  const arn = `${balancerArn.replace(':loadbalancer/', ':listener/')}/${context.physicalId(16)}`;
  if (balancer instanceof ApplicationBalancer) return createApplicationListener(balancer, arn, read, account);
  if (balancer instanceof LiveLoadBalancer) return createNetworkListener(balancer, arn, read, account);
  throw new ResourceFailure(`Load balancer '${balancerArn}' not found`, { property: 'LoadBalancerArn' });
}

async function createNetworkListener(balancer: LiveLoadBalancer, arn: string, read: PropertyReader, account: Account): Promise<Resource> {
  const protocol = read.string('Protocol');
  if (protocol !== 'TCP' && protocol !== 'TLS') throw wrongProtocol(protocol, 'TCP, UDP, TCP_UDP, TLS, QUIC, TCP_QUIC');
  const certificates: ServedCertificate[] = [];
  const settings = await readNetworkSettings(protocol, read, certificates, account, balancer);
  const listener = new NetworkListener(arn, read.integer('Port'), protocol, settings, certificates);
  await balancer.addListener(listener);
  const resource: Resource = {
    ref: arn,
    attributes: { ListenerArn: arn },
    ...(listener.door === undefined ? {} : { addresses: [listener.door.address] }),
    update: async ({ properties }) => {
      const changed = await readNetworkSettings(protocol, new PropertyReader(properties), certificates, account, balancer);
      balancer.configureListener(listener, changed);
      return resource;
    },
    delete: async () => balancer.removeListener(listener),
  };
  return resource;
}

async function readNetworkSettings(
  protocol: 'TCP' | 'TLS',
  read: PropertyReader,
  certificates: readonly ServedCertificate[],
  account: Account,
  balancer: LiveLoadBalancer,
): Promise<NetworkListenerSettings> {
  const action = parseAction(read.objects('DefaultActions'), 'DefaultActions');
  const group = findGroup(account, networkTargetOf(action), protocol);
  checkVpc(account, balancer, action, 'DefaultActions[0].TargetGroupArn');
  const idleMs = readTcpIdle(read);
  if (protocol === 'TCP') return { group, idleMs };
  const [{ TlsTermination }, { createTlsServer }, { alpnPolicies }] = await Promise.all([
    import('./network/tls-termination.ts'),
    import('./tls/tls-server.ts'),
    import('./tls/policies.ts'),
  ]);
  const protocols = alpnPolicies[read.strings('AlpnPolicy')[0] ?? 'None'] ?? [];
  return {
    group,
    idleMs,
    tls: new TlsTermination(await createTlsServer(read, certificates, account, () => protocols), group.protocol === 'TLS'),
  };
}

async function createApplicationListener(
  balancer: ApplicationBalancer,
  arn: string,
  read: PropertyReader,
  account: Account,
): Promise<Resource> {
  const protocol = read.string('Protocol');
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') throw wrongProtocol(protocol, 'HTTP, HTTPS');
  const action = readDefaultAction(read, balancer, account);
  const certificates: ServedCertificate[] = [];
  const headers = readListenerHeaders(read);
  const tls = await readTls(read, certificates, balancer, account);
  const listener = await balancer.addListener({ arn, port: read.integer('Port'), action, certificates, headers, ...tls });
  const resource: Resource = {
    ref: arn,
    attributes: { ListenerArn: arn },
    ...(listener.local === undefined ? {} : { addresses: [listener.local] }),
    update: async ({ properties }) => {
      const changed = new PropertyReader(properties);
      listener.tls = (await readTls(changed, certificates, balancer, account)).tls;
      listener.headers = readListenerHeaders(changed);
      listener.setDefaultAction(readDefaultAction(changed, balancer, account));
      return resource;
    },
    delete: () => balancer.removeListener(listener, closeGraceMs),
    stopNow: () => balancer.removeListener(listener, 0),
  };
  return resource;
}

function readDefaultAction(read: PropertyReader, balancer: ApplicationBalancer, account: Account): ListenerAction {
  const action = parseAction(read.objects('DefaultActions'), 'DefaultActions');
  checkVpc(account, balancer, action, 'DefaultActions');
  return action;
}

/** Nothing for a listener without TLS. */
async function readTls(
  read: PropertyReader,
  certificates: readonly ServedCertificate[],
  balancer: ApplicationBalancer,
  account: Account,
): Promise<{ readonly tls?: TlsServer }> {
  if (read.string('Protocol') !== 'HTTPS') return {};
  const { createTlsServer } = await import('./tls/tls-server.ts');
  const protocols = (): readonly string[] => (balancer.settings.http2 ? ['h2', 'http/1.1', 'http/1.0'] : ['http/1.1', 'http/1.0']); // NLB-075
  return { tls: await createTlsServer(read, certificates, account, protocols) };
}

function networkTargetOf(action: ListenerAction): string {
  const groups = action.kind === 'forward' ? action.groups : [];
  const [group] = groups;
  if (group !== undefined && groups.length === 1) return group.arn;
  throw new ResourceFailure('A listener of a Network Load Balancer forwards to exactly one target group', { property: 'DefaultActions' });
}

function findGroup({ directory }: Account, arn: string, protocol: string): LiveTargetGroup {
  const group = directory.find('targetGroup', arn);
  if (group?.targetType === 'lambda')
    throw new ResourceFailure("Target groups with target type 'lambda' can be used with an Application Load Balancer only", {
      property: 'DefaultActions[0].TargetGroupArn',
    }); // NLB-004
  if (!(group instanceof LiveTargetGroup))
    throw new ResourceFailure(`Target group '${arn}' not found`, {
      property: 'DefaultActions[0].TargetGroupArn',
      fix: `Name one with Ref. There are: ${
        directory
          .list('targetGroup')
          .map(([known]) => known)
          .join(', ') || 'none'
      }.`,
    });
  // NLB-002
  const may = protocol === 'TLS' && group.targetType !== 'alb' ? ['TCP', 'TLS'] : protocol === 'TLS' ? [] : [protocol];
  if (may.includes(group.protocol) && !(protocol === 'TLS' && group.protocol === 'TLS' && group.settings.staysBySource)) return group;
  if (may.includes(group.protocol)) {
    throw new ResourceFailure('You cannot enable stickiness on target groups with the TLS protocol', {
      property: 'DefaultActions[0].TargetGroupArn',
      fix: 'Take stickiness.enabled from the attributes of the target group.',
    }); // NLB-027
  }
  throw new ResourceFailure(`Listener protocol '${protocol}' and target group protocol '${group.protocol}' are incompatible`, {
    property: 'DefaultActions[0].TargetGroupArn',
  });
}

function wrongProtocol(protocol: string, kinds: string): ResourceFailure {
  return new ResourceFailure(`Listener protocol '${protocol}' must be one of '${kinds}'`, { property: 'Protocol' });
}
