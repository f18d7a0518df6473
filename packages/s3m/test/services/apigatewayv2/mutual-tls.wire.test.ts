import assert from 'node:assert/strict';
import test from 'node:test';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { apiMapping } from '../../../src/services/apigatewayv2/api-mapping.ts';
import { httpDomainName } from '../../../src/services/apigatewayv2/domain-name.ts';
import { MadeAuthority } from '../../x509/made-certificates.ts';
import { askDomain, provideTruststore } from '../domain-truststore.ts';
import { addLambda, openHttpApi } from './http-api-fixture.ts';

test('An HTTP API behind mutual TLS answers 403 to strangers, and tells functions of trusted clients in either format (AG-025)', async () => {
  await using api = await openHttpApi({ clock: systemClock });
  const root = new MadeAuthority('Root');
  provideTruststore(api.account, root.certificate);
  const shown = (context: { authentication?: { clientCert: { subjectDN: string } }; identity?: { clientCert?: { subjectDN: string } } }) =>
    context.authentication?.clientCert.subjectDN ?? context.identity?.clientCert?.subjectDN ?? 'nobody';
  const lambda = addLambda(api, 'f', ({ requestContext }) => ({ statusCode: 200, body: shown(requestContext) }));
  await api.route('GET /two', lambda.integration());
  await api.route('GET /one', { ...lambda.integration(), PayloadFormatVersion: '1.0' });
  const domain = await api.create(httpDomainName, 'Domain', {
    DomainName: 'api.example.com',
    DomainNameConfigurations: [{ EndpointType: 'REGIONAL', CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/x' }],
    MutualTlsAuthentication: { TruststoreUri: 's3://trust/store.pem' },
  });
  await api.create(apiMapping, 'Mapping', { DomainName: domain.ref, ApiId: api.api.id, Stage: '$default' });
  const port = Number(new URL(domain.addresses![0]!.local).port);
  assert.equal((await askDomain(api.account, port, '/two', root.client('one'))).body, 'CN=one');
  assert.equal((await askDomain(api.account, port, '/one', root.client('two'))).body, 'CN=two');
  const { status, body, id } = await askDomain(api.account, port, '/two', new MadeAuthority('Stranger').client('one'));
  assert.deepEqual([status, body], [403, '{"message":"Forbidden"}']);
  assert.equal(api.account.traces.find(id)!.decision!.why, 'Access denied. Reason: Could not find issuer for certificate');
});
