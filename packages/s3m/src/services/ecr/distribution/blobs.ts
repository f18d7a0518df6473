import { pipeline } from 'node:stream/promises';
import { EcrError } from '../ecr-error.ts';
import { openRepository, parseDigest, type DistributionCall } from './distribution-call.ts';
import { answerError, commonHeaders } from './registry-answer.ts';

/** HEAD (what a push asks first) and GET of a blob, whole or a range of it (ECR-008, ECR-009). */
export async function pullBlob(call: DistributionCall, reference: string): Promise<void> {
  const { registry, request, response } = call;
  const head = request.method === 'HEAD';
  const repository = openRepository(call, head ? 'BatchCheckLayerAvailability' : 'GetDownloadUrlForLayer');
  const digest = parseDigest(reference);
  const size = repository.hasLayer(digest) ? registry.blobs.size(digest) : undefined;
  if (size === undefined) throw new EcrError('LayerInaccessibleException', `Layer ${digest} not found`, 'blob unknown to registry');
  const headers = {
    ...commonHeaders,
    'Content-Type': 'application/octet-stream',
    'Accept-Ranges': 'bytes',
    'Docker-Content-Digest': digest,
  };
  const range = head ? undefined : parseRange(request.headers.range, size);
  if (range === 'unsatisfiable')
    return answerError(request, response, 416, 'SIZE_INVALID', 'The requested range is not satisfiable', {
      'Content-Range': `bytes */${size}`,
    });
  if (range === undefined) response.writeHead(200, { ...headers, 'Content-Length': size });
  else {
    response.writeHead(206, {
      ...headers,
      'Content-Length': range.last - range.first + 1,
      'Content-Range': `bytes ${range.first}-${range.last}/${size}`,
    });
  }
  if (head) response.end();
  else await pipeline(registry.blobs.read(digest, range), response);
}

/** One range, first and last byte (RFC 9110, section 14.1.2); what cannot be read, or holds several, is as if it were not there. */
function parseRange(
  header: string | undefined,
  size: number,
): { readonly first: number; readonly last: number } | 'unsatisfiable' | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  if (from === '') return Number(to) === 0 || size === 0 ? 'unsatisfiable' : { first: Math.max(0, size - Number(to)), last: size - 1 };
  if (to !== '' && Number(to) < Number(from)) return undefined;
  if (Number(from) >= size) return 'unsatisfiable';
  return { first: Number(from), last: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
}
