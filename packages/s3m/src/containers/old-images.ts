import { existsSync } from 'node:fs';
import type Docker from 'dockerode';

/** Images of the application that are kept for the next start, the newest of the project. */
const keptOfProject = 20;
/** Images that are kept of one asset: the newest, and the one before, which an undone update goes back to. */
const keptOfAsset = 2;
/** A younger image may be one that another engine has just made and not used yet. */
const youngMs = 86_400_000;

/**
 * Removes what is too old of one asset of a project, of those that this program has made and labelled. One that a container still uses cannot be
 * removed, and stays. @returns names of what is gone
 */
export async function removeSuperseded(docker: Docker, labels: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { 's3m.asset': asset, 's3m.project': project } = labels;
  if (asset === undefined || project === undefined) return [];
  const images = await listImages(docker, [`s3m.project=${project}`, `s3m.asset=${asset}`]);
  return removeAll(docker, images.slice(keptOfAsset));
}

/** Removes the project's oldest images, and those of projects that are not there any more. */
export async function removeOldImages(docker: Docker, project: string, now: number): Promise<void> {
  const images = await listImages(docker, ['s3m.project']);
  const own = images.filter(({ Labels }) => Labels?.['s3m.project'] === project);
  const orphans = images.filter(({ Labels, Created }) => {
    const directory = Labels?.['s3m.directory'];
    return directory !== undefined && now - Created * 1000 > youngMs && !existsSync(directory);
  });
  await removeAll(docker, [...own.slice(keptOfProject), ...orphans]);
}

/** Removes images of a name whose tags are not `tag` and that no engine can have made just now. */
export async function removeOtherTags(docker: Docker, name: string, tag: string, now: number): Promise<void> {
  const images = await docker.listImages({ filters: JSON.stringify({ reference: [name] }) });
  const old = images.filter(({ RepoTags, Created }) => now - Created * 1000 > youngMs && RepoTags?.includes(`${name}:${tag}`) !== true);
  await removeAll(docker, old);
}

/** Newest first. */
async function listImages(docker: Docker, label: readonly string[]): Promise<readonly Docker.ImageInfo[]> {
  const images = await docker.listImages({ filters: JSON.stringify({ label }) });
  return images.toSorted((one, other) => other.Created - one.Created);
}

async function removeAll(docker: Docker, images: readonly Docker.ImageInfo[]): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const { Id, RepoTags } of images) {
    await docker
      .getImage(Id)
      .remove()
      .then(
        () => gone.push(...(RepoTags ?? [])),
        () => {},
      );
  }
  return gone;
}
