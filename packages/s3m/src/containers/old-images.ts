import { existsSync } from 'node:fs';
import type Docker from 'dockerode';

/** Images that are kept of one asset while the engine runs: the newest, and the one before, which an undone update goes back to. */
const keptOfAsset = 2;
/** A younger image of a project that is gone may be one that another engine has just made and not used yet. */
const youngMs = 86_400_000;

/**
 * Removes what is too old of one asset of a project, of those that this program has made and labelled. One that a container still uses cannot be
 * removed, and stays. @returns names of what is gone
 */
export async function removeSuperseded(docker: Docker, labels: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { 's3m.asset': asset, 's3m.project': project } = labels;
  if (asset === undefined || project === undefined) return [];
  const images = await listLabelled(docker, [`s3m.project=${project}`, `s3m.asset=${asset}`]);
  return removeAll(docker, images.slice(keptOfAsset));
}

/** Names under which this program pushes what an application builds, by its hash (ECR-023); Docker has one while a push is under way. */
const pushedName = /^127\.0\.0\.1:\d+\/[^:]+:[0-9a-f]{64}$/;

/**
 * Removes the project's images, but those of these names and those that a container uses; of what stays, the names of pushes
 * that did not come to their end, since their engine was killed. Not while something is pushed.
 */
export async function removeUnusedImages(docker: Docker, project: string, used: readonly string[]): Promise<void> {
  const images = await listLabelled(docker, [`s3m.project=${project}`]);
  await removeAll(
    docker,
    images.filter(({ RepoTags }) => !namesOf(RepoTags).some((name) => used.includes(name))),
  );
  const kept = images.map(({ RepoTags }) => namesOf(RepoTags)).filter((tags) => tags.some((name) => used.includes(name)));
  for (const name of kept.flat()) {
    if (!pushedName.test(name)) continue;
    await docker
      .getImage(name)
      .remove()
      .catch(() => {});
  }
}

/** Removes images of projects that are not there any more. */
export async function removeOrphanedImages(docker: Docker, now: number): Promise<void> {
  const images = await listLabelled(docker, ['s3m.project']);
  const orphans = images.filter(({ Labels, Created }) => {
    const directory = Labels?.['s3m.directory'];
    return directory !== undefined && now - Created * 1000 > youngMs && !existsSync(directory);
  });
  await removeAll(docker, orphans);
}

/** Removes all images of a role, and those of a name, but the one that is named so now. A container's own stays. */
export async function removeFormer(docker: Docker, role: string, current: string): Promise<void> {
  const [name = ''] = current.split(':');
  const labelled = await listLabelled(docker, [`s3m.role=${role}`]);
  const named = await docker.listImages({ filters: JSON.stringify({ reference: [name] }) });
  const former = new Map([...labelled, ...named].map((image) => [image.Id, image]));
  await removeAll(
    docker,
    [...former.values()].filter(({ RepoTags }) => !namesOf(RepoTags).includes(current)),
  );
}

/** Newest first. */
async function listLabelled(docker: Docker, label: readonly string[]): Promise<readonly Docker.ImageInfo[]> {
  const images = await docker.listImages({ filters: JSON.stringify({ label }) });
  return images.toSorted((one, other) => other.Created - one.Created);
}

async function removeAll(docker: Docker, images: readonly Docker.ImageInfo[]): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const { Id, RepoTags, RepoDigests } of images) {
    // What was pulled by its digest has that for a name.
    const names = [...namesOf(RepoTags), ...namesOf(RepoDigests)];
    // An image of several names goes with the last of them; never by force, which a container would suffer from.
    for (const name of names.length === 0 ? [Id] : names) {
      await docker
        .getImage(name)
        .remove()
        .then(
          () => gone.push(name),
          () => {},
        );
    }
  }
  return gone;
}

/** An image without a name has `<none>:<none>`, and `<none>@<none>`. */
function namesOf(tags: readonly string[] | undefined): readonly string[] {
  return (tags ?? []).filter((tag) => !tag.startsWith('<none>'));
}
