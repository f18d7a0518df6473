import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect as connectTcp, type AddressInfo, type Socket } from 'node:net';
import { connect, createServer, rootCertificates, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { test, type TestContext } from 'node:test';
import { BackendConnections } from '../../../src/gateway/backend-connections.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { certificate } from '../../../src/services/certificatemanager/certificate.ts';
import { LocalAuthority } from '../../../src/x509/local-authority.ts';
import { listener } from '../../../src/services/elasticloadbalancingv2/listener.ts';
import { loadBalancer } from '../../../src/services/elasticloadbalancingv2/load-balancer.ts';
import { targetGroup } from '../../../src/services/elasticloadbalancingv2/target-group.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { tcp, to } from '../../network/small-network.ts';
import { balancerOf, link, open, register, serverOf, type PrivateBalancer, listening } from './private-balancer.ts';

/** A balancer with a TLS listener on 443 in front of what `accept` leads to. */
async function tlsBalancer(
  t: TestContext,
  accept: () => Promise<Socket>,
  more: { readonly group?: Properties; readonly listener?: Properties } = {},
) {
  const rules = { ...open, balancer: { ingress: [tcp([80, 443], '0.0.0.0/0')] } };
  const it = await balancerOf(t, { rules });
  const made = await it.make(certificate, 'Certificate', {
    DomainName: 'api.example.com',
    SubjectAlternativeNames: ['*.example.org'],
    KeyAlgorithm: 'EC_prime256v1',
  });
  const group = await it.make(targetGroup, 'Behind', {
    Port: 8080,
    Protocol: 'TCP',
    TargetType: 'ip',
    VpcId: 'vpc-1',
    HealthCheckIntervalSeconds: 5,
    ...more.group,
  });
  t.after(() => group.delete());
  await it.listen(443, 'Secure', {
    Protocol: 'TLS',
    Certificates: [{ CertificateArn: made.ref }],
    DefaultActions: [{ Type: 'forward', TargetGroupArn: group.ref }],
    ...more.listener,
  });
  const targets = it.account.directory.find('targetGroup', group.ref)!;
  const task = it.small.task({ subnetId: 'subnet-2', accept });
  await register({ ...it, targets }, task, 'healthy');
  return it;
}

/** A client of the listener on 443. */
async function secure(it: PrivateBalancer, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const { socket } = await it.dialled.dial({ port: 443, source: link });
  const ca = [...rootCertificates, it.account.directory.find('certificateAuthority', 'amazon')!.certificate];
  const tls = connect({ socket, ca, servername: 'api.example.com', ...options });
  await once(tls, 'secureConnect');
  return tls;
}

test('a TLS listener answers with its certificate, and passes the clear bytes on to a TCP group (NLB-002, NLB-012)', async (t) => {
  const server = await serverOf(t, 'clear hello');
  const it = await tlsBalancer(t, server.accept);
  const client = await secure(it);
  assert.equal(client.authorized, true);
  client.write('GET / in the clear');
  assert.equal(String((await once(client, 'data'))[0]), 'clear hello');
  assert.deepEqual(server.received, ['GET / in the clear']);
  const other = await secure(it, { servername: 'www.example.org' });
  assert.equal(other.authorized, true, 'an alternative name');
  for (const each of [client, other]) each.destroy();
});

test('a name that the certificate lacks is refused by who asks for it', async (t) => {
  const { accept } = await serverOf(t, '');
  const it = await tlsBalancer(t, accept);
  await assert.rejects(secure(it, { servername: 'other.example.com' }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});

test('to a TLS group the balancer speaks TLS, whatever the certificate of the target (NLB-012)', async (t) => {
  const own = await new LocalAuthority('somebody else', () => Date.now()).issue(['expired.test'], 'EC_secp384r1');
  const server = createServer({ key: own.key, cert: own.certificate }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end('encrypted hello'));
  });
  server.on('tlsClientError', () => {});
  const accept = await listening(t, server);
  const it = await tlsBalancer(t, accept, { group: { Protocol: 'TLS' } });
  const client = await secure(it);
  client.write('anything');
  assert.equal(String((await once(client, 'data'))[0]), 'encrypted hello');
  client.destroy();
});

test('clients cannot stay with targets by their address where listener and group speak TLS (NLB-027)', async (t) => {
  const TargetGroupAttributes = [
    { Key: 'stickiness.enabled', Value: 'true' },
    { Key: 'stickiness.type', Value: 'source_ip' },
  ];
  const { accept } = await serverOf(t, '');
  await tlsBalancer(t, accept, { group: { TargetGroupAttributes } });
  await assert.rejects(
    tlsBalancer(t, accept, { group: { Protocol: 'TLS', TargetGroupAttributes } }),
    /stickiness on target groups with the TLS protocol/,
  );
});

test('the ALPN policy and the security policy of a listener decide on protocol and versions', async (t) => {
  const { accept } = await serverOf(t, '');
  const it = await tlsBalancer(t, accept, {
    listener: { AlpnPolicy: ['HTTP2Preferred'], SslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06' },
  });
  const client = await secure(it, { ALPNProtocols: ['http/1.1', 'h2'] });
  assert.deepEqual([client.alpnProtocol, client.getProtocol()], ['h2', 'TLSv1.3']);
  client.destroy();
  await assert.rejects(secure(it, { maxVersion: 'TLSv1.2' }));
});

test('HTTPS checks take any certificate, but fail at a target that speaks TLS 1.3 only (NLB-003, NLB-035)', async (t) => {
  const own = await new LocalAuthority('somebody else', () => Date.now()).issue(['any.test'], 'EC_prime256v1');
  const targetOf = async (minVersion: 'TLSv1.2' | 'TLSv1.3'): Promise<() => Promise<Socket>> => {
    const server = createServer({ key: own.key, cert: own.certificate, minVersion }, (socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    });
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    return async () => {
      const socket = connectTcp((server.address() as AddressInfo).port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    };
  };
  const it = await balancerOf(t, { group: { HealthCheckProtocol: 'HTTPS' } });
  await register(it, it.small.task({ subnetId: 'subnet-2', name: 'older', accept: await targetOf('TLSv1.2') }), 'healthy');
  await register(it, it.small.task({ subnetId: 'subnet-2', name: 'newest', accept: await targetOf('TLSv1.3') }), 'unhealthy');
});

test('an integration behind a VPC link trusts the certificate, by the name of its URI (AG-196, NLB-066)', async (t) => {
  const server = await serverOf(t, 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
  const it = await tlsBalancer(t, server.accept);
  t.after(
    it.account.directory.provide('vpcLink', 'link', {
      id: 'link',
      logicalId: 'Link',
      loadBalancerArn: 'arn:nlb',
      status: 'AVAILABLE',
      statusMessage: '',
      dial: (port) => it.dialled.dial({ port, source: link }),
    }),
  );
  const connections = new BackendConnections(it.account.directory, systemClock);
  t.after(() => connections.close());
  const ask = (serverName: string) =>
    connections
      .fleet({ kind: 'vpc-link', linkId: 'link', port: 443, serverName })
      .next()
      .send({ head: { method: 'GET', target: '/', headers: ['Host', serverName] } }, { timeoutMs: 5000 });
  assert.equal((await ask('api.example.com')).head.status, 200);
  await assert.rejects(
    ask('other.example.com'),
    (error: Error) => (error.cause as NodeJS.ErrnoException).code === 'ERR_TLS_CERT_ALTNAME_INVALID',
  );
});

test('a certificate names its subject and all its names, for 13 months', async () => {
  const authority = new LocalAuthority('authority', () => Date.parse('2026-11-25T12:00:00Z'));
  const { certificate: text } = await authority.issue(['a.test', '*.b.test'], 'RSA_2048');
  const made = new X509Certificate(text);
  assert.equal(made.subject, 'CN=a.test');
  assert.equal(made.subjectAltName, 'DNS:a.test, DNS:*.b.test');
  assert.deepEqual([made.validFrom, made.validTo], ['Nov 24 12:00:00 2026 GMT', 'Dec 25 12:00:00 2027 GMT']);
  assert.equal(made.verify(new X509Certificate(authority.certificate).publicKey), true);
  assert.equal(made.publicKey.asymmetricKeyDetails?.modulusLength, 2048);
});

test('an HTTPS listener of an application load balancer speaks TLS on both sides, and tells the target so (NLB-074)', async (t) => {
  const own = await new LocalAuthority('somebody else', () => Date.now()).issue(['any.test'], 'EC_prime256v1');
  const asked: IncomingHttpHeaders[] = [];
  const server = createHttpsServer({ key: own.key, cert: own.certificate }, (request, response) => {
    if (request.headers['x-forwarded-proto'] !== undefined) asked.push(request.headers);
    response.end('encrypted twice');
  });
  const accept = await listening(t, server);
  t.after(() => server.closeAllConnections());
  const it = await balancerOf(t, { rules: { ...open, balancer: { ingress: [tcp([80, 443], '0.0.0.0/0')] } } });
  const made = await it.make(certificate, 'Certificate', { DomainName: 'api.example.com', KeyAlgorithm: 'EC_prime256v1' });
  const alb = await it.make(loadBalancer, 'Alb', { Scheme: 'internal', Subnets: ['subnet-1', 'subnet-2'], SecurityGroups: ['sg-nlb'] });
  const group = await it.make(targetGroup, 'Https', {
    Port: 8080,
    Protocol: 'HTTPS',
    TargetType: 'ip',
    VpcId: 'vpc-1',
    HealthCheckIntervalSeconds: 5,
  });
  t.after(() => group.delete());
  const front = await it.make(listener, 'Front', {
    LoadBalancerArn: alb.ref,
    Port: 443,
    Protocol: 'HTTPS',
    Certificates: [{ CertificateArn: made.ref }],
    DefaultActions: [{ Type: 'forward', TargetGroupArn: group.ref }],
  });
  t.after(() => front.stopNow!());
  const targets = it.account.directory.find('targetGroup', group.ref)!;
  await register({ ...it, targets }, it.small.task({ subnetId: 'subnet-2', accept }), 'healthy');
  const caller = it.small.task({ name: 'caller' });
  const { socket } = await it.account.directory
    .find('loadBalancer', alb.ref)!
    .dial({ port: 443, source: { kind: 'interface', interfaceId: caller.id } });
  const ca = it.account.directory.find('certificateAuthority', 'amazon')!.certificate;
  const client = connect({ socket, ca, servername: 'api.example.com', ALPNProtocols: ['http/1.1'] });
  client.write('GET / HTTP/1.1\r\nHost: api.example.com\r\n\r\n');
  assert.match(String((await once(client, 'data'))[0]), /^HTTP\/1\.1 200 OK\r\n/);
  assert.equal(client.alpnProtocol, 'http/1.1');
  assert.deepEqual(
    [asked[0]?.['x-forwarded-proto'], asked[0]?.['x-forwarded-port'], asked[0]?.['x-forwarded-for']],
    ['https', '443', caller.address],
  );
  client.destroy();
});

test('an internet-facing TLS listener answers with TLS at a port of this machine (NLB-012)', async (t) => {
  const server = await serverOf(t, 'clear hello');
  const it = await balancerOf(t, {
    balancer: { Scheme: 'internet-facing', Subnets: ['subnet-1'] },
    prepare: ({ network: { model } }) => {
      model.addInternetGateway('igw-1', 'Igw');
      model.attachInternetGateway('igw-1', 'vpc-1');
      model.addRoute('rtb-main', { destination: to('0.0.0.0/0'), target: { kind: 'internet-gateway', id: 'igw-1' } });
    },
    rules: { ...open, balancer: { ingress: [tcp([80, 443], '0.0.0.0/0')] } },
  });
  const made = await it.make(certificate, 'Certificate', { DomainName: 'api.example.com', KeyAlgorithm: 'EC_prime256v1' });
  const front = await it.listen(443, 'Secure', { Protocol: 'TLS', Certificates: [{ CertificateArn: made.ref }] });
  t.after(() => front.delete());
  await register(it, it.small.task({ accept: server.accept }), 'healthy');
  const url = new URL(front.addresses![0]!.local);
  assert.equal(url.protocol, 'https:');
  const ca = it.account.directory.find('certificateAuthority', 'amazon')!.certificate;
  const client = connect({ port: Number(url.port), host: '127.0.0.1', ca, servername: 'api.example.com' });
  client.write('anything');
  assert.equal(String((await once(client, 'data'))[0]), 'clear hello');
  client.destroy();
});
