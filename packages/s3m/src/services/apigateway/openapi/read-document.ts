import { readFile } from 'node:fs/promises';
import { PropertyReader } from '../../property-reader.ts';
import { ResourceFailure, type Properties, type ResourceContext, type Value } from '../../resource-type.ts';
import { checkImported, importOptions } from './check-body.ts';
import { importDocument } from './import-document.ts';
import type { ImportedDocument } from './imported-resources.ts';
import { ImportProblem } from './open-api-document.ts';

/** AG-437 */
const maxBytes = 6 * 1_048_576;

/** Reads the document of an API: `Body`, or a file asset at `BodyS3Location`. */
export class DocumentReader {
  readonly #apiId: string;
  /** By bucket and key: an update that is undone wants the former one, whose file may be gone. */
  readonly #files = new Map<string, ImportedDocument>();

  constructor(apiId: string) {
    this.#apiId = apiId;
  }

  /** Undefined without one. @throws ResourceFailure */
  async read(context: ResourceContext): Promise<ImportedDocument | undefined> {
    const { properties } = context;
    const location = new PropertyReader(properties).object('BodyS3Location');
    if (location !== undefined) return this.#readFile(context, location.string('Bucket'), location.string('Key'));
    const { Body: body } = properties;
    if (body === undefined) return undefined;
    return importBoth(properties, { aws: body, local: context.local['Body'] ?? body }, this.#apiId);
  }

  async #readFile(context: ResourceContext, bucket: string, key: string): Promise<ImportedDocument> {
    const at = `${bucket}/${key}`;
    const former = this.#files.get(at);
    const gone = context.findAsset(bucket, key) === undefined;
    const document = gone && former !== undefined ? former : await importFile(context, bucket, key, this.#apiId);
    this.#files.delete(at);
    this.#files.set(at, document);
    if (this.#files.size > 2) this.#files.delete(this.#files.keys().next().value!);
    return document;
  }
}

/** Nothing of a file is known before: what `check` would have told of a `Body` is told here. */
async function importFile(context: ResourceContext, bucket: string, key: string, apiId: string): Promise<ImportedDocument> {
  const asset = context.findAsset(bucket, key);
  if (asset === undefined) {
    throw new ResourceFailure(`There is no file asset s3://${bucket}/${key} in the assembly`, {
      property: 'BodyS3Location',
      fix: 'Give the document as Body, or with ApiDefinition.fromAsset.',
    });
  }
  const text = await readFile(asset.path, 'utf8');
  if (Buffer.byteLength(text) > maxBytes) {
    throw new ResourceFailure(`${asset.path} has ${Buffer.byteLength(text)} bytes; a document to import has at most 6 MB`, {
      property: 'BodyS3Location',
    });
  }
  const document = importBoth(context.properties, { aws: await parse(text), local: await parse(context.localize?.(text) ?? text) }, apiId);
  const [finding] = checkImported(document.aws);
  if (finding !== undefined) {
    throw new ResourceFailure(`${asset.path}: ${finding.message}`, {
      property: 'BodyS3Location',
      ...(finding.fix === undefined ? {} : { fix: finding.fix }),
    });
  }
  return document;
}

function importBoth(properties: Properties, body: { readonly aws: Value; readonly local: Value }, apiId: string): ImportedDocument {
  const options = importOptions(properties, apiId);
  try {
    return { aws: importDocument(body.aws, options), local: importDocument(body.local, options) };
  } catch (error) {
    if (error instanceof ImportProblem) throw new ResourceFailure(error.message, { property: 'Body', cause: error });
    throw error;
  }
}

/** YAML, of which JSON is a part. The library is loaded for the APIs that need it. */
async function parse(text: string): Promise<Value> {
  const { parse: parseYaml } = await import('yaml');
  try {
    return parseYaml(text) as Value;
  } catch (error) {
    throw new ResourceFailure('Unable to build importer with provided input.', { property: 'BodyS3Location', cause: error });
  }
}
