import { answerJson } from './registry-answer.ts';
import { openRepository, parseDigest, type DistributionCall } from './distribution-call.ts';

/** Tags in one answer, unless the client wants fewer. */
const pageSize = 1000;

/** `GET tags/list?n=N&last=TAG`, in lexical order (ECR-007; OCI distribution specification, "Listing Tags"). */
export function listTags(call: DistributionCall): void {
  const { request, response, query, name } = call;
  const tags = [...openRepository(call, 'ListImages').tags.keys()].sort();
  const last = query.get('last');
  const wanted = Number(query.get('n') ?? pageSize);
  const count = Number.isInteger(wanted) && wanted >= 0 ? Math.min(wanted, pageSize) : pageSize;
  const after = last === null ? tags : tags.filter((tag) => tag > last);
  const page = after.slice(0, count);
  const more = page.length > 0 && after.length > page.length;
  const next = `</v2/${name}/tags/list?last=${encodeURIComponent(page.at(-1) ?? '')}&n=${count}>; rel="next"`;
  answerJson(request, response, 200, { name, tags: page }, more ? { Link: next } : {});
}

/** `GET referrers/DIGEST`: what says that it is about an image (OCI distribution specification, "Listing Referrers"). */
export function listReferrers(call: DistributionCall, reference: string): void {
  const { request, response, query } = call;
  const repository = openRepository(call, 'ListImages');
  const digest = parseDigest(reference);
  const type = query.get('artifactType');
  const manifests = repository.images
    .filter(({ subject, artifactType }) => subject === digest && (type === null || artifactType === type))
    .map(({ digest: of, mediaType, manifestBytes, artifactType }) => ({
      mediaType,
      digest: of,
      size: manifestBytes,
      ...(artifactType === undefined ? {} : { artifactType }),
    }));
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  answerJson(
    request,
    response,
    200,
    { schemaVersion: 2, mediaType, manifests },
    {
      'Content-Type': mediaType,
      ...(type === null ? {} : { 'OCI-Filters-Applied': 'artifactType' }),
    },
  );
}
