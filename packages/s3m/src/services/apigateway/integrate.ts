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
export const integrate: Step = ({ request, stage, method }) => {
  const { integration } = method!;
  request.trace.integration = named[integration.type];
  if (stage!.logs?.recordsData(method!) === true) request.exchange = {};
  return integration.run(request);
};
