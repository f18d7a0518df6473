import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import type { Clock } from '../../../src/clock/clock.ts';
import { scaledClock } from '../../../src/clock/scaled-clock.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { listener } from '../../../src/services/elasticloadbalancingv2/listener.ts';
import { listenerRule } from '../../../src/services/elasticloadbalancingv2/listener-rule.ts';
import { loadBalancer } from '../../../src/services/elasticloadbalancingv2/load-balancer.ts';
import { targetGroup } from '../../../src/services/elasticloadbalancingv2/target-group.ts';
import type { Properties, Resource, ResourceType } from '../../../src/services/resource-type.ts';
import { smallNetwork, tcp, to, type SmallNetwork } from '../../network/small-network.ts';
import { createContext, fakeAccount, type FakeAccount } from '../fake-account.ts';
import { listening } from './private-balancer.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A balancer with a listener, and what makes more of it. */
export interface Bench {
  readonly account: FakeAccount;
  readonly small: SmallNetwork;
  readonly balancer: Resource;
  readonly front: Resource;
  readonly url: string;
  make(type: ResourceType, logicalId: string, properties: Properties): Promise<Resource>;
  groupOf(logicalId: string, more?: Properties): Promise<Resource>;
  ruleOf(conditions: readonly Properties[], action: Properties): Promise<Resource>;
  ask(path: string, more?: Call): Promise<Answer>;
}

/** Attributes as a template has them. */
export function attributesOf(values: Readonly<Record<string, string>>): Properties[] {
  return Object.entries(values).map(([Key, Value]) => ({ Key, Value }));
}

interface Options {
  readonly ingress?: boolean;
  readonly balancer?: Properties;
  readonly listener?: Properties;
  /** The account's own clock; the system's by default. */
  readonly clock?: Clock;
}

/** An internet-facing balancer in two zones whose listener answers 404 by default; `groupOf` and `ruleOf` add to it. */
export async function applicationBench(t: TestContext, options: Options = {}): Promise<Bench> {
  const port = options.listener?.['Port'];
  const small = smallNetwork({
    balancer: { ingress: options.ingress === false ? [] : [tcp(typeof port === 'number' ? port : 80, '0.0.0.0/0'), tcp(443, '0.0.0.0/0')] },
    task: { ingress: [tcp(8080, 'sg-nlb')] },
  });
  const { model } = small.network;
  model.addInternetGateway('igw-1', 'Igw');
  model.attachInternetGateway('igw-1', 'vpc-1');
  model.addRoute('rtb-main', { destination: to('0.0.0.0/0'), target: { kind: 'internet-gateway', id: 'igw-1' } });
  const clock = options.clock ?? systemClock;
  const account = await fakeAccount({ clock, schedule: scaledClock(systemClock, 0.001), network: small.network });
  t.after(() => account[Symbol.asyncDispose]());
  const make = (type: ResourceType, logicalId: string, properties: Properties): Promise<Resource> =>
    type.create(createContext(account, type, { logicalId, properties }));
  const balancer = await make(loadBalancer, 'Alb', {
    Type: 'application',
    Scheme: 'internet-facing',
    Subnets: ['subnet-1', 'subnet-2'],
    SecurityGroups: ['sg-nlb'],
    ...options.balancer,
  });
  const front = await make(listener, 'Http', {
    LoadBalancerArn: balancer.ref,
    Port: 80,
    Protocol: 'HTTP',
    DefaultActions: [
      { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain', MessageBody: 'no rule' } },
    ],
    ...options.listener,
  });
  t.after(() => front.stopNow!());
  const groupOf = (logicalId: string, more: Properties = {}): Promise<Resource> =>
    make(targetGroup, logicalId, {
      Port: 8080,
      Protocol: 'HTTP',
      TargetType: 'ip',
      VpcId: 'vpc-1',
      HealthCheckIntervalSeconds: 5,
      ...more,
    });
  let priority = 0;
  const ruleOf = (conditions: readonly Properties[], action: Properties): Promise<Resource> =>
    make(listenerRule, `Rule${++priority}`, { ListenerArn: front.ref, Priority: priority, Conditions: conditions, Actions: [action] });
  const url = front.addresses?.[0]?.local ?? '';
  const ask = (at: string, more: Call = {}): Promise<Answer> => call(url, at, more);
  return { account, small, balancer, front, make, groupOf, ruleOf, ask, url };
}

async function call(url: string, at: string, { method = 'GET', headers = {}, body }: Call): Promise<Answer> {
  const request = httpRequest(`${url}${at}`, { method, headers, maxHeaderSize: 65_536 });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks).toString() };
}

/** A task whose server answers checks with 200 and everything else by `handle`; resolves with its address when it is healthy. */
export async function registerServer(
  t: TestContext,
  it: Pick<Bench, 'small' | 'account'>,
  group: Resource,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer((request, response) =>
    request.headers['user-agent']?.startsWith('ELB-HealthChecker') === true ? response.end('ok') : handle(request, response),
  );
  const accept = await listening(t, server);
  t.after(() => server.closeAllConnections());
  const task = it.small.task({ accept });
  const targets = it.account.directory.find('targetGroup', group.ref)!;
  const healthy = new Promise<void>((resolve) => {
    const stop = targets.onHealthChange(({ address, health }) => {
      if (address !== task.address || health.state !== 'healthy') return;
      stop();
      resolve();
    });
  });
  targets.register({ address: task.address, port: 8080, zone: task.zone });
  await healthy;
  return task.address;
}

export const forwardTo = (group: Resource): Properties => ({ Type: 'forward', TargetGroupArn: group.ref });
export const path = (...values: string[]): Properties => ({ Field: 'path-pattern', PathPatternConfig: { Values: values } });
