/** What a path below `/v2/` names. `name` is what stands for the repository, not checked yet. */
export type DistributionPath =
  | { readonly kind: 'base' }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'tags'; readonly name: string }
  | { readonly kind: 'manifest'; readonly name: string; readonly reference: string }
  | { readonly kind: 'blob'; readonly name: string; readonly digest: string }
  /** `id` is empty where an upload begins. */
  | { readonly kind: 'upload'; readonly name: string; readonly id: string }
  | { readonly kind: 'referrers'; readonly name: string; readonly digest: string };

/** Undefined when it names nothing (OCI distribution specification, "Endpoints"). A name may hold slashes, and `blobs` itself. */
export function parseDistributionPath(path: string): DistributionPath | undefined {
  if (path === '/v2/' || path === '/v2') return { kind: 'base' };
  if (path === '/v2/_catalog') return { kind: 'catalog' };
  const [, rawName = '', what = '', rawId = ''] = /^\/v2\/(.+)\/(tags|manifests|blobs\/uploads|blobs|referrers)\/([^/]*)$/.exec(path) ?? [];
  const [name, id] = [decode(rawName), decode(rawId)];
  if (name === undefined || name === '' || id === undefined) return undefined;
  if (what === 'tags') return id === 'list' ? { kind: 'tags', name } : undefined;
  if (what === 'blobs/uploads') return { kind: 'upload', name, id };
  if (id === '') return undefined;
  if (what === 'manifests') return { kind: 'manifest', name, reference: id };
  if (what === 'referrers') return { kind: 'referrers', name, digest: id };
  // `blobs/uploads` without the slash at its end begins an upload as well.
  return id === 'uploads' ? { kind: 'upload', name, id: '' } : { kind: 'blob', name, digest: id };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
