import { createHash } from 'node:crypto';

/** The hardware address of a network interface, which its id stands for: of those that are given out locally, as EC2's are. */
export function macAddress(interfaceId: string): string {
  const digest = createHash('sha256').update(interfaceId).digest('hex').slice(0, 10);
  return ['0a', ...(digest.match(/../g) ?? [])].join(':');
}
