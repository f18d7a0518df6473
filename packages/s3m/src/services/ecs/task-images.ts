import { TaskStartFailure, type ContainerSpec } from '../../containers/task-runtime.ts';
import type { Account } from '../account.ts';
import { executionRole } from './execution-role.ts';
import { checkPull, ImageMissing, resolvePull, tellPlatform, type Puller } from './image-pull.ts';
import { parseImageUri, type ImageUri } from './image-uri.ts';
import { checkPublicPull } from './public-image.ts';
import { publishAssets } from './publish-assets.ts';
import type { TaskLaunch } from './task-launch.ts';

/** Before which a pull that the network or IAM has refused is tried again, as the agent of Fargate does: a route or a policy may be on its way. */
const RETRY_AFTER_MS = [1000, 2000, 4000];

const OWN_PLATFORM = process.arch === 'arm64' ? 'linux/arm64' : 'linux/amd64';

/** Whether any of them has an image that is pulled, from the account's registry or another one. */
export function isPulled(account: Account, containers: readonly ContainerSpec[]): boolean {
  return containers.some((spec) => imageOf(account, spec) !== undefined || isPublic(account, spec));
}

/** Where there is no Docker, the runtime refuses what is no asset. */
function isPublic(account: Account, spec: ContainerSpec): boolean {
  return account.runtime.kind === 'docker' && spec.image === undefined && imageOf(account, spec) === undefined;
}

/**
 * The containers with what to pull for them. As on Fargate the execution role asks, over the task's own network (VPC-020 to VPC-022, ECS-094), also
 * for images that the application builds.
 * @throws TaskStartFailure
 */
export async function withPulls(
  launch: Pick<TaskLaunch, 'account' | 'id' | 'template' | 'attached' | 'digests'>,
  containers: readonly ContainerSpec[],
): Promise<readonly ContainerSpec[]> {
  const { account, template, id } = launch;
  const local = await publishAssets(account, containers);
  const role = executionRole(account, template.definition.executionRoleArn, id);
  const puller = { ...launch, role, cpuArchitecture: template.definition.cpuArchitecture };
  for (const delay of RETRY_AFTER_MS) {
    try {
      return await pullAll(puller, containers, local);
    } catch (error) {
      if (!(error instanceof TaskStartFailure) || error.final || error instanceof ImageMissing || role.owner === undefined) throw error;
      await new Promise<void>((resolve) => void account.schedule.after(delay, resolve));
    }
  }
  return pullAll(puller, containers, local);
}

/** @param local URIs of images that are not in the registry, but where the runtime takes them from */
async function pullAll(
  puller: Puller,
  containers: readonly ContainerSpec[],
  local: ReadonlySet<string>,
): Promise<readonly ContainerSpec[]> {
  const { account } = puller;
  const pulled: ContainerSpec[] = [];
  for (const spec of containers) {
    const image = imageOf(account, spec);
    if (isPublic(account, spec)) checkPublicPull(account, puller.attached, spec.definition.image);
    const registry = account.directory.find('imageRegistry', account.id);
    if (image === undefined || registry === undefined) pulled.push(spec);
    else if (local.has(image.uri)) {
      checkPull(puller, image, { arn: registry.arnOf(image.repository), policy: undefined });
      // Docker's build on this machine would make it for this processor.
      tellPlatform(puller, image, [spec.image?.platform ?? OWN_PLATFORM]);
      pulled.push(spec);
    } else pulled.push({ ...spec, pull: resolvePull(puller, await registry.open(), image, spec.image !== undefined) });
  }
  return pulled;
}

/** Undefined for images of other hosts; and for one that somebody pushed where there is no Docker, which the runtime refuses itself. */
function imageOf(account: Account, { definition, image }: ContainerSpec): ImageUri | undefined {
  const registry = account.directory.find('imageRegistry', account.id);
  if (registry === undefined || (image === undefined && account.runtime.kind !== 'docker')) return undefined;
  const parsed = parseImageUri(definition.image);
  return parsed?.host === registry.host ? parsed : undefined;
}
