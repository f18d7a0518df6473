/** What ECR refuses: `name` is the API's exception, `message` AWS's text; over the distribution protocol it has a code and a status of its own. */
export class EcrError extends Error {
  /** What Docker is told, where the registry words it otherwise than the API. */
  readonly registryMessage: string;

  constructor(name: EcrExceptionName, message: string, registryMessage: string = message) {
    super(message);
    this.name = name;
    this.registryMessage = registryMessage;
  }

  /** Status and code over the distribution protocol. */
  get registryAnswer(): RegistryAnswer {
    return registryAnswers[this.name as EcrExceptionName];
  }
}

export type EcrExceptionName =
  | 'AccessDeniedException'
  | 'ImageAlreadyExistsException'
  | 'ImageDigestDoesNotMatchException'
  | 'ImageNotFoundException'
  | 'ImageReferencedByManifestException'
  | 'ImageTagAlreadyExistsException'
  | 'InvalidLayerException'
  | 'InvalidLayerPartException'
  | 'InvalidParameterException'
  | 'LayerInaccessibleException'
  | 'LayerPartTooSmallException'
  | 'LayersNotFoundException'
  | 'LifecyclePolicyNotFoundException'
  | 'LimitExceededException'
  | 'ReferencedImagesNotFoundException'
  | 'RepositoryAlreadyExistsException'
  | 'RepositoryNotEmptyException'
  | 'RepositoryNotFoundException'
  | 'RepositoryPolicyNotFoundException'
  | 'SerializationException'
  | 'ThrottlingException'
  | 'UnsupportedImageTypeException'
  | 'UploadNotFoundException';

interface RegistryAnswer {
  readonly status: number;
  readonly code: string;
}

/** ECR-010, ECR-011, ECR-014, ECR-024; the statuses are those of the OCI distribution specification, "Error Codes". */
const registryAnswers: Readonly<Record<EcrExceptionName, RegistryAnswer>> = {
  AccessDeniedException: { status: 403, code: 'DENIED' },
  ImageAlreadyExistsException: { status: 400, code: 'TAG_INVALID' },
  ImageDigestDoesNotMatchException: { status: 400, code: 'DIGEST_INVALID' },
  ImageNotFoundException: { status: 404, code: 'MANIFEST_UNKNOWN' },
  ImageReferencedByManifestException: { status: 400, code: 'DENIED' },
  ImageTagAlreadyExistsException: { status: 400, code: 'TAG_INVALID' },
  InvalidLayerException: { status: 400, code: 'DIGEST_INVALID' },
  InvalidLayerPartException: { status: 416, code: 'BLOB_UPLOAD_INVALID' },
  InvalidParameterException: { status: 400, code: 'MANIFEST_INVALID' },
  LayerInaccessibleException: { status: 404, code: 'BLOB_UNKNOWN' },
  LayerPartTooSmallException: { status: 400, code: 'SIZE_INVALID' },
  LayersNotFoundException: { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' },
  LifecyclePolicyNotFoundException: { status: 404, code: 'UNSUPPORTED' },
  LimitExceededException: { status: 413, code: 'SIZE_INVALID' },
  ReferencedImagesNotFoundException: { status: 404, code: 'MANIFEST_BLOB_UNKNOWN' },
  RepositoryAlreadyExistsException: { status: 400, code: 'NAME_INVALID' },
  RepositoryNotEmptyException: { status: 400, code: 'UNSUPPORTED' },
  RepositoryNotFoundException: { status: 404, code: 'NAME_UNKNOWN' },
  RepositoryPolicyNotFoundException: { status: 404, code: 'UNSUPPORTED' },
  SerializationException: { status: 400, code: 'UNSUPPORTED' },
  // ECR-017
  ThrottlingException: { status: 429, code: 'TOOMANYREQUESTS' },
  UnsupportedImageTypeException: { status: 400, code: 'MANIFEST_INVALID' },
  UploadNotFoundException: { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' },
};

/** ECR-010 */
export function repositoryNotFound(name: string, registryId: string): EcrError {
  return new EcrError(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
  );
}

export function repositoryAlreadyExists(name: string, registryId: string): EcrError {
  return new EcrError(
    'RepositoryAlreadyExistsException',
    `The repository with name '${name}' already exists in the registry with id '${registryId}'`,
  );
}

/** ECR-020 */
export function repositoryNotEmpty(name: string, registryId: string): EcrError {
  return new EcrError(
    'RepositoryNotEmptyException',
    `The repository with name '${name}' in registry with id '${registryId}' cannot be deleted because it still contains images`,
  );
}

/** ECR-011 */
export function imageNotFound(id: { readonly digest?: string; readonly tag?: string }, name: string, registryId: string): EcrError {
  const digest = `imageDigest:'${id.digest ?? 'null'}'`;
  const tag = `imageTag:'${id.tag ?? 'null'}'`;
  return new EcrError(
    'ImageNotFoundException',
    `The image with imageId {${digest}, ${tag}} does not exist within the repository with name '${name}' in the registry with id '${registryId}'`,
    'Requested image not found',
  );
}
