import type { CallPassage } from '../../capabilities/credentials.ts';
import { evaluatePolicy } from '../../policy/evaluate-policy.ts';
import type { OpenImageRegistry, PullableRepository, RegistryPull } from '../../capabilities/image-registry.ts';
import type { TaskDefinition } from '../../capabilities/task-definition.ts';
import { TaskStartFailure } from '../../containers/task-runtime.ts';
import type { Account } from '../account.ts';
import { reachApi, type TaskInterface } from './aws-reach.ts';
import type { ExecutionRole } from './execution-role.ts';
import type { ImageUri } from './image-uri.ts';

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

export const EXECUTION_ROLE_WANTED = 'Fargate requires task definition to have execution role ARN to support ECR images.';

/** A task that pulls. */
export interface Puller {
  readonly account: Account;
  readonly attached: TaskInterface;
  readonly role: ExecutionRole;
  readonly cpuArchitecture: TaskDefinition['cpuArchitecture'];
  /** Of its deployment. */
  readonly digests: Map<string, string>;
}

/** Whether the task's network and its execution role let it have a repository's images. @throws TaskStartFailure */
export function checkPull(puller: Puller, image: ImageUri, repository: Pick<PullableRepository, 'arn' | 'policy'>): void {
  checkManifest(puller, image, repository);
  checkLayers(puller, image, repository);
}

/**
 * What to pull; tags are resolved once for each deployment (ECS-027).
 * @param built whether the application builds it, so that nobody else will push it anew
 * @throws TaskStartFailure
 */
export function resolvePull(puller: Puller, registry: OpenImageRegistry, image: ImageUri, built: boolean): RegistryPull {
  const { account, role, digests } = puller;
  const found = registry.find(image.repository);
  const repository = found ?? { arn: account.directory.find('imageRegistry', account.id)!.arnOf(image.repository), policy: undefined };
  checkManifest(puller, image, repository);
  const pinned = image.digest ?? digests.get(image.uri);
  const digest = found?.find(pinned === undefined ? { tag: image.tag } : { digest: pinned });
  if (digest === undefined) throw notFound(image, found !== undefined, pinned);
  digests.set(image.uri, digest);
  checkPlatform(puller, image, found?.platforms(digest) ?? [], built);
  checkLayers(puller, image, repository);
  return registry.pull(image.repository, digest, role.owner!);
}

function checkManifest(
  { account, attached, role }: Puller,
  image: ImageUri,
  { arn, policy }: Pick<PullableRepository, 'arn' | 'policy'>,
): void {
  if (role.owner === undefined) throw withoutRole(image);
  checkAuthorization(account, attached, role);
  const url = `https://${image.host}/v2/${image.repository}/manifests/${image.digest ?? image.tag}`;
  const { unreachable, passage } = reachApi(account, attached, `${account.id}.dkr.ecr`);
  // ECS-049
  if (unreachable !== undefined) throw pullFailure(image, `failed to do request: Head "${url}": ${TIMEOUT}`, unreachable);
  const forbidden = role.refuse({ action: 'ecr:BatchGetImage', resource: arn, resourcePolicy: policy, passage });
  // ECR-013
  if (forbidden !== undefined)
    throw pullFailure(image, `unexpected status from HEAD request to ${url}: 403 Forbidden: denied: ${forbidden}`, forbidden);
}

/** AWS prints the address that did not answer; here there is none. */
const TIMEOUT = 'dial tcp: i/o timeout';
const NO_AUTHORIZATION = 'ResourceInitializationError: unable to pull secrets or registry auth: ';

/** ECS-047, ECS-051 */
function checkAuthorization(account: Account, attached: Puller['attached'], role: ExecutionRole): void {
  const { unreachable, passage } = reachApi(account, attached, 'api.ecr');
  if (unreachable !== undefined) {
    throw new TaskStartFailure(
      `${NO_AUTHORIZATION}The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration. RequestError: send request failed caused by: Post "https://api.ecr.${account.region}.${account.urlSuffix}/": ${TIMEOUT}`,
      `Its image cannot be pulled: ${unreachable}`,
    );
  }
  const denied = role.refuse({ action: 'ecr:GetAuthorizationToken', resource: '*', passage });
  if (denied === undefined) return;
  throw new TaskStartFailure(
    `${NO_AUTHORIZATION}execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: ${denied}`,
    `Its image cannot be pulled, its execution role may not: ${denied}`,
  );
}

/** Images that were told to be no good on AWS, by account. */
const told = new WeakMap<Account, Set<string>>();

/** Amazon ECS Developer Guide, "CannotPullContainer task errors". An image of the developer's own processor runs here where the template names none. */
function checkPlatform(puller: Puller, image: ImageUri, platforms: readonly string[], built: boolean): void {
  const { cpuArchitecture } = puller;
  const wanted = platformOf(cpuArchitecture);
  if (platforms.length === 0 || platforms.includes(wanted)) return;
  if (cpuArchitecture === undefined) return tellPlatform(puller, image, platforms);
  const cure = `Build it for ${wanted} (docker build --platform, platform of the asset), or set RuntimePlatform.CpuArchitecture to what it is made for`;
  throw new TaskStartFailure(
    platformReason(wanted),
    `image ${image.uri} is made for ${platforms.join(' and ')}, and the task definition says ${cpuArchitecture}. ${cure}`,
    { final: built },
  );
}

function platformOf(cpuArchitecture: Puller['cpuArchitecture']): string {
  return cpuArchitecture === 'ARM64' ? 'linux/arm64' : 'linux/amd64';
}

function platformReason(wanted: string): string {
  return `CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform '${wanted}'`;
}

/** Tells once that Fargate would not take an image that runs here. */
export function tellPlatform({ account, cpuArchitecture }: Puller, { uri }: ImageUri, platforms: readonly string[]): void {
  const wanted = platformOf(cpuArchitecture);
  if (platforms.includes(wanted)) return;
  const known = told.get(account) ?? new Set<string>();
  told.set(account, known);
  if (known.has(uri)) return;
  known.add(uri);
  account.emit({
    event: 'notice',
    message: `On AWS its tasks would not start: image ${uri} is made for ${platforms.join(' and ')}, and ${saysOf(cpuArchitecture)} (${platformReason(wanted)})`,
  });
}

function saysOf(cpuArchitecture: Puller['cpuArchitecture']): string {
  if (cpuArchitecture === undefined) return 'Fargate takes X86_64 when RuntimePlatform.CpuArchitecture of the task definition says nothing';
  return `RuntimePlatform.CpuArchitecture of the task definition says ${cpuArchitecture}`;
}

/** Layers come from S3 (VPC-022). */
function checkLayers(
  { account, attached, role }: Puller,
  image: ImageUri,
  { arn, policy }: Pick<PullableRepository, 'arn' | 'policy'>,
): void {
  const { passage } = reachApi(account, attached, `${account.id}.dkr.ecr`);
  const forbidden = role.refuse({ action: 'ecr:GetDownloadUrlForLayer', resource: arn, resourcePolicy: policy, passage });
  const failed = 'failed to copy: httpReadSeeker: failed open:';
  if (forbidden !== undefined) throw pullFailure(image, `${failed} unexpected status code 403 Forbidden: denied: ${forbidden}`, forbidden);
  const bucket = `prod-${account.region}-starport-layer-bucket.s3`;
  const { unreachable, passage: toBucket } = reachApi(account, attached, bucket);
  const url = `https://${bucket}.${account.region}.${account.urlSuffix}/`;
  if (unreachable === undefined) {
    const why = refuseLayers(account, toBucket);
    if (why === undefined) return;
    throw pullFailure(image, `${failed} unexpected status code ${url}: 403 Forbidden`, why);
  }
  throw pullFailure(image, `${failed} failed to do request: Get "${url}": ${TIMEOUT}`, unreachable);
}

/** VPC-025: ECR signs the addresses of layers, so of S3's gates only the VPC endpoint's is left. */
function refuseLayers({ partition, region }: Account, passage: CallPassage | undefined): string | undefined {
  if (passage?.policy === undefined) return undefined;
  const bucket = `arn:${partition}:s3:::prod-${region}-starport-layer-bucket`;
  const request = { action: 's3:GetObject', resource: `${bucket}/layer`, principal: everybody, keys: () => undefined };
  if (evaluatePolicy(passage.policy.document, request).decision === 'allow') return undefined;
  return `the policy of VPC endpoint ${passage.policy.name} does not allow s3:GetObject on ${bucket}/*, where ECR keeps layers`;
}

const everybody = { kind: 'AWS', name: '*' } as const;

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

/** In RegisterTaskDefinition's words. */
function withoutRole({ uri }: ImageUri): TaskStartFailure {
  return new TaskStartFailure(
    EXECUTION_ROLE_WANTED,
    `Image ${uri} cannot be pulled: the task definition has no ExecutionRoleArn, and only in the name of that role Fargate pulls from ECR`,
  );
}
