import type { IncomingMessage } from 'node:http';
import type { ObjectBody } from '../../../capabilities/bucket.ts';
import type { Account } from '../../account.ts';
import { bodyFilesOf } from '../storage/body-files.ts';
import { BodySink, type Held } from '../storage/body-sink.ts';
import { maxUploadBytes } from './limits.ts';
import { ObjectDigests } from './object-digests.ts';
import { readPayload } from './read-payload.ts';
import type { Received, Reception, Signer } from './s3-call.ts';

/** Takes in an object's bytes as they come with a request: few into memory, many into a file. @throws S3Error; then nothing is left of them */
export async function receiveObject(
  account: Account,
  request: IncomingMessage,
  signer: Signer,
  { algorithm, isPart = false }: Reception,
): Promise<Received> {
  const sink = new BodySink(bodyFilesOf(account), isPart);
  try {
    const rules = { maxBytes: maxUploadBytes, lengthRequired: true, algorithm };
    const { digests, checksum } = await readPayload(request, signer, rules, (bytes) => sink.write(bytes));
    return received(await sink.finish(), digests, checksum);
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

/** The bytes from `first` to `last` of an object as others of their own. @throws StateFailure */
export async function receiveCopy(
  account: Account,
  body: ObjectBody,
  { first, last }: { readonly first: number; readonly last: number },
  { algorithm, isPart = false }: Reception,
): Promise<Received> {
  const sink = new BodySink(bodyFilesOf(account), isPart);
  const digests = new ObjectDigests([algorithm]);
  const release = Buffer.isBuffer(body) ? undefined : body.hold();
  try {
    for await (const bytes of Buffer.isBuffer(body) ? [body.subarray(first, last + 1)] : body.read(first, last)) {
      digests.update(bytes);
      await sink.write(bytes);
    }
    return received(await sink.finish(), digests, undefined);
  } catch (error) {
    await sink.abort();
    throw error;
  } finally {
    release?.();
  }
}

function received({ body, release }: Held, digests: ObjectDigests, checksum: Received['checksum']): Received {
  return {
    body,
    release,
    etag: digests.etag,
    checksum,
    computed: (algorithm) => digests.checksum(algorithm),
    [Symbol.dispose]: release,
  };
}
