import { PolicySyntaxError } from '../../../policy/policy-document.ts';
import { EcrError } from '../ecr-error.ts';
import { LifecyclePolicyProblem } from '../images/lifecycle-policy.ts';
import type { LiveRepository } from '../images/live-repository.ts';
import { readLifecycle, readRepositoryPolicy, type Lifecycle, type RepositoryPolicy } from '../repository-settings.ts';
import { invalidParameter } from './ecr-input.ts';
import { repositoryOf, seconds, type EcrCall, type EcrOperation } from './ecr-operation.ts';
import { locate } from './image-operations.ts';
import { remembered } from './repository-operations.ts';

/** Operations on a repository's policy (ECR-018) and its lifecycle policy (ECR-019). */
export const policyOperations: Readonly<Record<string, EcrOperation>> = {
  SetRepositoryPolicy: (call) => {
    const repository = repositoryOf(call);
    const policyText = call.input.string('policyText');
    const policy = parsePolicyText(policyText);
    repository.settings = { ...repository.settings, policy, ...remembered(repository, { policyText }) };
    return { ...locate(call, repository), policyText };
  },
  GetRepositoryPolicy: (call) => {
    const repository = repositoryOf(call);
    return { ...locate(call, repository), policyText: policyOf(call, repository).text };
  },
  DeleteRepositoryPolicy: (call) => {
    const repository = repositoryOf(call);
    const { text } = policyOf(call, repository);
    const { policy: _, ...rest } = repository.settings;
    repository.settings = { ...rest, ...remembered(repository, { policyText: undefined }) };
    return { ...locate(call, repository), policyText: text };
  },

  PutLifecyclePolicy: (call) => {
    const repository = repositoryOf(call);
    const lifecyclePolicyText = call.input.string('lifecyclePolicyText');
    const lifecycle = parseLifecycleText(lifecyclePolicyText);
    repository.settings = { ...repository.settings, lifecycle, ...remembered(repository, { lifecyclePolicyText }) };
    return { ...locate(call, repository), lifecyclePolicyText };
  },
  GetLifecyclePolicy: (call) => {
    const repository = repositoryOf(call);
    return { ...locate(call, repository), ...describeLifecycle(lifecycleOf(call, repository)) };
  },
  DeleteLifecyclePolicy: (call) => {
    const repository = repositoryOf(call);
    const lifecycle = lifecycleOf(call, repository);
    const { lifecycle: _, ...rest } = repository.settings;
    repository.settings = { ...rest, ...remembered(repository, { lifecyclePolicyText: undefined }) };
    return { ...locate(call, repository), ...describeLifecycle(lifecycle) };
  },
};

function policyOf({ registry }: EcrCall, { name, settings }: LiveRepository): RepositoryPolicy {
  if (settings.policy !== undefined) return settings.policy;
  throw new EcrError(
    'RepositoryPolicyNotFoundException',
    `Repository policy does not exist for the repository with name '${name}' in the registry with id '${registry.account.id}'`,
  );
}

function lifecycleOf({ registry }: EcrCall, { name, settings }: LiveRepository): Lifecycle {
  if (settings.lifecycle !== undefined) return settings.lifecycle;
  throw new EcrError(
    'LifecyclePolicyNotFoundException',
    `Lifecycle policy does not exist for the repository with name '${name}' in the registry with id '${registry.account.id}'`,
  );
}

function describeLifecycle({ text, evaluatedAt }: Lifecycle): object {
  return { lifecyclePolicyText: text, ...(evaluatedAt === undefined ? {} : { lastEvaluatedAt: seconds(evaluatedAt) }) };
}

function parsePolicyText(text: string): RepositoryPolicy {
  try {
    return readRepositoryPolicy(text);
  } catch (error) {
    if (!(error instanceof PolicySyntaxError) && !(error instanceof SyntaxError)) throw error;
    throw invalidParameter('PolicyText', 'Invalid repository policy provided');
  }
}

function parseLifecycleText(text: string): Lifecycle {
  try {
    return readLifecycle(text);
  } catch (error) {
    if (!(error instanceof LifecyclePolicyProblem)) throw error;
    throw invalidParameter('LifecyclePolicyText', `Lifecycle policy validation failure: ${error.message}`);
  }
}
