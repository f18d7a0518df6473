import type { ImageRecord } from './image-record.ts';

/** Bytes of a configuration that is read; one of an image has some thousands. */
const longestConfiguration = 4 * 1024 * 1024;

/** What an image runs on, `linux/amd64`, each once: its index says so, or its configuration. None of what is no image to be run, or is damaged. */
export async function readPlatforms(
  { children, blobs }: Pick<ImageRecord, 'children' | 'blobs'>,
  manifest: Buffer,
  read: (digest: string) => Promise<Buffer>,
): Promise<readonly string[]> {
  try {
    if (children.length > 0) {
      const { manifests } = JSON.parse(manifest.toString()) as { readonly manifests: readonly { readonly platform?: unknown }[] };
      return [...new Set(manifests.flatMap(({ platform }) => nameOf(platform)))];
    }
    const [configuration] = blobs;
    if (configuration === undefined || configuration.size > longestConfiguration) return [];
    return nameOf(JSON.parse((await read(configuration.digest)).toString()));
  } catch {
    return [];
  }
}

/** Attestations beside the images of an index are for `unknown/unknown`. */
function nameOf(platform: unknown): readonly string[] {
  const { os, architecture } = (platform ?? {}) as { readonly os?: unknown; readonly architecture?: unknown };
  return typeof os === 'string' && typeof architecture === 'string' && os !== 'unknown' ? [`${os}/${architecture}`] : [];
}
