import type { ContainerImage } from '../../capabilities/container-image.ts';
import type { ContainerSpec } from '../../containers/task-runtime.ts';
import type { Account } from '../account.ts';
import { parseImageUri } from './image-uri.ts';

/** Pushes under way, by URI: tasks that start together wait for the same one. */
const underWay = new WeakMap<Account, Map<string, Promise<boolean>>>();
/** Where it was told already that images stay out of the registry. */
const told = new WeakSet<Account>();

/**
 * Builds and pushes what the registry lacks of the images that the application builds, as `cdk deploy` does before it deploys (ECR-022, ECR-023).
 * @returns the URIs of those that the runtime takes from where they are: processes need no image, and not every Docker engine reaches this machine
 * @throws TaskStartFailure for an image that can't be built
 */
export async function publishAssets(account: Account, containers: readonly ContainerSpec[]): Promise<ReadonlySet<string>> {
  const assets = new Map(containers.flatMap(({ image }) => (image === undefined ? [] : [[image.uri, image] as const])));
  const local = await Promise.all([...assets.values()].map(async (image) => ((await publishOnce(account, image)) ? [] : [image.uri])));
  return new Set(local.flat());
}

function publishOnce(account: Account, image: ContainerImage): Promise<boolean> {
  const pushes = underWay.get(account) ?? new Map<string, Promise<boolean>>();
  underWay.set(account, pushes);
  const known = pushes.get(image.uri);
  if (known !== undefined) return known;
  const push = publish(account, image).finally(() => pushes.delete(image.uri));
  pushes.set(image.uri, push);
  return push;
}

/** Whether the registry has it then. */
async function publish(account: Account, image: ContainerImage): Promise<boolean> {
  const { runtime } = account;
  const registry = account.directory.find('imageRegistry', account.id);
  const parsed = parseImageUri(image.uri);
  if (runtime.publish === undefined || registry === undefined || parsed?.host !== registry.host) return false;
  const destination = (await registry.open()).destination(parsed.repository, parsed.tag);
  if (destination === undefined) return true;
  account.emit({ event: 'progress', message: `Build image ${image.name ?? image.uri} and push it to the registry` });
  const publication = await runtime.publish(image, destination, () => {});
  if (publication.kind === 'pushed') return true;
  if (!told.has(account)) {
    told.add(account);
    account.emit({
      event: 'notice',
      message: `Docker does not reach the registry of this engine (${publication.why}): tasks run from the images that it has built, unpushed`,
    });
  }
  return false;
}
