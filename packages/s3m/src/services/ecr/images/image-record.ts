/** What a manifest refers to. */
export interface BlobReference {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
}

/** An image of a repository: its manifest, without the tags. */
export interface ImageRecord {
  readonly digest: string;
  readonly mediaType: string;
  /** Bytes of the manifest. */
  readonly manifestBytes: number;
  /** Configuration and layers; none of an image index. */
  readonly blobs: readonly BlobReference[];
  /** Manifests of an image index. */
  readonly children: readonly BlobReference[];
  /** What it is about, of a signature or an attestation. */
  readonly subject?: string;
  readonly artifactType?: string;
  /** `linux/amd64`: what it runs on, each once; none of what is no image to be run. */
  readonly platforms?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly pushedAt: number;
  readonly pulledAt?: number;
}

/** Bytes of the compressed layers, as `imageSizeInBytes` tells them. */
export function imageBytes({ blobs }: ImageRecord): number {
  return blobs.reduce((sum, { size }) => sum + size, 0);
}
