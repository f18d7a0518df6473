import type { Passage } from '../passage.ts';

/** Characters of {@link methodArnOf}, without making it. */
export function methodArnLength({ request: { facts }, stage }: Pick<Passage, 'request' | 'stage'>): number {
  return stage!.arnPrefix.length + facts.verb.length + facts.target.path.length;
}

/** The ARN of the method that a request is for: the actual verb and path, as they were sent (AG-087 to AG-090, AG-166). */
export function methodArnOf({ request, stage }: Pick<Passage, 'request' | 'stage'>): string {
  const { facts } = request;
  const prefix = stage!.arnPrefix;
  if (facts.methodArn?.prefix !== prefix) facts.methodArn = { prefix, arn: `${prefix}${facts.verb}${facts.target.path}` };
  return facts.methodArn.arn;
}
