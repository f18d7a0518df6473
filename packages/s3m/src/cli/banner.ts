import type { Engine } from '../engine/engine.ts';
import type { Ready } from '../engine/engine-event.ts';
import type { painter } from './ansi.ts';

/** What a person reads when the system is up: every URL, how it runs, what is not enforced. */
export function banner(engine: Engine, ready: Ready, elapsedMs: number, paint: ReturnType<typeof painter>): string {
  const rows: [string, string][] = [];
  for (const [id, url] of Object.entries(ready.endpoints.sites)) rows.push([`site ${id}`, url]);
  for (const [id, { stages }] of Object.entries(ready.endpoints.apis)) {
    for (const [stage, url] of Object.entries(stages)) rows.push([`api ${id} (${stage})`, url]);
  }
  for (const [id, ports] of Object.entries(ready.endpoints.balancers)) {
    for (const [port, url] of Object.entries(ports)) rows.push([`lb ${id} (${port})`, url]);
  }
  for (const [id, uri] of Object.entries(ready.endpoints.repositories)) rows.push([`images ${id}`, uri]);
  for (const [name, url] of Object.entries(ready.endpoints.domains)) rows.push([`domain ${name}`, url]);
  rows.push(['issuer', ready.endpoints.issuer], ['AWS endpoint', ready.endpoints.aws]);
  for (const [stack, { localOutputs }] of Object.entries(ready.stacks)) {
    for (const [name, value] of Object.entries(localOutputs))
      rows.push([`output ${stack}.${name}`, typeof value === 'string' ? value : JSON.stringify(value)]);
  }
  const width = Math.max(...rows.map(([label]) => label.length));
  const { account } = engine;
  return [
    '',
    `${paint('bold', 'S3M')} runs ${Object.keys(ready.stacks).join(', ')} ${paint('dim', `(ready in ${(elapsedMs / 1000).toFixed(2)} s)`)}`,
    '',
    ...rows.map(([label, value]) => `  ${paint('dim', label.padEnd(width))}  ${value.startsWith('http') ? paint('cyan', value) : value}`),
    '',
    ...(account.directory.list('service').length === 0 ? [] : [`  ${paint('dim', 'tasks'.padEnd(width))}  ${account.runtime.description}`]),
    `  ${paint('dim', 'time scale'.padEnd(width))}  ${account.timeScale} ${account.timeScale === 1 ? "(AWS's pace)" : '(health checks, drains and the like; 1 is the pace of AWS)'}`,
    `  ${paint('dim', 'iam'.padEnd(width))}  ${account.access.mode === 'enforce' ? 'enforced' : 'NOT enforced, only told (--iam audit)'}`,
    `  ${paint('dim', 'aws cli, SDKs'.padEnd(width))}  eval "$(s3m token --aws)" (credentials of the account's administrator)`,
    ...(Object.keys(ready.endpoints.repositories).length === 0
      ? []
      : [
          `  ${paint('dim', 'docker login'.padEnd(width))}  s3m token --registry | docker login --username AWS --password-stdin 127.0.0.1:${account.endpoint.port}`,
        ]),
    ...(account.state.durable ? [`  ${paint('dim', 'state'.padEnd(width))}  kept in .s3m/state (--persist)`] : []),
    ...(ready.unsupported.length === 0
      ? []
      : [
          `  ${paint('dim', 'accepted'.padEnd(width))}  ${[...new Set(ready.unsupported.map(({ type, property }) => (property === undefined ? type : `${type}.${property}`)))].join(', ')} (no effect here)`,
        ]),
    '',
    `  ${Object.keys(ready.endpoints.apis).length === 0 ? '' : `${paint('dim', 'a token:')} ${account.directory.list('table').some(([, { roles }]) => roles !== undefined) ? 's3m token --admin' : 's3m token'}   `}${paint('dim', 'what runs:')} s3m ps   ${paint('dim', 'output:')} s3m logs -f   ${paint('dim', 'stop:')} Ctrl-C`,
    '',
  ].join('\n');
}
