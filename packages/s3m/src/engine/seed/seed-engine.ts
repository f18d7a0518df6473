import { createHash } from 'node:crypto';
import { similarName } from '../../template/similar-name.ts';
import type { DeployedResource } from '../deployed-stack.ts';
import type { Account } from '../../services/account.ts';
import { EngineFailure, type Problem } from '../problem.ts';
import { planBuckets } from './seed-buckets.ts';
import { readSeedFile, type SeedFile } from './seed-file.ts';
import { planParameters } from './seed-parameters.ts';
import { isObject, shown, type SeedCounts, type SeedGround, type SeedPart } from './seed-part.ts';
import { planSecrets } from './seed-secrets.ts';
import { planTables } from './seed-tables.ts';

type Planner = (ground: SeedGround, entries: Readonly<Record<string, unknown>>) => readonly SeedPart[] | Promise<readonly SeedPart[]>;

const planners: Readonly<Record<string, Planner>> = {
  tables: planTables,
  buckets: planBuckets,
  parameters: planParameters,
  secrets: planSecrets,
};

/** Writes what a seed has, after all of it was found right. @throws EngineFailure with everything that is wrong */
export async function seedEngine(account: Account, resources: readonly DeployedResource[], file: string): Promise<SeedCounts> {
  return write(await planSeed(account, resources, readSeedFile(file)));
}

/** As {@link seedEngine}, unless what is kept has had the same seed already. Answers undefined then. */
export async function seedOnce(account: Account, resources: readonly DeployedResource[], file: string): Promise<SeedCounts | undefined> {
  const seed = readSeedFile(file);
  const collection = account.state.collection('seeds');
  const digest = createHash('sha256').update(seed.text).digest('hex');
  if ([...collection.entries()].some(({ key }) => key === digest)) return undefined;
  const counts = await write(await planSeed(account, resources, seed));
  await collection.put(digest, file);
  return counts;
}

async function planSeed(account: Account, resources: readonly DeployedResource[], seed: SeedFile): Promise<readonly SeedPart[]> {
  const problems: Problem[] = [];
  const ground: SeedGround = { account, resources, seed, report: (problem) => void problems.push(problem) };
  const allowed = Object.keys(planners);
  const parts: SeedPart[] = [];
  const { value } = seed;
  if (!isObject(value)) {
    ground.report(seed.problem([], `expected an object, got ${shown(value)}`, `It may have: ${allowed.join(', ')}.`));
  } else {
    for (const [name, entries] of Object.entries(value)) {
      const planner = Object.hasOwn(planners, name) ? planners[name] : undefined;
      if (planner === undefined) {
        const meant = similarName(name, allowed);
        ground.report(
          seed.problem(
            [name],
            'nothing is called so',
            `${meant === undefined ? '' : `Did you mean ${meant}? `}Allowed: ${allowed.join(', ')}.`,
          ),
        );
      } else if (isObject(entries)) parts.push(...(await planner(ground, entries)));
      else ground.report(seed.problem([name], `expected an object by names, got ${shown(entries)}`));
    }
  }
  if (problems.length > 0) throw new EngineFailure(problems.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0)));
  return parts;
}

async function write(parts: readonly SeedPart[]): Promise<SeedCounts> {
  const counts = { tables: 0, items: 0, buckets: 0, objects: 0, parameters: 0, secrets: 0 };
  for (const part of parts) {
    await part.apply();
    for (const [kind, count] of Object.entries(part.counts)) counts[kind as keyof SeedCounts] += count;
  }
  return counts;
}
