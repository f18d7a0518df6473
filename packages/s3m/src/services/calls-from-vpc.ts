import { connect, type AddressInfo, type Socket } from 'node:net';
import { AccountRegister } from '../capabilities/account-register.ts';
import type { CallPassage } from '../capabilities/credentials.ts';
import type { AttachedPolicy } from '../capabilities/role.ts';
import { NetworkRefusal, type NetworkInterface, type Verdict } from '../network/network.ts';
import type { Account } from './account.ts';

/** What a call's way is decided with. */
export type CallNetwork = Pick<Account, 'directory' | 'network' | 'region' | 'urlSuffix'>;

/** A task or a function, where its connections to AWS begin. */
export interface VpcCaller {
  readonly from: Pick<NetworkInterface, 'id' | 'vpcId'>;
  /** Told why a call gets no answer, each time. */
  refused(why: string): void;
}

/** How a call came to an AWS API. */
export type CallWay =
  /** From elsewhere than a VPC of the account, or out of one by NAT or internet gateway. */
  | { readonly kind: 'public' }
  | { readonly kind: 'endpoint'; readonly passage: CallPassage }
  /** On AWS nobody would hear it. */
  | { readonly kind: 'none' };

/** Connections that are made for somebody in a VPC, by the port that they come from. */
const callers = new AccountRegister<{ readonly caller: VpcCaller; readonly forget: () => void }>();

/** Policies of VPC endpoints by the endpoint's id; one without lets everything through (IAM-025). */
export const endpointPolicies: AccountRegister<AttachedPolicy> = new AccountRegister();

/** APIs that a connection to the endpoint may be for: which one it is stands in each call. */
const apis = ['dynamodb', 's3', 'secretsmanager', 'ssm', 'logs', 'api.ecr', 'sts', 'lambda', 'apigateway'];

/** Names in signatures that differ from the host's. */
const hosts: Readonly<Record<string, string>> = { ecr: 'api.ecr' };

/** Whether an interface reaches any API of AWS; the decision on the first one where it reaches none. */
export function decideCalls(account: CallNetwork, from: Pick<NetworkInterface, 'id'>): Verdict {
  const verdicts = apis.map((api) => account.network.egressTo(from.id, apiHost(account, api)));
  return verdicts.find(({ allowed }) => allowed) ?? verdicts[0]!;
}

/** Connects to the AWS endpoint for somebody in a VPC. */
export function dialEndpoint(account: CallNetwork & Pick<Account, 'endpoint'>, caller: VpcCaller): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: account.endpoint.port });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      const forget = callers.add(account.directory, String((socket.address() as AddressInfo).port), { caller, forget: () => forget() });
      resolve(socket);
    });
  });
}

/** The endpoint has closed a connection. Not earlier is it forgotten for whom it was: what a caller sent that has gone is still read. */
export function forgetCaller({ directory }: Pick<Account, 'directory'>, { remotePort }: Pick<Socket, 'remotePort'>): void {
  callers.find(directory, String(remotePort))?.forget();
}

/** How the call of a service came that arrives on a connection; `refused` is told where there is no way (VPC-020 to VPC-025). */
export function wayOfCall(account: CallNetwork, { remotePort }: Pick<Socket, 'remotePort'>, service: string): CallWay {
  const caller = callers.find(account.directory, String(remotePort))?.caller;
  if (caller === undefined) return { kind: 'public' };
  const verdict = account.network.egressTo(caller.from.id, apiHost(account, hosts[service] ?? service));
  if (!verdict.allowed) {
    caller.refused(new NetworkRefusal(verdict.hop).message);
    return { kind: 'none' };
  }
  const passage = passageOf(account, caller.from, verdict);
  return passage === undefined ? { kind: 'public' } : { kind: 'endpoint', passage };
}

/** The VPC endpoint that a decision leads through. */
export function passageOf(
  { directory }: Pick<Account, 'directory'>,
  { vpcId }: Pick<NetworkInterface, 'vpcId'>,
  { endpointId }: Verdict,
): CallPassage | undefined {
  if (endpointId === undefined) return undefined;
  const policy = endpointPolicies.find(directory, endpointId);
  return { endpointId, vpcId, ...(policy === undefined ? {} : { policy }) };
}

function apiHost({ region, urlSuffix }: CallNetwork, api: string): { readonly host: string; readonly port: number } {
  return { host: `${api}.${region}.${urlSuffix}`, port: 443 };
}
