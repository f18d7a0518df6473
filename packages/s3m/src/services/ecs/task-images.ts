import type { OpenImageRegistry, RegistryPull } from '../../capabilities/image-registry.ts';
import { TaskStartFailure, type ContainerSpec } from '../../containers/task-runtime.ts';
import type { Account } from '../account.ts';
import { outOfReach } from './aws-reach.ts';
import { executionRole, type ExecutionRole } from './execution-role.ts';
import { parseImageUri, type ImageUri } from './image-uri.ts';
import type { TaskLaunch } from './task-launch.ts';

/** An image of the account's own registry that nobody has pushed yet: later it may be there. */
export class ImageMissing extends TaskStartFailure {
  readonly image: string;
  readonly repository: string;

  constructor(stoppedReason: string, message: string, image: ImageUri) {
    super(stoppedReason, message);
    this.image = image.uri;
    this.repository = image.repository;
  }
}

/** Whether any of them has an image that the account's registry is to have. As processes such containers are refused by the runtime. */
export function isPulled(account: Account, containers: readonly ContainerSpec[]): boolean {
  return account.runtime.kind === 'docker' && containers.some((spec) => imageOf(account, spec) !== undefined);
}

/**
 * The containers with what to pull for them. Tags are resolved once for each deployment (ECS-027). As on Fargate the execution role asks, over
 * the task's own network (VPC-020 to VPC-022, ECS-094).
 * @throws TaskStartFailure
 */
export async function withPulls(
  launch: Pick<TaskLaunch, 'account' | 'id' | 'template' | 'attached' | 'digests'>,
  containers: readonly ContainerSpec[],
): Promise<readonly ContainerSpec[]> {
  const { account } = launch;
  const registry = await account.directory.find('imageRegistry', account.id)!.open();
  const role = executionRole(account, launch.template.definition.executionRoleArn, launch.id);
  return containers.map((spec) => {
    const image = imageOf(account, spec);
    return image === undefined ? spec : { ...spec, pull: resolvePull(launch, registry, role, image) };
  });
}

function imageOf(account: Account, { definition, image }: ContainerSpec): ImageUri | undefined {
  const registry = account.directory.find('imageRegistry', account.id);
  if (registry === undefined || image !== undefined) return undefined;
  const parsed = parseImageUri(definition.image);
  return parsed?.host === registry.host ? parsed : undefined;
}

function resolvePull(
  { account, attached, digests }: Pick<TaskLaunch, 'account' | 'attached' | 'digests'>,
  registry: OpenImageRegistry,
  role: ExecutionRole,
  image: ImageUri,
): RegistryPull {
  const { owner } = role;
  if (owner === undefined) throw withoutRole(image);
  checkAuthorization(account, attached, role);
  const repository = registry.find(image.repository);
  const arn = repository?.arn ?? registry.arnOf(image.repository);
  const url = `https://${image.host}/v2/${image.repository}/manifests/${image.digest ?? image.tag}`;
  const unreachable = outOfReach(account, attached, `${account.id}.dkr.ecr`);
  // ECS-049
  if (unreachable !== undefined) throw pullFailure(image, `failed to do request: Head "${url}": ${TIMEOUT}`, unreachable);
  const forbidden = role.refuse('ecr:BatchGetImage', arn, repository?.policy);
  // ECR-013
  if (forbidden !== undefined)
    throw pullFailure(image, `unexpected status from HEAD request to ${url}: 403 Forbidden: denied: ${forbidden}`, forbidden);
  const pinned = image.digest ?? digests.get(image.uri);
  const digest = repository?.find(pinned === undefined ? { tag: image.tag } : { digest: pinned });
  if (digest === undefined) throw notFound(image, repository !== undefined, pinned);
  digests.set(image.uri, digest);
  checkLayers(account, attached, role, { image, arn, policy: repository?.policy });
  return registry.pull(image.repository, digest, owner);
}

/** AWS prints the address that did not answer; here there is none. */
const TIMEOUT = 'dial tcp: i/o timeout';
const NO_AUTHORIZATION = 'ResourceInitializationError: unable to pull secrets or registry auth: ';

/** ECS-047, ECS-051 */
function checkAuthorization(account: Account, attached: TaskLaunch['attached'], role: ExecutionRole): void {
  const unreachable = outOfReach(account, attached, 'api.ecr');
  if (unreachable !== undefined) {
    throw new TaskStartFailure(
      `${NO_AUTHORIZATION}The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration. RequestError: send request failed caused by: Post "https://api.ecr.${account.region}.${account.urlSuffix}/": ${TIMEOUT}`,
      `Its image cannot be pulled: ${unreachable}`,
    );
  }
  const denied = role.refuse('ecr:GetAuthorizationToken', '*');
  if (denied === undefined) return;
  throw new TaskStartFailure(
    `${NO_AUTHORIZATION}execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: ${denied}`,
    `Its image cannot be pulled, its execution role may not: ${denied}`,
  );
}

/** Layers come from S3 (VPC-022). */
function checkLayers(
  account: Account,
  attached: TaskLaunch['attached'],
  role: ExecutionRole,
  { image, arn, policy }: { readonly image: ImageUri; readonly arn: string; readonly policy: Parameters<ExecutionRole['refuse']>[2] },
): void {
  const forbidden = role.refuse('ecr:GetDownloadUrlForLayer', arn, policy);
  if (forbidden !== undefined)
    throw pullFailure(
      image,
      `failed to copy: httpReadSeeker: failed open: unexpected status code 403 Forbidden: denied: ${forbidden}`,
      forbidden,
    );
  const bucket = `prod-${account.region}-starport-layer-bucket.s3`;
  const unreachable = outOfReach(account, attached, bucket);
  if (unreachable === undefined) return;
  const url = `https://${bucket}.${account.region}.${account.urlSuffix}/`;
  throw pullFailure(image, `failed to copy: httpReadSeeker: failed open: failed to do request: Get "${url}": ${TIMEOUT}`, unreachable);
}

function pullFailure({ uri }: ImageUri, what: string, why: string): TaskStartFailure {
  return new TaskStartFailure(
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${uri}: ${what}`,
    `Image ${uri} cannot be pulled: ${why}`,
  );
}

/** ECS-027, ECS-046 */
function notFound(image: ImageUri, repositoryThere: boolean, pinned: string | undefined): TaskStartFailure {
  const { uri, repository, digest, tag } = image;
  const reference = digest === undefined && pinned !== undefined ? `${uri}@${pinned}` : uri;
  const reason = `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${reference}: ${reference}: not found`;
  if (!repositoryThere) return new ImageMissing(reason, `Image ${uri} is not there: there is no repository "${repository}"`, image);
  if (digest === undefined && pinned !== undefined) {
    const why = `this deployment runs ${pinned}, what "${tag}" was when it began, and that image has been deleted. Deploy anew to run what "${tag}" is now`;
    return new TaskStartFailure(reason, `Image ${uri} is not there any more: ${why}`);
  }
  return new ImageMissing(reason, `Image ${uri} is not there: nobody has pushed it to repository "${repository}" yet`, image);
}

/** What RegisterTaskDefinition says, where it can know. */
function withoutRole({ uri }: ImageUri): TaskStartFailure {
  return new TaskStartFailure(
    'Fargate requires task definition to have execution role ARN to support ECR images.',
    `Image ${uri} cannot be pulled: the task definition has no ExecutionRoleArn, and only in the name of that role Fargate pulls from ECR`,
  );
}
