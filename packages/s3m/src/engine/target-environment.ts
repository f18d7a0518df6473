import type { StackTemplate } from '../template/assembly.ts';
import { userFailure } from './problem.ts';

/** The account and the region that a system runs in. */
export interface TargetEnvironment {
  /** 12 digits. */
  readonly id: string;
  readonly region: string;
}

/** What stacks get that name neither: `000000000000` is the account that local tools expect. */
export const defaultEnvironment: TargetEnvironment = { id: '000000000000', region: 'us-east-1' };

/**
 * The environment that the stacks name (`env` of a CDK stack), whose literals stand in their templates: ARNs, zones, host names.
 * @throws EngineFailure `SeveralEnvironments` when they name different ones, or one outside of the partition `aws`
 */
export function targetEnvironment(stacks: readonly StackTemplate[]): TargetEnvironment {
  const id = theOnly(stacks, 'account') ?? defaultEnvironment.id;
  const region = theOnly(stacks, 'region') ?? defaultEnvironment.region;
  if (/^(?:cn|us-gov|us-iso|eu-isoe|eusc)/.test(region)) {
    throw userFailure(
      'UnsupportedRegion',
      `The stacks are for the region ${region}, of another partition than "aws"`,
      'Give env another region to run them here.',
    );
  }
  return { id, region };
}

/** @throws EngineFailure when the stacks are now for another environment than the one that runs */
export function checkSameEnvironment(running: TargetEnvironment, wanted: TargetEnvironment): void {
  if (running.id === wanted.id && running.region === wanted.region) return;
  throw userFailure(
    'EnvironmentChanged',
    `The stacks are now for account ${wanted.id} in ${wanted.region}, the system runs in account ${running.id} in ${running.region}`,
    'Stop it and start it again, or take the change of env back.',
  );
}

function theOnly(stacks: readonly StackTemplate[], part: 'account' | 'region'): string | undefined {
  const named = Map.groupBy(
    stacks.filter(({ environment }) => environment?.[part] !== undefined),
    ({ environment }) => environment![part]!,
  );
  if (named.size <= 1) return named.keys().next().value;
  const list = [...named].map(([value, those]) => `${value} (${those.map(({ displayName }) => displayName).join(', ')})`).join('; ');
  throw userFailure(
    'SeveralEnvironments',
    `The stacks are for more than one ${part}: ${list}`,
    'One system is one account in one region: choose its stacks with --stack NAME.',
  );
}

/** Names of a region's availability zones, in order (CFN-003). */
export function zonesOf(region: string): readonly string[] {
  return ['a', 'b', 'c'].map((letter) => `${region}${letter}`);
}
