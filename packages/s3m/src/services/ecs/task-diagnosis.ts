import type { RunningTask } from '../../containers/task-runtime.ts';
import type { ServiceTask } from './task.ts';
import { unhealthyContainer, unhealthyFailure, type TaskFailure } from './task-failure.ts';

/** Why a task's health check fails, asked while it still runs. */
export async function diagnoseTask(
  { id, failedContainer, failedTarget }: Pick<ServiceTask, 'id' | 'failedContainer' | 'failedTarget'>,
  running: RunningTask | undefined,
  lastLines: Parameters<typeof unhealthyContainer>[3],
): Promise<TaskFailure> {
  if (failedContainer !== undefined)
    return unhealthyContainer(id, failedContainer.container, failedContainer.failure ?? 'its health check fails', lastLines);
  const port = failedTarget?.target.port ?? 0;
  const detail = failedTarget?.description.detail ?? failedTarget?.description.health.description ?? 'its health check fails';
  const listening = await running?.listening().catch(() => undefined);
  const loopback = (await running?.listeningOnLoopback?.().catch(() => [])) ?? [];
  const targetGroup = failedTarget?.group.name ?? '';
  return unhealthyFailure({ task: id, targetGroup, port, detail, listening, loopback, lastLines });
}
