import { isObject, textOf } from '../known-value.ts';
import type { Finding, Properties } from '../resource-type.ts';

/** Seconds, but for `Retries` (ECS-016). */
const RANGES = [
  ['Interval', 5, 300],
  ['Timeout', 2, 60],
  ['Retries', 1, 10],
  ['StartPeriod', 0, 300],
] as const;

/** What AWS would refuse in the health check and the start timeout of a container (ECS-016, ECS-018). The texts are inferred. */
export function checkHealthCheck(container: Properties, at: string): Finding[] {
  return [...checkStartTimeout(container, at), ...checkCommandAndRanges(container, at)];
}

function checkCommandAndRanges(container: Properties, at: string): Finding[] {
  const check = container['HealthCheck'];
  if (!isObject(check)) return [];
  const path = `${at}.HealthCheck`;
  const findings: Finding[] = RANGES.flatMap(([name, least, most]) => outOfRange(check, path, name, least, most));
  const command = check['Command'];
  if (!Array.isArray(command)) return command === undefined ? [badCommand(path), ...findings] : findings;
  const kind = textOf(command[0]);
  if (kind !== undefined && kind !== 'CMD' && kind !== 'CMD-SHELL') findings.push(badCommand(path));
  return findings;
}

function badCommand(path: string): Finding {
  return {
    property: `${path}.Command`,
    kind: 'invalid',
    message: 'Container health check command must start with CMD or CMD-SHELL.',
    fix: 'Write ["CMD", "program", "word"], or ["CMD-SHELL", "a line for the shell"].',
  };
}

function checkStartTimeout(container: Properties, at: string): Finding[] {
  return outOfRange(container, at, 'StartTimeout', 2, 120);
}

function outOfRange(properties: Properties, path: string, name: string, least: number, most: number): Finding[] {
  const text = textOf(properties[name]);
  if (text === undefined) return [];
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return [];
  return [
    { property: `${path}.${name}`, kind: 'invalid', message: `${name} must be a whole number from ${least} to ${most}, it is ${text}.` },
  ];
}
