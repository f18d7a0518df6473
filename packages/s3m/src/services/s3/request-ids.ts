/** The two ids that S3 gives to every request. */
export interface RequestIds {
  /** `x-amz-request-id`: 16 characters. */
  readonly requestId: string;
  /** `x-amz-id-2`, "HostId" in bodies: Base64 of 56 bytes. */
  readonly hostId: string;
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** @param random a number in [0, 1) */
export function createRequestIds(random: () => number): RequestIds {
  return {
    requestId: Array.from({ length: 16 }, () => alphabet[Math.floor(random() * alphabet.length)]).join(''),
    hostId: Buffer.from(Array.from({ length: 56 }, () => Math.floor(random() * 256))).toString('base64'),
  };
}
