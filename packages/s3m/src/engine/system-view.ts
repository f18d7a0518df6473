import type { TargetDescription } from '../capabilities/target-group.ts';
import type { TaskView } from '../capabilities/ecs-service.ts';
import type { Engine } from './engine.ts';
import type { Endpoints } from './engine-event.ts';

/** Everything that runs, as `s3m ps` shows it. */
export interface SystemView {
  readonly endpoints: Endpoints;
  readonly runtime: string;
  readonly apis: readonly {
    readonly name: string;
    readonly url: string;
    readonly stages: readonly string[];
    readonly stageUrls: readonly string[];
  }[];
  readonly functions: readonly { readonly name: string; readonly arn: string }[];
  readonly services: readonly {
    readonly name: string;
    readonly desired: number;
    readonly running: number;
    readonly tasks: readonly TaskView[];
    readonly lastEvent?: string;
  }[];
  readonly targetGroups: readonly { readonly name: string; readonly targets: readonly TargetDescription[] }[];
  readonly tables: readonly string[];
  readonly buckets: readonly string[];
  /** The logical id of each name above that is not one: what `logs` and `why` go by. */
  readonly logicalIds: Readonly<Record<string, string>>;
}

export function describeSystem(engine: Engine): SystemView {
  const { directory, runtime } = engine.account;
  const names = (['function', 'service', 'targetGroup', 'table', 'bucket'] as const).flatMap((kind) =>
    directory.list(kind).map(([, { name }]) => name),
  );
  return {
    endpoints: engine.describe().endpoints,
    runtime: runtime.description,
    apis: directory.list('api').map(([, api]) => ({
      name: api.name,
      url: api.url,
      stages: api.stages,
      stageUrls: api.stages.map((stage) => api.urlOf(stage)),
    })),
    functions: directory.list('function').map(([, { name, arn }]) => ({ name, arn })),
    services: directory.list('service').map(([, { name, desired, running, tasks, events }]) => ({
      name,
      desired,
      running,
      tasks,
      ...(events[0] === undefined ? {} : { lastEvent: events[0].message }),
    })),
    targetGroups: directory.list('targetGroup').map(([, group]) => ({ name: group.name, targets: group.describe() })),
    tables: directory.list('table').map(([, { name }]) => name),
    buckets: directory.list('bucket').map(([, { name }]) => name),
    logicalIds: Object.fromEntries(
      names.flatMap((name) => {
        const logicalId = engine.logicalId(name);
        return logicalId === undefined ? [] : [[name, logicalId]];
      }),
    ),
  };
}
