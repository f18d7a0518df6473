import type { Target } from '../../capabilities/target-group.ts';
import type { Network } from '../../network/network.ts';
import { checkTarget, type CheckingNode, type CheckResult, type HealthCheckSettings } from './health-check.ts';

/**
 * One round of checks: each node makes its own, from its own subnet and groups, and what more than half of them saw counts (NLB-033, how many is not
 * verified). A round that not all nodes agree on says how many failed. Never rejects.
 * @param nodes one at least; the first speaks for all when all fail
 */
export async function checkByConsensus(
  network: Network,
  nodes: readonly CheckingNode[],
  target: Target,
  settings: HealthCheckSettings,
): Promise<CheckResult> {
  const results = await Promise.all(nodes.map((node) => checkTarget(network, node, target, settings)));
  const failed = results.filter((result) => !result.passed);
  const [first] = failed;
  if (first === undefined) return { passed: true };
  if (failed.length === results.length) return first;
  const detail = `from ${failed.length} of ${results.length} nodes: ${first.detail}`;
  return failed.length * 2 < results.length ? { passed: true, detail } : { ...first, detail };
}

/**
 * The nodes that check a target, its own zone's first: all of them where each sends to every zone, else that of its own zone alone, since no other
 * sends to it (NLB-021). None when no balancer has a node in its zone (NLB-022). A node that has several listeners checks once.
 */
export function nodesFor(target: Target, nodes: readonly CheckingNode[], crossesZones: boolean): readonly CheckingNode[] {
  const each = [...new Map(nodes.toReversed().map((node) => [node.interfaceId, node])).values()].toReversed();
  const own = each.filter(({ zone }) => zone === target.zone);
  if (own.length === 0 || !crossesZones) return own;
  return [...own, ...each.filter(({ zone }) => zone !== target.zone)];
}
