import { once } from 'node:events';
import { join } from 'node:path';
import type { EngineUse } from './engine.ts';
import type { Peer } from './peers.ts';
import { measuredCore, startOn } from './processes.ts';

/** This project's gateway, in a process of its own. */
export interface Gateway extends Peer {
  /** URL of the stage. */
  readonly stage: string;
}

export async function startGateway(backendPort: number, routes: number, name: string): Promise<Gateway> {
  const command = [
    process.execPath,
    ...(process.env['NODE_FLAGS'] ?? '').split(' ').filter(Boolean),
    join(import.meta.dirname, 'engine.ts'),
  ];
  const child = startOn(measuredCore, [...command, String(backendPort), String(routes)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${name} ended with ${String(code)}`)));
  const [{ url }] = (await Promise.race([once(child, 'message'), ended])) as [{ readonly url: string }];
  // From here on its end is nobody's surprise.
  ended.catch(() => {});
  return { name, stage: url, url: `${url}/weather/forecast`, process: child };
}

export async function askUse(gateway: Gateway): Promise<EngineUse> {
  gateway.process.send('use');
  const [use] = (await once(gateway.process, 'message')) as [EngineUse];
  return use;
}
