import type { DeployedStack, StackTarget } from './deployed-stack.ts';
import { deleteAll, type Deletion } from './delete-resources.ts';
import type { Problem } from './problem.ts';
import { StackChange, type Deployment, type DeploymentResult } from './stack-change.ts';
import { createGraph } from '../graph/graph.ts';
import { walkGraph } from '../graph/walk.ts';

/**
 * Brings a stack to its target as CloudFormation does: creates and updates in dependency order, waits until resources are stable,
 * then deletes what is gone or replaced. After a failure everything is put back as it was.
 * @throws EngineFailure
 */
export async function deployStack(deployed: DeployedStack, target: StackTarget, deployment: Deployment): Promise<DeploymentResult> {
  const change = new StackChange(deployed, target, deployment);
  try {
    const graph = createGraph(target.evaluation.resourceIds.map((id) => ({ id, dependencies: target.evaluation.dependencies(id) })));
    await walkGraph(graph, (id) => change.bring(id));
  } catch (error) {
    await change.undo();
    throw change.failure(error);
  }
  await change.cleanUp();
  deployed.outputs = readOutputs(target, change, deployment);
  return change.result;
}

/** Deletes all resources of a stack, dependents first. Answers what could not be deleted. */
export async function deleteStack(
  deployed: DeployedStack,
  deployment: Deletion,
  options: { readonly quick: boolean },
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const all = [...deployed.resources.values(), ...deployed.retained.values()];
  await deleteAll(all, deployed, deployment, options.quick, (problem) => problems.push(problem));
  deployed.resources.clear();
  deployed.retained.clear();
  return problems;
}

function readOutputs(target: StackTarget, change: StackChange, deployment: Deployment): DeployedStack['outputs'] {
  return new Map(
    target.evaluation
      .outputs(change.lookup)
      .map(({ name, ...output }) => [name, { ...output, localValue: deployment.addresses.localize(output.value) }]),
  );
}
