import type { Reach } from '../engine/explain-reach.ts';

/** Ways with one and the same answer. */
export interface ReachGroup {
  /** `task Weather/3f2a1b2c (10.0.1.4)`, or `tasks of service Weather (3)` when there are several. */
  readonly from: string;
  readonly to: string;
  /** How many there are; 1 for a way of its own. */
  readonly ways: number;
  /** The first of them, with the names of both ends in `rule` without what tells them apart. */
  readonly answer: Reach;
}

/** Puts ways together whose answers differ by nothing but the task or the balancer's node: in the order of the first of each. */
export function groupReaches(answers: readonly Reach[]): readonly ReachGroup[] {
  const groups = new Map<string, Reach[]>();
  for (const answer of answers) {
    const key = JSON.stringify(withoutNumbers(answer));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [answer]);
    else group.push(answer);
  }
  return [...groups.values()].map((group) => {
    const [first] = group as [Reach, ...Reach[]];
    if (group.length === 1) return { from: first.from, to: first.to, ways: 1, answer: first };
    const [from, to] = [namesOf(group.map((each) => each.from)), namesOf(group.map((each) => each.to))];
    return { from, to, ways: group.length, answer: withoutNumbers(first) };
  });
}

function withoutNumbers({ from, to, rule, ...rest }: Reach): Reach {
  const [plainFrom, plainTo] = [kindOf(from), kindOf(to)];
  return { ...rest, from: plainFrom, to: plainTo, rule: rule.replaceAll(from, plainFrom).replaceAll(to, plainTo) };
}

/** `task Weather/3f2a1b2c (10.0.1.4)` -> `task Weather`; `NLB node of Nlb (10.0.1.5)` -> `NLB node of Nlb`. */
function kindOf(label: string): string {
  return label.replace(/ \(\d+\.\d+\.\d+\.\d+\)$/, '').replace(/^(task .+)\/\w+$/, '$1');
}

function namesOf(labels: readonly string[]): string {
  const different = new Set(labels);
  const [first = ''] = different;
  if (different.size === 1) return first;
  const kind = kindOf(first);
  const task = /^task (.+)$/.exec(kind)?.[1];
  const plural = task === undefined ? kind.replace(/^(\w+ node)\b/, '$1s') : `tasks of service ${task}`;
  return `${plural} (${different.size})`;
}
