import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type ConnectionOptions } from 'node:tls';
import { test, type TestContext } from 'node:test';
import { certificate } from '../../../src/services/certificatemanager/certificate.ts';
import { listenerCertificate } from '../../../src/services/elasticloadbalancingv2/listener-certificate.ts';
import { listener } from '../../../src/services/elasticloadbalancingv2/listener.ts';
import { loadBalancer } from '../../../src/services/elasticloadbalancingv2/load-balancer.ts';
import type { Resource } from '../../../src/services/resource-type.ts';
import { tcp } from '../../network/small-network.ts';
import { balancerOf, link, open, register, serverOf, type PrivateBalancer } from './private-balancer.ts';

const foreignArn = 'arn:aws:acm:us-east-1:210987654321:certificate/12345678-1234-1234-1234-123456789012';

/** A listener on 443 whose certificate is for api.example.com unless `usual` names another, of a network or an application load balancer. */
async function secureBalancer(t: TestContext, kind: 'network' | 'application', usual?: string) {
  const it = await balancerOf(t, { rules: { ...open, balancer: { ingress: [tcp([80, 443], '0.0.0.0/0')] } } });
  const own = (logicalId: string, name: string, algorithm = 'EC_prime256v1'): Promise<Resource> =>
    it.make(certificate, logicalId, { DomainName: name, KeyAlgorithm: algorithm });
  const shown = usual ?? (await own('Api', 'api.example.com')).ref;
  const { front, balancerArn } = kind === 'network' ? await networkListener(t, it, shown) : await applicationListener(t, it, shown);
  const add = (logicalId: string, ...arns: readonly string[]): Promise<Resource> =>
    it.make(listenerCertificate, logicalId, { ListenerArn: front.ref, Certificates: arns.map((arn) => ({ CertificateArn: arn })) });
  const caller = it.small.task({ name: 'caller' });
  /** Who answers to a client that asks for `servername`, and whether the client trusts it. */
  const shownTo = async (servername: string | undefined, options: ConnectionOptions = {}) => {
    const source = kind === 'network' ? link : ({ kind: 'interface', interfaceId: caller.id } as const);
    const { socket } = await it.account.directory.find('loadBalancer', balancerArn)!.dial({ port: 443, source });
    const ca = it.account.directory.find('certificateAuthority', 'amazon')?.certificate;
    const client = connect({
      socket,
      rejectUnauthorized: false,
      ...(ca === undefined ? {} : { ca }),
      ...(servername === undefined ? {} : { servername }),
      ...options,
    });
    await once(client, 'secureConnect');
    const { subject, bits } = client.getPeerCertificate();
    const seen = { name: subject.CN, bits, authorized: client.authorized };
    client.destroy();
    return seen;
  };
  return { it, own, add, shownTo };
}

async function networkListener(t: TestContext, it: PrivateBalancer, arn: string) {
  const { accept } = await serverOf(t, 'hello');
  await register(it, it.small.task({ subnetId: 'subnet-2', accept }), 'healthy');
  const front = await it.listen(443, 'Secure', { Protocol: 'TLS', Certificates: [{ CertificateArn: arn }] });
  t.after(() => front.delete());
  return { front, balancerArn: it.balancer.ref };
}

async function applicationListener(t: TestContext, it: PrivateBalancer, arn: string) {
  const alb = await it.make(loadBalancer, 'Alb', { Scheme: 'internal', Subnets: ['subnet-1', 'subnet-2'], SecurityGroups: ['sg-nlb'] });
  const front = await it.make(listener, 'Front', {
    LoadBalancerArn: alb.ref,
    Port: 443,
    Protocol: 'HTTPS',
    Certificates: [{ CertificateArn: arn }],
    DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }],
  });
  t.after(() => front.stopNow!());
  return { front, balancerArn: alb.ref };
}

for (const kind of ['network', 'application'] as const) {
  test(`a listener of ${kind} type shows each client the certificate of the name that it asks for, else its default one (NLB-012)`, async (t) => {
    const { own, add, shownTo } = await secureBalancer(t, kind);
    const shop = await own('Shop', 'shop.example.org');
    const any = await own('Any', '*.example.org');
    const added = await add('More', shop.ref, any.ref);
    assert.deepEqual(await shownTo('shop.example.org'), { name: 'shop.example.org', bits: 256, authorized: true });
    assert.deepEqual(await shownTo('SHOP.example.org'), { name: 'shop.example.org', bits: 256, authorized: true });
    assert.deepEqual(await shownTo('www.example.org'), { name: '*.example.org', bits: 256, authorized: true });
    assert.deepEqual(await shownTo('api.example.com'), { name: 'api.example.com', bits: 256, authorized: true });
    assert.deepEqual(await shownTo('else.example.net'), { name: 'api.example.com', bits: 256, authorized: false });
    assert.equal((await shownTo(undefined)).name, 'api.example.com');
    await added.delete();
    assert.equal((await shownTo('shop.example.org')).name, 'api.example.com', 'taken away again');
  });
}

test('of an ECDSA and an RSA certificate for a name, a client gets the one that it can take, ECDSA first', async (t) => {
  const { own, add, shownTo } = await secureBalancer(t, 'network');
  await add('Both', (await own('Rsa', 'shop.example.org', 'RSA_2048')).ref, (await own('Ec', '*.example.org')).ref);
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    assert.equal((await shownTo('shop.example.org', { maxVersion })).name, '*.example.org');
    assert.equal((await shownTo('shop.example.org', { maxVersion, sigalgs: 'rsa_pss_rsae_sha256:RSA+SHA256' })).name, 'shop.example.org');
  }
});

test('a name whose only certificate is RSA is not answered with the default one, which is ECDSA', async (t) => {
  const { own, add, shownTo } = await secureBalancer(t, 'network');
  await add('Rsa', (await own('Rsa', 'shop.example.org', 'RSA_2048')).ref);
  assert.deepEqual(await shownTo('shop.example.org'), { name: 'shop.example.org', bits: 2048, authorized: true });
});

test('a certificate of AWS is not known here: one of the local authority is made for each name that is asked for, and a notice says so', async (t) => {
  const { it, shownTo } = await secureBalancer(t, 'application', foreignArn);
  assert.deepEqual(await shownTo('www.example.net'), { name: 'www.example.net', bits: 256, authorized: true });
  assert.equal((await shownTo(undefined)).name, 'localhost');
  const notices = it.account.events.filter(({ event }) => event === 'notice');
  assert.match(JSON.stringify(notices), /certificate\/12345678-1234-1234-1234-123456789012 is not one of the application/);
});

test('a certificate that is none, and one for a listener without TLS, are refused', async (t) => {
  const { it, add } = await secureBalancer(t, 'network');
  await assert.rejects(add('None', 'arn:aws:s3:::bucket'), { message: "Certificate ARN 'arn:aws:s3:::bucket' is not valid" });
  await assert.rejects(
    it.make(listenerCertificate, 'Plain', { ListenerArn: it.first.ref, Certificates: [{ CertificateArn: foreignArn }] }),
    { message: 'A certificate cannot be specified for TCP listeners' },
  );
  await assert.rejects(it.make(listenerCertificate, 'Lost', { ListenerArn: 'arn:none', Certificates: [] }), {
    message: "Listener 'arn:none' not found",
  });
});
