import { readFileSync, statSync } from 'node:fs';
import { guessContentType } from '../../services/cdk/content-type.ts';
import { isObject, nameByLogicalId, namesThere, shown, type SeedGround, type SeedPart } from './seed-part.ts';

const types = ['AWS::S3::Bucket'];
const sources = ['text', 'file', 'base64'];
const members = new Set([...sources, 'contentType', 'metadata']);
/** Bytes (S3 User Guide, "Naming Amazon S3 objects"). */
const maxKeyBytes = 1024;

/** `buckets: {NAME: {KEY: "text" or {text, file, base64, contentType, metadata}}}` */
export function planBuckets({ account, resources, seed, report }: SeedGround, buckets: Readonly<Record<string, unknown>>): SeedPart[] {
  return Object.entries(buckets).flatMap(([given, objects]) => {
    const path = ['buckets', given];
    const name = account.directory.find('bucket', given) === undefined ? nameByLogicalId(resources, types, given) : given;
    const bucket = name === undefined ? undefined : account.directory.find('bucket', name);
    if (bucket === undefined) {
      report(seed.problem(path, `there is no bucket "${given}"`, namesThere(resources, types, given, 'bucket')));
      return [];
    }
    if (!isObject(objects)) {
      report(seed.problem(path, `expected an object with keys, got ${shown(objects)}`, 'Write {"index.html": "text"}.'));
      return [];
    }
    const puts = Object.entries(objects).flatMap(([key, value]) => {
      const wrong = whatIsWrong(key, value, (file) => seed.resolve(file));
      if (wrong !== undefined) {
        report(
          seed.problem(
            [...path, key],
            wrong,
            `An object is a text, or has one of ${sources.join(', ')}; beside it contentType and metadata.`,
          ),
        );
        return [];
      }
      const { contentType, metadata = {}, ...source } = typeof value === 'string' ? { text: value } : (value as ObjectSource);
      return [{ key, source, contentType: contentType ?? guessContentType(source.file ?? key), metadata }];
    });
    return [
      {
        counts: { buckets: 1, objects: puts.length },
        apply: async () => {
          const put = puts.map(({ key, source, contentType, metadata }) => ({
            key,
            body: bodyOf(source, (file) => seed.resolve(file)),
            contentType,
            systemMetadata: {},
            userMetadata: metadata,
          }));
          await bucket.apply({ put, delete: [] });
        },
      },
    ];
  });
}

interface ObjectSource {
  readonly text?: string;
  /** Beside the seed. */
  readonly file?: string;
  readonly base64?: string;
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

function whatIsWrong(key: string, value: unknown, resolve: (file: string) => string): string | undefined {
  if (key === '' || Buffer.byteLength(key) > maxKeyBytes) return `a key has 1 to ${maxKeyBytes} bytes`;
  if (typeof value === 'string') return undefined;
  if (!isObject(value)) return `expected a text or an object, got ${shown(value)}`;
  const unknown = Object.keys(value).find((member) => !members.has(member));
  if (unknown !== undefined) return `there is no member "${unknown}"`;
  const given = sources.filter((source) => value[source] !== undefined);
  if (given.length !== 1) return given.length === 0 ? 'it has no content' : `it has ${given.join(' and ')}: one is enough`;
  const texts = [...given, 'contentType'].find((member) => value[member] !== undefined && typeof value[member] !== 'string');
  if (texts !== undefined) return `expected a text for ${texts}, got ${shown(value[texts])}`;
  const { metadata = {}, file, base64 } = value;
  if (!isObject(metadata) || !Object.values(metadata).every((each) => typeof each === 'string'))
    return `expected texts for metadata, got ${shown(metadata)}`;
  if (
    typeof base64 === 'string' &&
    Buffer.from(base64, 'base64').toString('base64').replace(/=+$/, '') !== base64.replaceAll(/\s|=+$/g, '')
  )
    return `${shown(base64)} is no base64`;
  return typeof file === 'string' && statSync(resolve(file), { throwIfNoEntry: false })?.isFile() !== true
    ? `there is no file ${resolve(file)}`
    : undefined;
}

function bodyOf({ text, file, base64 }: ObjectSource, resolve: (file: string) => string): Buffer {
  if (file !== undefined) return readFileSync(resolve(file));
  return base64 === undefined ? Buffer.from(text ?? '') : Buffer.from(base64, 'base64');
}
