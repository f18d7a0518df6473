/** A rule of a lifecycle policy, as it is evaluated. */
export interface LifecycleRule {
  readonly priority: number;
  readonly status: 'tagged' | 'untagged' | 'any';
  /** Patterns that a tag of the image must match, all of them; a prefix ends in `*`. None: any tag. */
  readonly tagPatterns: readonly string[];
  readonly count: { readonly kind: 'more-than'; readonly images: number } | { readonly kind: 'older-than'; readonly milliseconds: number };
}

/** A document that ECR refuses; the message is what is wrong with it. */
export class LifecyclePolicyProblem extends Error {}

const dayMs = 86_400_000;

/** Reads a lifecycle policy (ECR-019), sorted by priority. @throws LifecyclePolicyProblem */
export function parseLifecyclePolicy(text: string): readonly LifecycleRule[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new LifecyclePolicyProblem('it is not JSON');
  }
  const rules = isObject(document) ? document['rules'] : undefined;
  if (!Array.isArray(rules) || rules.length === 0) throw new LifecyclePolicyProblem('"rules" must be a list with at least one rule');
  const parsed = rules.map((rule: unknown, index) => parseRule(rule, `rules[${index}]`));
  const priorities = parsed.map(({ priority }) => priority);
  if (new Set(priorities).size < priorities.length) throw new LifecyclePolicyProblem('each rule must have a rulePriority of its own');
  if (parsed.filter(({ status }) => status === 'untagged').length > 1)
    throw new LifecyclePolicyProblem('only one rule may have tagStatus "untagged"');
  const any = parsed.find(({ status }) => status === 'any');
  if (any !== undefined && any.priority !== Math.max(...priorities))
    throw new LifecyclePolicyProblem('the rule with tagStatus "any" must have the highest rulePriority');
  return parsed.toSorted((one, other) => one.priority - other.priority);
}

function parseRule(rule: unknown, where: string): LifecycleRule {
  if (!isObject(rule)) throw new LifecyclePolicyProblem(`${where} must be an object`);
  const priority = rule['rulePriority'];
  if (!isCount(priority)) throw new LifecyclePolicyProblem(`${where}.rulePriority must be a whole number above 0`);
  const action = rule['action'];
  if (!isObject(action) || action['type'] !== 'expire') throw new LifecyclePolicyProblem(`${where}.action.type must be "expire"`);
  const selection = rule['selection'];
  if (!isObject(selection)) throw new LifecyclePolicyProblem(`${where}.selection is missing`);
  const at = `${where}.selection`;
  const status = selection['tagStatus'];
  if (status !== 'tagged' && status !== 'untagged' && status !== 'any')
    throw new LifecyclePolicyProblem(`${at}.tagStatus must be "tagged", "untagged" or "any"`);
  const prefixes = parseStrings(selection['tagPrefixList'], `${at}.tagPrefixList`);
  const patterns = parseStrings(selection['tagPatternList'], `${at}.tagPatternList`);
  if (status === 'tagged' ? prefixes.length + patterns.length === 0 : prefixes.length + patterns.length > 0) {
    throw new LifecyclePolicyProblem(`${at}: tagPrefixList or tagPatternList must be there when tagStatus is "tagged", and only then`);
  }
  if (prefixes.length > 0 && patterns.length > 0) throw new LifecyclePolicyProblem(`${at} has both tagPrefixList and tagPatternList`);
  return { priority, status, tagPatterns: [...prefixes.map((prefix) => `${prefix}*`), ...patterns], count: parseCount(selection, at) };
}

function parseCount(selection: Readonly<Record<string, unknown>>, at: string): LifecycleRule['count'] {
  const { countType, countNumber, countUnit } = selection;
  if (!isCount(countNumber)) throw new LifecyclePolicyProblem(`${at}.countNumber must be a whole number above 0`);
  if (countType === 'imageCountMoreThan') {
    if (countUnit !== undefined) throw new LifecyclePolicyProblem(`${at}.countUnit is only for countType "sinceImagePushed"`);
    return { kind: 'more-than', images: countNumber };
  }
  if (countType !== 'sinceImagePushed')
    throw new LifecyclePolicyProblem(`${at}.countType must be "imageCountMoreThan" or "sinceImagePushed"`);
  if (countUnit !== 'days') throw new LifecyclePolicyProblem(`${at}.countUnit must be "days"`);
  return { kind: 'older-than', milliseconds: countNumber * dayMs };
}

function parseStrings(value: unknown, where: string): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.some((each) => typeof each !== 'string' || each === ''))
    throw new LifecyclePolicyProblem(`${where} must be a list of texts`);
  return value as string[];
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
