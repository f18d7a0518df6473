import { askEngine } from '../engine/control-client.ts';
import { stateDirectoryOf } from '../engine/project.ts';
import type { SystemView } from '../engine/system-view.ts';
import { exitCode } from './exit-code.ts';
import type { Verb } from './verb.ts';

export const ps: Verb = {
  name: 'ps',
  summary: 'list what runs: sites, APIs, functions, services, tasks, targets',
  usage: '[--all] [--json]',
  details: ['      --all                stopped tasks too, with the reason', '      --json               everything, as JSON'].join('\n'),
  examples: [
    ['s3m ps', 'what runs in this project'],
    ['s3m ps --all', 'and which tasks stopped, and why'],
  ],
  options: { all: { type: 'boolean' }, json: { type: 'boolean' } },
  run: async ({ flags, directory }) => {
    const view = await askEngine(stateDirectoryOf(directory), 'ps');
    process.stdout.write(flags['json'] === true ? `${JSON.stringify(view)}\n` : `${format(view, flags['all'] === true)}\n`);
    return exitCode.done;
  },
};

function format(view: SystemView, all: boolean): string {
  const lines: string[] = [];
  const named = (name: string): string => (view.logicalIds[name] === undefined ? name : `${view.logicalIds[name]}  ${name}`);
  for (const [name, url] of Object.entries(view.endpoints.sites)) lines.push(`site      ${name}  ${url}`);
  for (const { name, stageUrls } of view.apis) lines.push(`api       ${name}  ${stageUrls.join(' ')}`);
  for (const [name, ports] of Object.entries(view.endpoints.balancers)) {
    lines.push(
      `lb        ${name}  ${Object.entries(ports)
        .map(([port, url]) => `${port}: ${url}`)
        .join(' ')}`,
    );
  }
  for (const [name, uri] of Object.entries(view.endpoints.repositories)) lines.push(`images    ${name}  ${uri}`);
  for (const [name, url] of Object.entries(view.endpoints.domains)) lines.push(`domain    ${name}  ${url}`);
  for (const { name } of view.functions) lines.push(`function  ${named(name)}`);
  for (const table of view.tables) lines.push(`table     ${named(table)}`);
  for (const bucket of view.buckets) lines.push(`bucket    ${named(bucket)}`);
  for (const { name, desired, running, tasks, lastEvent } of view.services) {
    lines.push(`service   ${named(name)}  ${running} of ${desired} running`);
    const shown = all ? tasks : tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED');
    for (const task of shown) {
      const where = [task.address, task.zone].filter((part) => part !== undefined).join(' ');
      lines.push(
        `  task    ${task.id.slice(0, 8)}  ${task.lastStatus}  ${where}  ${task.local.join(' ')}${task.stoppedReason === undefined ? '' : `  ${task.stoppedReason}`}`,
      );
    }
    if (shown.length < tasks.length) lines.push(`  stopped ${tasks.length - shown.length} (why: s3m ps --all)`);
    if (lastEvent !== undefined) lines.push(`  last    ${lastEvent}`);
  }
  for (const { name, targets } of view.targetGroups) {
    lines.push(`targets   ${named(name)}`);
    for (const { address, port, health, detail } of targets) {
      lines.push(
        `  target  ${address}:${port}  ${health.state}${health.reason === undefined ? '' : `  ${health.reason}`}${detail === undefined ? '' : `  (${detail})`}`,
      );
    }
  }
  lines.push(`issuer    ${view.endpoints.issuer}`, `AWS       ${view.endpoints.aws}`);
  if (view.services.length > 0) lines.push(`tasks run as: ${view.runtime}`);
  return lines.join('\n');
}
