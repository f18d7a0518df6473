import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { NetworkRefusal, type Network } from '../../network/network.ts';
import type { Target } from '../../capabilities/target-group.ts';
import { localHeader } from './network/proxy-protocol.ts';

/** How targets are checked (NLB-028 to NLB-032). */
export interface HealthCheckSettings {
  readonly protocol: 'TCP' | 'HTTP' | 'HTTPS';
  /** Undefined: the port at which the target is registered. */
  readonly port: number | undefined;
  readonly path: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** Accepts a status. */
  readonly matches: (status: number) => boolean;
  /** As the template gives it, for people. */
  readonly matcher: string;
  /** Whether a header of the proxy protocol comes first (NLB-049). */
  readonly proxyProtocol: boolean;
  /** The newest version that an HTTPS check speaks (NLB-035). */
  readonly mostTls: 'TLSv1.2' | 'TLSv1.3';
}

/** The balancer node that makes a check. */
export interface CheckingNode {
  readonly interfaceId: string;
  readonly address: string;
  readonly zone: string;
  /** What the Host header names (NLB-032). */
  readonly listenerPort: number;
}

export type CheckResult =
  /** `detail`: what nodes saw that could not carry their point. */
  | { readonly passed: true; readonly detail?: string }
  /** `refused`: nothing listens on the port, or not yet. */
  | {
      readonly passed: false;
      readonly detail: string;
      readonly refused?: boolean;
      /** What was answered instead of what is expected. */
      readonly status?: number;
      readonly timedOut?: boolean;
    };

/** Makes one check over a connection of its own (NLB-033). Never rejects. The time-out is real time: it bounds a request. */
export async function checkTarget(
  network: Network,
  node: CheckingNode,
  target: Target,
  settings: HealthCheckSettings,
): Promise<CheckResult> {
  const port = settings.port ?? target.port;
  let socket: Socket | undefined;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(
      () => resolve({ passed: false, detail: `no answer within ${settings.timeoutMs / 1000} s`, timedOut: true }),
      settings.timeoutMs,
    ).unref();
  });
  const attempt = async (): Promise<CheckResult> => {
    try {
      ({ socket } = await network.dial({ kind: 'interface', interfaceId: node.interfaceId }, { address: target.address, port }));
    } catch (error) {
      if (error instanceof NetworkRefusal) return { passed: false, detail: `no answer: ${error.hop.rule}` };
      return isRefused(error)
        ? { passed: false, detail: `connection refused on port ${port}`, refused: true }
        : { passed: false, detail: error instanceof Error ? error.message : String(error) };
    }
    if (settings.proxyProtocol) socket.write(localHeader);
    if (settings.protocol === 'TCP') return { passed: true };
    if (settings.protocol === 'HTTPS') socket = secured(socket, settings);
    return askStatus(socket, node, settings);
  };
  const result = await Promise.race([attempt(), timeout]);
  clearTimeout(timer);
  socket?.destroy();
  return result;
}

/** Whose certificate it is doesn't matter (NLB-012). What goes wrong is told by the socket's events. */
function secured(socket: Socket, { mostTls }: HealthCheckSettings): Socket {
  socket.on('error', () => {});
  return connectTls({ socket, rejectUnauthorized: false, maxVersion: mostTls, ALPNProtocols: ['http/1.1'] });
}

function askStatus(socket: Socket, node: CheckingNode, settings: HealthCheckSettings): Promise<CheckResult> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('error', (error) => resolve({ passed: false, detail: error.message }));
    socket.on('close', () => resolve({ passed: false, detail: text === '' ? 'closed without an answer' : 'not an HTTP answer' }));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const status = /^HTTP\/1\.[01] (\d{3})[ \r]/.exec(text)?.[1];
      if (status === undefined) {
        if (text.length > 64) resolve({ passed: false, detail: 'not an HTTP answer' });
        return;
      }
      resolve(
        settings.matches(Number(status))
          ? { passed: true }
          : { passed: false, detail: `answered ${status} on GET ${settings.path}, expected ${settings.matcher}`, status: Number(status) },
      );
    });
    socket.write(
      `GET ${settings.path} HTTP/1.1\r\nHost: ${node.address}:${node.listenerPort}\r\nUser-Agent: ELB-HealthChecker/2.0\r\nAccept-Encoding: gzip, compressed\r\nConnection: close\r\n\r\n`,
    );
  });
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}
