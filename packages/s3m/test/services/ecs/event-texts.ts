import type { EcsBench } from './ecs-bench.ts';

/** Event texts, the oldest first, with ids made short. */
export function eventTexts(bench: EcsBench, ref: string): string[] {
  const found = bench.account.directory.find('service', ref)!;
  return found.events
    .map(({ message }) => message.replaceAll(/task [0-9a-f]{32}/g, 'task T').replaceAll(/ecs-svc\/\d+/g, 'ecs-svc/N'))
    .toReversed();
}
