import { compressAnswer } from './compression/compress-answer.ts';
import type { IntegrationType, Outcome } from './integration.ts';
import { unlessLater, type Later } from './later.ts';
import type { Passage, Step } from './passage.ts';

/** What the trace tells of an integration that has nothing to add, one object for all requests. */
const named: Readonly<Record<IntegrationType, { readonly type: IntegrationType }>> = {
  MOCK: { type: 'MOCK' },
  HTTP: { type: 'HTTP' },
  HTTP_PROXY: { type: 'HTTP_PROXY' },
  AWS: { type: 'AWS' },
  AWS_PROXY: { type: 'AWS_PROXY' },
};

/** Hands the request to the method's integration, which answers it. */
export const integrate: Step = (passage) => {
  const { request, stage, snapshot, method } = passage;
  const { integration } = method!;
  request.trace.integration = named[integration.type];
  if (stage!.logs?.recordsData(method!) === true) request.exchange = {};
  const { minimumCompressionSize: minimum } = snapshot!;
  const outcome = answer(passage);
  return minimum === undefined
    ? outcome
    : Promise.resolve(unlessLater(outcome)).then((settled) => compressAnswer(request, minimum, settled));
};

/** By the stage's cache, where it has one that is on for the method. */
function answer(passage: Passage): Outcome | Promise<Outcome> | Later {
  const { request, stage, method } = passage;
  const { integration } = method!;
  const { responseCache, methods } = stage!;
  const ttlMs = responseCache === undefined ? 0 : methods.of(method!).cacheTtlMs;
  return ttlMs === 0 ? integration.run(request) : responseCache!.answer(passage, ttlMs, () => unlessLater(integration.run(request)));
}
