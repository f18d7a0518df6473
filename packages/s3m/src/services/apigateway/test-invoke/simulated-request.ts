import { WholeBody } from '../../../http/whole-body.ts';
import type { RestCall } from '../../rest-json-service.ts';
import { ServiceError } from '../../service-error.ts';
import { findClientCertificate } from '../client-certificates.ts';
import { GatewayRequest } from '../gateway-request.ts';
import type { LiveApi } from '../live-api.ts';
import type { SimulatedCall } from './simulated-call.ts';

/** The stage that a tried out method is in (AG-092, AG-510). */
const testStage = 'test-invoke-stage';
/** What stands for the API key of a caller. */
const simulatedKey = { id: 'test-invoke-api-key-id', value: 'test-invoke-api-key' };

/** A request that nobody sent, with AWS's names for what it can't have. @throws ServiceError */
export function createSimulatedRequest(api: LiveApi, call: RestCall, verb: string, simulated: SimulatedCall): GatewayRequest {
  const { headers, target, stageVariables, clientCertificateId } = simulated;
  const body = Buffer.from(simulated.body);
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const request = new GatewayRequest(
    { ...api.facts, host: 'testPrefix.testDomainName' },
    {
      head: {
        method: verb,
        target,
        version: 'HTTP/1.1',
        headers,
        framing: body.length === 0 ? { kind: 'none' } : { kind: 'length', length: body.length },
        keepAlive: true,
      },
      body: new WholeBody(body),
      peer: { address: 'test-invoke-source-ip', port: 0 },
      receivedAt: api.facts.clock.monotonic(),
    },
    // As at a custom domain: the stage is no part of the path.
    { basePath: '', target: { stage: testStage, path, contextPath: path, query: mark === -1 ? '' : target.slice(mark + 1) } },
    { simulated: true },
  );
  request.variables = stageVariables;
  request.caller = { ...call.caller, accessKeyId: call.accessKeyId };
  request.apiKey = simulatedKey;
  if (clientCertificateId !== undefined) {
    request.clientCertificate = findClientCertificate(call.account.directory, clientCertificateId);
    if (request.clientCertificate === undefined)
      throw new ServiceError('NotFoundException', 'Invalid Client Certificate identifier specified', { status: 404 });
  }
  return request;
}
