import type { DynamicReference } from './dynamic-references.ts';
import type { Json } from './json.ts';
import { unresolved } from './unresolved.ts';

/**
 * Where values come from that only running resources have. The engine hands in one that answers as AWS would, and one with local addresses.
 * May throw FunctionFailure, whose message then reaches the user with the place of the function.
 */
export interface Lookup {
  /** What `Ref` answers. */
  ref(logicalId: string): Json;
  /** What `Fn::GetAtt` answers. */
  attribute(logicalId: string, name: string): Json;
  /** The value of another stack's export. */
  importValue(name: string): Json;
  /** The value of `{{resolve:...}}`. Absent: such texts stay as they are. */
  dynamicReference?(reference: DynamicReference): string;
}

/** Before anything runs: values that begin with `unresolved:` and tell what they stand for. */
export const placeholderLookup: Lookup = {
  ref: (logicalId) => unresolved(logicalId),
  attribute: (logicalId, name) => unresolved(`${logicalId}.${name}`),
  importValue: (name) => unresolved(name),
  dynamicReference: (reference) => unresolved(reference.kind === 'ssm' ? reference.name : reference.secretId),
};
