import { readFile } from 'node:fs/promises';
import { parse as parseYaml } from 'yaml';
import { PropertyReader } from '../../property-reader.ts';
import { ResourceFailure, type Properties, type ResourceContext, type Value } from '../../resource-type.ts';
import { checkImported, importOptions } from './check-body.ts';
import { importDocument } from './import-document.ts';
import type { ImportedDocument } from './imported-resources.ts';
import { ImportProblem } from './open-api-document.ts';

/** The document of an API: `Body`, or a file asset at `BodyS3Location`. Undefined without one. @throws ResourceFailure */
export async function readDocument(context: ResourceContext, apiId: string): Promise<ImportedDocument | undefined> {
  const { properties } = context;
  const location = new PropertyReader(properties).object('BodyS3Location');
  if (location !== undefined) return importFile(context, location.string('Bucket'), location.string('Key'), apiId);
  const { Body: body } = properties;
  if (body === undefined) return undefined;
  return importBoth(properties, { aws: body, local: context.local['Body'] ?? body }, apiId);
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
  const document = importBoth(context.properties, { aws: parse(text), local: parse(context.localize?.(text) ?? text) }, apiId);
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

/** YAML, of which JSON is a part. */
function parse(text: string): Value {
  try {
    return parseYaml(text) as Value;
  } catch (error) {
    throw new ResourceFailure('Unable to build importer with provided input.', { property: 'BodyS3Location', cause: error });
  }
}
