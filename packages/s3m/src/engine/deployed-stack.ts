import type { Evaluation } from '../template/evaluation.ts';
import type { StackTemplate } from '../template/assembly.ts';
import type { Properties, Resource, ResourceName, ResourceType, Value } from '../services/resource-type.ts';

/** What a stack is to become: its template with parameters and conditions evaluated. */
export interface StackTarget {
  readonly stack: StackTemplate;
  readonly evaluation: Evaluation;
  /** By logical id, for the active resources. */
  readonly types: ReadonlyMap<string, ResourceType>;
}

/** A resource that exists, with what it was made from. */
export interface DeployedResource {
  readonly name: ResourceName;
  readonly type: ResourceType;
  /** 0 at first, one more at each replacement: gives the new one names of its own. */
  readonly generation: number;
  readonly resource: Resource;
  readonly properties: Properties;
  readonly local: Properties;
  readonly metadata: Properties;
  /** Of local files that the properties name by a path (`Code: ./dir`); empty when there are none. Changes with them. */
  readonly content: string;
  readonly dependsOn: readonly string[];
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
  readonly changedAt: number;
  /** DeletionPolicy Retain, of a resource with data. */
  readonly retain: boolean;
  /** UpdateReplacePolicy Retain, of a resource with data. */
  readonly retainReplaced: boolean;
}

export interface StackOutput {
  readonly value: Value;
  readonly localValue: Value;
  readonly exportName?: string;
  readonly description?: string;
}

/** A stack as it stands: CloudFormation's view of what runs. */
export interface DeployedStack {
  readonly name: string;
  readonly stackId: string;
  readonly resources: Map<string, DeployedResource>;
  /** Resources that the template has no more, but that go on (DeletionPolicy Retain). */
  readonly retained: Map<string, DeployedResource>;
  outputs: ReadonlyMap<string, StackOutput>;
}
