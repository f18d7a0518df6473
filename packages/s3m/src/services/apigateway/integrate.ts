import type { Step } from './passage.ts';

/** Hands the request to the method's integration, which answers it. */
export const integrate: Step = ({ request, stage, method }) => {
  const { integration } = method!;
  request.trace.integration = { type: integration.type };
  if (stage!.logs?.recordsData(method!) === true) request.exchange = {};
  return integration.run(request);
};
