import type { IncomingMessage, ServerResponse } from 'node:http';
import { EcrError } from '../ecr-error.ts';
import type { EcrRegistry } from '../ecr-registry.ts';
import { invalidRepositoryName, isRepositoryName } from '../repository-name.ts';
import { authenticate } from './authenticate.ts';
import { pullBlob } from './blobs.ts';
import type { DistributionCall } from './distribution-call.ts';
import { parseDistributionPath, type DistributionPath } from './distribution-path.ts';
import { listReferrers, listTags } from './listings.ts';
import { deleteManifest, pullManifest, pushManifest } from './manifests.ts';
import { answerError, answerJson, answerRefusal, answerUnauthorized } from './registry-answer.ts';
import { cancelUpload, completeUpload, continueUpload, describeUpload, startUpload } from './uploads.ts';

/** Serves one request of the OCI distribution protocol: what `docker login`, `push` and `pull` speak (ECR-006 to ECR-008). */
export async function serveDistribution(registry: EcrRegistry, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const who = authenticate(request, registry.tokens);
    if (who.kind === 'unknown') return answerUnauthorized(request, response);
    // ECR-012
    if (who.kind === 'expired')
      return answerError(request, response, 403, 'DENIED', 'Your authorization token has expired. Reauthenticate and try again.');
    const url = new URL(request.url ?? '/', 'http://registry');
    // Not the URL's own path, out of which dots would have been taken.
    const path = parseDistributionPath((request.url ?? '/').split('?', 1)[0] ?? '/');
    if (path === undefined) return answerError(request, response, 404, 'UNSUPPORTED', 'Nothing is here');
    if (path.kind === 'base') return answerJson(request, response, 200, {});
    if (path.kind === 'catalog') return answerError(request, response, 405, 'UNSUPPORTED', 'The operation is unsupported.');
    if (!isRepositoryName(path.name)) return answerError(request, response, 400, 'NAME_INVALID', invalidRepositoryName);
    const caller = { owner: who.owner };
    await serve({ registry, caller, request, response, query: url.searchParams, name: path.name }, path);
  } catch (error) {
    if (error instanceof EcrError) answerRefusal(request, response, error);
    // The client went away in the middle; what has come of an upload stays.
    else if (request.destroyed && !request.complete) response.destroy();
    else answerError(request, response, 500, 'UNKNOWN', error instanceof Error ? error.message : String(error));
  }
}

async function serve(call: DistributionCall, path: Exclude<DistributionPath, { readonly kind: 'base' | 'catalog' }>): Promise<void> {
  const { request, response } = call;
  const { method = '' } = request;
  const reading = method === 'GET' || method === 'HEAD';
  if (path.kind === 'tags' && reading) return listTags(call);
  if (path.kind === 'referrers' && reading) return listReferrers(call, path.digest);
  if (path.kind === 'blob' && reading) return pullBlob(call, path.digest);
  if (path.kind === 'manifest' && reading) return pullManifest(call, path.reference);
  if (path.kind === 'manifest' && method === 'PUT') return pushManifest(call, path.reference);
  if (path.kind === 'manifest' && method === 'DELETE') return deleteManifest(call, path.reference);
  if (path.kind === 'upload' && path.id === '' && method === 'POST') return startUpload(call);
  if (path.kind === 'upload' && path.id !== '') {
    if (method === 'PATCH') return continueUpload(call, path.id);
    if (method === 'PUT') return completeUpload(call, path.id);
    if (method === 'GET') return describeUpload(call, path.id);
    if (method === 'DELETE') return cancelUpload(call, path.id);
  }
  answerError(request, response, 405, 'UNSUPPORTED', 'The operation is unsupported.');
}
