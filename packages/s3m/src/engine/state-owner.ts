import { relative } from 'node:path';
import type { EngineAccount } from './engine-account.ts';
import type { KeptResources } from './kept-resources.ts';
import type { Plan } from './load-plan.ts';
import { EngineFailure } from './problem.ts';
import type { Project } from './project.ts';

/** Whose a state is, as it is kept in it. */
interface StateOwner {
  /** Names of all stacks that have run with it. */
  readonly stacks: readonly string[];
  /** What was run last: the app's command, or the path of its assembly or template from the project's folder. */
  readonly source: string;
}

type Deployed = Pick<Plan['targets'][number], 'stack'>;

/**
 * Takes what is kept for this application, or refuses it: what another one keeps here is neither read as its own nor deleted. As for
 * CloudFormation a stack is known by its name; where the name is the same and the app another, some resource with data must be the same too.
 * @throws EngineFailure `StateOfAnotherApplication`; then nothing was changed
 */
export async function claimState(account: EngineAccount, { targets }: Plan, project: Project): Promise<void> {
  if (!account.state.durable) return;
  const collection = account.state.collection('application');
  const before = [...collection.entries()].find(({ key }) => key === 'owner')?.value as StateOwner | undefined;
  const known = [...new Set([...(before?.stacks ?? []), ...account.kept.stacks()])].toSorted();
  const source = sourceOf(project);
  if (isForeign({ known, before, source, kept: account.kept }, targets))
    throw foreign(project, { stacks: known, source: before?.source ?? '' }, targets);
  const stacks = [...new Set([...known, ...targets.map(({ stack }) => stack.name)])].toSorted();
  const owner: StateOwner = { stacks, source };
  if (JSON.stringify(before) !== JSON.stringify(owner)) await collection.put('owner', owner);
}

interface Found {
  readonly known: readonly string[];
  readonly before: StateOwner | undefined;
  readonly source: string;
  readonly kept: KeptResources;
}

function isForeign({ known, before, source, kept }: Found, targets: readonly Deployed[]): boolean {
  if (known.length === 0) return false;
  const same = targets.filter(({ stack }) => known.includes(stack.name));
  if (same.length === 0) return true;
  if (before === undefined || before.source === source) return false;
  const all = same.flatMap(({ stack }) => kept.resourcesOf(stack.name).map((resource) => ({ ...resource, stack })));
  return all.length > 0 && !all.some(({ stack, logicalId, type }) => stack.template.Resources[logicalId]?.Type === type);
}

function sourceOf({ directory, source }: Project): string {
  return source.kind === 'app' ? source.command : relative(directory, source.path) || '.';
}

function foreign({ stateDirectory }: Project, { stacks, source }: StateOwner, targets: readonly Deployed[]): EngineFailure {
  const list = (names: readonly string[]): string => `${names.length === 1 ? 'stack' : 'stacks'} ${names.join(', ')}`;
  const whose = `the ${list(stacks)}${source === '' ? '' : ` (${source})`}`;
  return new EngineFailure([
    {
      code: 'StateOfAnotherApplication',
      message: `What is kept in ${stateDirectory}/state belongs to another application: ${whose}. This one has the ${list(targets.map(({ stack }) => stack.name))}. Nothing was changed`,
      fix: 'Start this one in another folder, or without --persist. To begin anew here, without what is kept: s3m reset. If a stack only has another name now, give it its old one again.',
      fault: 'user',
    },
  ]);
}
