import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import test from 'node:test';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { basePathMapping } from '../../../src/services/apigateway/base-path-mapping.ts';
import { domainName } from '../../../src/services/apigateway/domain-name.ts';
import { certificate } from '../../../src/services/certificatemanager/certificate.ts';
import type { Properties, Resource } from '../../../src/services/resource-type.ts';
import { clientExtensions } from '../../../src/x509/certificate-extensions.ts';
import { MadeAuthority, selfSigned } from '../../x509/made-certificates.ts';
import { askDomain, provideTruststore } from '../domain-truststore.ts';
import { createContext } from '../fake-account.ts';
import { mock, openGateway, type Gateway } from './gateway-fixture.ts';
import { awsProxy, provideFunction } from './lambda/function-fixture.ts';

const MutualTlsAuthentication = { TruststoreUri: 's3://trust/store.pem' };
const regional = { EndpointConfiguration: { Types: ['REGIONAL'] } };

async function openDomain(gateway: Gateway, more: Properties = {}): Promise<{ readonly resource: Resource; readonly port: number }> {
  const { ref: RegionalCertificateArn } = await gateway.create(certificate, 'Certificate', {
    DomainName: 'api.example.com',
    KeyAlgorithm: 'EC_prime256v1',
  });
  const properties = { DomainName: 'api.example.com', RegionalCertificateArn, ...regional, MutualTlsAuthentication, ...more };
  const resource = await gateway.create(domainName, 'Domain', properties);
  await gateway.create(basePathMapping, 'Mapping', { DomainName: resource.ref, RestApiId: gateway.api.id, Stage: 'prod' });
  return { resource, port: Number(new URL(resource.addresses![0]!.local).port) };
}

function identityOf(event: unknown): { readonly clientCert?: unknown } {
  return (event as { readonly requestContext: { readonly identity: object } }).requestContext.identity;
}

test('A domain with mutual TLS lets clients in whose certificate an authority of the truststore has signed (AG-025)', async () => {
  await using gateway = await openGateway({ clock: systemClock });
  await gateway.method('GET', '/', mock('hello'));
  await gateway.deploy();
  const root = new MadeAuthority('Root');
  const between = new MadeAuthority('Intermediate', root);
  provideTruststore(gateway.account, `${root.certificate}${between.certificate}`);
  const { resource, port } = await openDomain(gateway);
  assert.match(resource.addresses![0]!.local, /^https:\/\/127\.0\.0\.1:\d+$/);
  const ask = (shown?: Parameters<typeof askDomain>[3]) => askDomain(gateway.account, port, '/', shown);
  assert.equal((await ask(root.client('one'))).body, 'hello');
  assert.equal((await ask(between.client('two'))).body, 'hello');
});

test('Clients without a trusted certificate are answered with 403 Forbidden, and the log says why (AG-025)', async () => {
  await using gateway = await openGateway({ clock: systemClock });
  await gateway.method('GET', '/', mock('hello'));
  await gateway.deploy();
  const root = new MadeAuthority('Root');
  provideTruststore(gateway.account, root.certificate);
  const { port } = await openDomain(gateway);
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const weakCertificate = root.sign([['CN', 'weak']], weak.publicKey, clientExtensions(), {});
  const weakClient = { certificate: weakCertificate, key: weak.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  const cases = [
    [undefined, 'the client presented no certificate'],
    [new MadeAuthority('Stranger').client('one'), 'Could not find issuer for certificate'],
    [selfSigned(['one'], {}, clientExtensions()), 'self signed certificate'],
    [root.client('late', { from: -10, until: -1 }), 'certificate has expired'],
    [weakClient, 'Client cert using an insecure Signature Algorithm'],
  ] as const;
  for (const [shown, reason] of cases) {
    const { status, type, body, id } = await askDomain(gateway.account, port, '/', shown);
    assert.deepEqual([status, type, body], [403, 'ForbiddenException', '{"message":"Forbidden"}'], reason);
    const { logs, decision } = gateway.account.traces.find(id)!;
    assert.deepEqual([logs.at(-1), decision!.why], [`Access denied. Reason: ${reason}`, `Access denied. Reason: ${reason}`]);
  }
  const unmapped = await askDomain(gateway.account, port, '/ping');
  assert.equal(unmapped.status, 403, 'not even the health check');
});

test('The default endpoint is not protected by it (AG-025)', async () => {
  await using gateway = await openGateway({ clock: systemClock });
  await gateway.method('GET', '/', mock('hello'));
  await gateway.deploy();
  provideTruststore(gateway.account, new MadeAuthority('Root').certificate);
  await openDomain(gateway);
  assert.equal((await gateway.send('/prod')).body, 'hello');
});

test('Functions are told who the client is by its certificate, and so are templates and logs (AG-268, AG-025)', async () => {
  await using gateway = await openGateway({ clock: systemClock });
  const work = provideFunction(gateway);
  await gateway.method('GET', '/function', awsProxy());
  const names = ['subjectDN', 'issuerDN', 'serialNumber', 'validity.notBefore', 'validity.notAfter'];
  const template = names.map((name) => `$context.identity.clientCert.${name}`).join('|');
  await gateway.method('GET', '/template', mock(template));
  await gateway.deploy();
  const root = new MadeAuthority('Root');
  provideTruststore(gateway.account, root.certificate);
  const { port } = await openDomain(gateway);
  const client = root.client('one');
  const { subject, serialNumber, validFrom, validTo } = new X509Certificate(client.certificate);
  await askDomain(gateway.account, port, '/function', client);
  const clientCert = {
    clientCertPem: client.certificate,
    subjectDN: 'CN=one',
    issuerDN: 'CN=Root',
    serialNumber: serialNumber.toLowerCase().replaceAll(/..(?!$)/g, '$&:'),
    validity: { notBefore: validFrom, notAfter: validTo },
  };
  assert.equal(subject, 'CN=one');
  assert.deepEqual(identityOf(work.events[0]).clientCert, clientCert);
  const { body } = await askDomain(gateway.account, port, '/template', client);
  assert.equal(body, ['CN=one', 'CN=Root', clientCert.serialNumber, validFrom, validTo].join('|'));
  await gateway.send('/prod/function');
  assert.equal('clientCert' in identityOf(work.events[1]), false, 'without mutual TLS');
});

test('A truststore that is not there, or has no certificate, fails the domain; one that has expired is a warning (AG-025)', async () => {
  await using gateway = await openGateway({ clock: systemClock });
  await gateway.method('GET', '/', mock('hello'));
  await gateway.deploy();
  const properties = { DomainName: 'x.example.com', ...regional, RegionalCertificateArn: 'arn:x' };
  const failing = (TruststoreUri: string) =>
    gateway.create(domainName, 'Failing', { ...properties, MutualTlsAuthentication: { TruststoreUri } });
  await assert.rejects(failing('s3://nobody/x.pem'), /there is no bucket "nobody" here/);
  const held = provideTruststore(gateway.account, 'no certificate');
  await assert.rejects(failing('s3://trust/x.pem'), /the bucket has no object "x\.pem"/);
  await assert.rejects(failing('s3://trust/store.pem'), /it has no certificate in PEM/);
  held.text = new MadeAuthority('Old', undefined, { from: -10, until: -1 }).certificate;
  const made = await gateway.create(domainName, 'Working', { ...properties, MutualTlsAuthentication });
  assert.equal(made.ref, 'x.example.com');
  const notices = gateway.account.events.flatMap((each) => (each.event === 'notice' ? [each.message] : []));
  assert.ok(notices.includes('Working: Certificate 1 of s3://trust/store.pem has expired: CN=Old'), notices.join('\n'));
});

test('A changed truststore counts after an update, and mutual TLS can be taken away again (AG-025)', async () => {
  await using gateway = await openGateway({ clock: systemClock });
  await gateway.method('GET', '/', mock('hello'));
  await gateway.deploy();
  const [first, second] = [new MadeAuthority('First'), new MadeAuthority('Second')];
  const held = provideTruststore(gateway.account, first.certificate);
  const { resource, port } = await openDomain(gateway);
  const status = async (at: number): Promise<number> => (await askDomain(gateway.account, at, '/', second.client('one'))).status;
  assert.equal(await status(port), 403);
  held.text = second.certificate;
  const properties = { DomainName: 'api.example.com', ...regional, RegionalCertificateArn: 'arn:x' };
  const update = (more: Properties) =>
    resource.update!(createContext(gateway.account, domainName, { logicalId: 'Domain', properties: { ...properties, ...more } }));
  const updated = await update({ MutualTlsAuthentication });
  assert.equal(await status(Number(new URL(updated.addresses![0]!.local).port)), 200);
  const plain = await update({});
  assert.match(plain.addresses![0]!.local, /^http:\/\//);
  assert.equal(await (await fetch(plain.addresses![0]!.local)).text(), 'hello');
});

test('Mutual TLS is for regional domains, and its truststore is in S3 (AG-025)', () => {
  const found = (properties: Properties): string[] =>
    (domainName.check?.({ DomainName: 'api.example.com', MutualTlsAuthentication, ...properties }, {}) ?? []).map(
      ({ property }) => property,
    );
  assert.deepEqual(found({ ...regional }), []);
  assert.deepEqual(found({ EndpointConfiguration: { Types: ['EDGE'] } }), ['MutualTlsAuthentication']);
  assert.deepEqual(found({ CertificateArn: 'arn:x' }), ['MutualTlsAuthentication']);
  assert.deepEqual(found({ ...regional, SecurityPolicy: 'TLS_1_0' }), ['SecurityPolicy']);
  assert.deepEqual(found({ ...regional, MutualTlsAuthentication: { TruststoreUri: 'https://x' } }), [
    'MutualTlsAuthentication.TruststoreUri',
  ]);
});
