import type Docker from 'dockerode';
import { stillRuns } from './process-table.ts';
import { removeDirectory } from './socket-directory.ts';
import type { TaskJournal } from './task-journal.ts';

/** Removes what engines of this project that are gone left in Docker and on the disk. Answers what it was, for people. */
export async function removeLeftovers(docker: Docker, project: string, journal: TaskJournal): Promise<readonly string[]> {
  const filters = { label: [`s3m.project=${project}`] };
  const containers = (await docker.listContainers({ all: true, filters })).filter(({ Labels }) => isAbandoned(Labels));
  await Promise.all(
    containers.map(({ Id }) =>
      docker
        .getContainer(Id)
        .remove({ force: true, v: true })
        .catch(() => {}),
    ),
  );
  const { Volumes } = await docker.listVolumes({ filters: JSON.stringify(filters) });
  const volumes = (Volumes ?? []).filter(({ Labels }) => isAbandoned(Labels));
  await Promise.all(
    volumes.map(({ Name }) =>
      docker
        .getVolume(Name)
        .remove()
        .catch(() => {}),
    ),
  );
  const entries = journal.takeAbandoned();
  for (const { directories } of entries) for (const directory of directories) removeDirectory(directory);
  return containers.map(({ Id, Names }) => `container ${Names[0]?.slice(1) ?? Id.slice(0, 12)}`);
}

function isAbandoned(labels: Readonly<Record<string, string>>): boolean {
  const [pid, startTime] = (labels['s3m.engine'] ?? '').split(':');
  return startTime === undefined || startTime === '' || !stillRuns({ pid: Number(pid), startTime });
}
