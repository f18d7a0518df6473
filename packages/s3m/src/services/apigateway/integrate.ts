import type { Step } from './passage.ts';

/** Hands the request to the method's integration, which answers it. */
export const integrate: Step = ({ request, method }) => {
  const { integration } = method!;
  request.trace.integration = { type: integration.type };
  return integration.run(request);
};
