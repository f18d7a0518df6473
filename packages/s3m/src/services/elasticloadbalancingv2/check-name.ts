import { isUnresolved } from '../known-value.ts';
import type { Finding } from '../resource-type.ts';

/** What AWS says of a `Name` that it would refuse (NLB-007). `what`: `load balancer` or `target group`. */
export function checkName(name: unknown, what: 'load balancer' | 'target group'): readonly Finding[] {
  if (typeof name !== 'string' || isUnresolved(name)) return [];
  const message = wrongName(name, `${what[0]!.toUpperCase()}${what.slice(1)} name '${name}'`);
  if (message !== undefined) return [invalid(message)];
  if (what === 'load balancer' && name.startsWith('internal-'))
    return [invalid(`Load balancer name '${name}' cannot begin with 'internal-'`)];
  return [];
}

function wrongName(name: string, subject: string): string | undefined {
  if (name.length === 0) return `${subject} cannot be empty`;
  if (name.length > 32) return `${subject} cannot be longer than '32' characters`;
  if (!/^[A-Za-z0-9-]+$/.test(name)) return `${subject} can only contain characters that are alphanumeric characters or hyphens(-)`;
  if (name.startsWith('-') || name.endsWith('-')) return `${subject} cannot begin or end with a hyphen(-)`;
  return undefined;
}

function invalid(message: string): Finding {
  return { property: 'Name', kind: 'invalid', message };
}
