import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import test from 'node:test';
import type { CertificateMaterial } from '../../../src/capabilities/certificate.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { clientCertificate } from '../../../src/services/apigateway/client-certificate.ts';
import { deployment } from '../../../src/services/apigateway/deployment.ts';
import { stage } from '../../../src/services/apigateway/stage.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { MadeAuthority, selfSigned } from '../../x509/made-certificates.ts';
import { createContext } from '../fake-account.ts';
import { connectTo, openGateway, proxy, type Gateway } from './gateway-fixture.ts';

const uri = 'https://internal.example/';
const mayTrust = { TlsConfig: { InsecureSkipVerification: true } };

/** An HTTPS backend behind link01; its answer is the subject of the client's certificate. */
async function secureBackend(gateway: Gateway, { certificate, key }: CertificateMaterial, options: ServerOptions = {}) {
  const server = createServer({ cert: certificate, key, ...options }, (request, response) => {
    const shown = (request.socket as TLSSocket).getPeerX509Certificate();
    response.end(shown?.subject.split('\n').join(', ') ?? 'nobody');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const behindLink = await gateway.backend(undefined, () => connectTo(port));
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await behindLink[Symbol.asyncDispose]();
    },
  };
}

/** Status and last log line of one request to a backend with this certificate. */
async function asked(
  material: CertificateMaterial,
  integration: Properties = {},
  more: Properties = {},
): Promise<[number, string | undefined]> {
  await using gateway = await openGateway({ clock: systemClock });
  await using backend = await secureBackend(gateway, material);
  assert.ok(backend.port > 0);
  await gateway.method('GET', '/', { ...proxy(uri, integration), ...more });
  await gateway.deploy();
  const answer = await gateway.send('/prod');
  return [answer.status, gateway.trace(answer).logs.at(-1)];
}

const configurationError = 'Execution failed due to configuration error: ';

test('A certificate of an authority that nobody knows is refused with 500, and its reason is logged', async () => {
  const known = new MadeAuthority('Private root');
  const chain = known.server(['internal.example']);
  const [status, log] = await asked({ ...chain, certificate: `${chain.certificate}${known.certificate}` });
  assert.equal(status, 500);
  assert.match(log!, /^Execution failed due to configuration error: PKIX path building failed: .* unable to find valid certification path/);
});

test('With insecureSkipVerification an unknown authority and a self-signed certificate will do (AG-197)', async () => {
  const root = new MadeAuthority('Private root');
  const between = new MadeAuthority('Private intermediate', root);
  const leaf = between.server(['internal.example']);
  const chain = { ...leaf, certificate: `${leaf.certificate}${between.certificate}${root.certificate}` };
  assert.deepEqual(await asked(chain, mayTrust), [200, undefined]);
  assert.deepEqual(await asked(selfSigned(['internal.example']), mayTrust), [200, undefined]);
  const http = { Type: 'HTTP', IntegrationHttpMethod: 'GET', IntegrationResponses: [{ StatusCode: '200' }] };
  const ofHttp = await asked(selfSigned(['internal.example']), { ...mayTrust, ...http }, { MethodResponses: [{ StatusCode: '200' }] });
  assert.equal(ofHttp[0], 200);
});

test('With insecureSkipVerification the host name still counts (AG-197, AG-196)', async () => {
  assert.deepEqual(await asked(selfSigned(['other.example']), mayTrust), [
    500,
    `${configurationError}Host name 'internal.example' does not match the certificate subject provided by the peer (CN=other.example)`,
  ]);
});

test('With insecureSkipVerification the dates still count, those of the authority too (AG-197)', async () => {
  const [status, log] = await asked(selfSigned(['internal.example'], { from: -10, until: -1 }), mayTrust);
  assert.equal(status, 500);
  assert.match(log!, /PKIX path validation failed/);
  assert.equal((await asked(selfSigned(['internal.example'], { from: 1, until: 2 }), mayTrust))[0], 500);
  const old = new MadeAuthority('Old root', undefined, { from: -10, until: -1 });
  const leaf = old.server(['internal.example']);
  assert.equal((await asked({ ...leaf, certificate: `${leaf.certificate}${old.certificate}` }, mayTrust))[0], 500);
});

test('With insecureSkipVerification a root must still be there (AG-197)', async () => {
  assert.equal((await asked(new MadeAuthority('Unseen root').server(['internal.example']), mayTrust))[0], 500);
  const leaf = selfSigned(['signer.example']);
  const root = new MadeAuthority('Private root');
  const unrelated = root.server(['internal.example']);
  assert.equal((await asked({ ...unrelated, certificate: `${unrelated.certificate}${leaf.certificate}` }, mayTrust))[0], 500);
});

test('A backend that asks for a certificate is shown that of the stage, which it can verify, and by no other stage (AG-537)', async () => {
  await using gateway = await openGateway({ clock: systemClock });
  const shown = await gateway.create(clientCertificate, 'Shown', {});
  const pem = readFileSync(join(gateway.account.stateDirectory, 'client-certificate-Shown.pem'), 'utf8');
  const certificate = new X509Certificate(pem);
  assert.equal(certificate.verify(certificate.publicKey), true, 'it is signed by itself');
  assert.equal(Math.round((certificate.validToDate.getTime() - Date.now()) / 86_400_000), 365);
  const demanding = { requestCert: true, rejectUnauthorized: true, ca: [pem] };
  await using backend = await secureBackend(gateway, selfSigned(['internal.example', '127.0.0.1']), demanding);
  const mapped = { Type: 'HTTP', IntegrationHttpMethod: 'GET', IntegrationResponses: [{ StatusCode: '200' }] };
  const internet = { ConnectionType: 'INTERNET', ConnectionId: null, Uri: `https://127.0.0.1:${backend.port}/` };
  await gateway.method('GET', '/', proxy(uri, mayTrust));
  await gateway.method('GET', '/mapped', { ...proxy(uri, { ...mayTrust, ...mapped }), MethodResponses: [{ StatusCode: '200' }] });
  await gateway.method('GET', '/internet', proxy(uri, { ...mayTrust, ...internet }));
  const { ref: DeploymentId } = await gateway.create(deployment, 'Deployment', { RestApiId: gateway.api.id });
  const common = { RestApiId: gateway.api.id, DeploymentId };
  const first = await gateway.create(stage, 'With', { ...common, StageName: 'with', ClientCertificateId: shown.ref });
  await gateway.create(stage, 'Without', { ...common, StageName: 'without' });
  for (const path of ['', '/mapped', '/internet', '']) {
    const answer = await gateway.send(`/with${path}`);
    assert.deepEqual([answer.status, answer.body], [200, 'C=US, ST=Washington, L=Seattle, O=Amazon, OU=Amazon API Gateway, CN=ApiGateway']);
    assert.equal((await gateway.send(`/without${path}`)).status, 504);
  }
  await first.update!(createContext(gateway.account, stage, { logicalId: 'With', properties: { ...common, StageName: 'with' } }));
  assert.equal((await gateway.send('/with')).status, 504, 'a stage that no longer has it');
});

test('A stage takes no client certificate that is not there (AG-537)', async () => {
  await using gateway = await openGateway();
  await gateway.method('GET', '/', proxy());
  const { ref: DeploymentId } = await gateway.create(deployment, 'Deployment', { RestApiId: gateway.api.id });
  await assert.rejects(
    gateway.create(stage, 'With', { RestApiId: gateway.api.id, DeploymentId, StageName: 'with', ClientCertificateId: 'nobody' }),
    { message: 'Invalid Client Certificate identifier specified' },
  );
});
