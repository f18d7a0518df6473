import { compressAnswer } from './compression/compress-answer.ts';
import type { IntegrationType } from './integration.ts';
import type { Step } from './passage.ts';

/** What the trace tells of an integration that has nothing to add, one object for all requests. */
const named: Readonly<Record<IntegrationType, { readonly type: IntegrationType }>> = {
  MOCK: { type: 'MOCK' },
  HTTP: { type: 'HTTP' },
  HTTP_PROXY: { type: 'HTTP_PROXY' },
  AWS: { type: 'AWS' },
  AWS_PROXY: { type: 'AWS_PROXY' },
};

/** Hands the request to the method's integration, which answers it. */
export const integrate: Step = ({ request, stage, snapshot, method }) => {
  const { integration } = method!;
  request.trace.integration = named[integration.type];
  if (stage!.logs?.recordsData(method!) === true) request.exchange = {};
  const { minimumCompressionSize: minimum } = snapshot!;
  const outcome = integration.run(request);
  return minimum === undefined ? outcome : Promise.resolve(outcome).then((settled) => compressAnswer(request, minimum, settled));
};
