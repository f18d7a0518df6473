import { resolveStageVariables } from '../../gateway/stage-variables.ts';
import { isObject } from '../known-value.ts';
import type { ApiDraft } from './draft.ts';

/** Ids of the VPC links that integrations name; a stage variable (AG-183) stands for what each stage gives it. */
export function namedVpcLinks(
  { methods }: ApiDraft,
  stages: readonly { readonly variables: Readonly<Record<string, string>> }[],
): readonly string[] {
  const ids = new Set<string>();
  for (const { properties } of methods.values()) {
    const integration = properties['Integration'];
    const id = isObject(integration) ? integration['ConnectionId'] : undefined;
    if (typeof id !== 'string') continue;
    ids.add(id);
    for (const { variables } of stages) ids.add(resolveStageVariables(id, variables));
  }
  return [...ids];
}
