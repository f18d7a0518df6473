import { askEngine } from '../engine/control-client.ts';
import { stateDirectoryOf } from '../engine/project.ts';
import type { SystemView } from '../engine/system-view.ts';
import { exitCode } from './exit-code.ts';
import type { Verb } from './verb.ts';

export const ps: Verb = {
  name: 'ps',
  summary: 'list what runs: APIs, functions, services, tasks, targets',
  usage: '[--json]',
  details: '      --json               the same as JSON',
  examples: [['s3m ps', 'what runs in this project']],
  options: { json: { type: 'boolean' } },
  run: async ({ flags, directory }) => {
    const view = await askEngine(stateDirectoryOf(directory), 'ps');
    process.stdout.write(flags['json'] === true ? `${JSON.stringify(view)}\n` : `${format(view)}\n`);
    return exitCode.done;
  },
};

function format(view: SystemView): string {
  const lines: string[] = [];
  for (const { name, url, stages } of view.apis) lines.push(`api       ${name}  ${stages.map((stage) => `${url}/${stage}`).join(' ')}`);
  for (const { name } of view.functions) lines.push(`function  ${name}`);
  for (const table of view.tables) lines.push(`table     ${table}`);
  for (const bucket of view.buckets) lines.push(`bucket    ${bucket}`);
  for (const { name, desired, running, tasks, lastEvent } of view.services) {
    lines.push(`service   ${name}  ${running} of ${desired} running`);
    for (const task of tasks) {
      const where = [task.address, task.zone].filter((part) => part !== undefined).join(' ');
      lines.push(
        `  task    ${task.id.slice(0, 8)}  ${task.lastStatus}  ${where}  ${task.local.join(' ')}${task.stoppedReason === undefined ? '' : `  ${task.stoppedReason}`}`,
      );
    }
    if (lastEvent !== undefined) lines.push(`  last    ${lastEvent}`);
  }
  for (const { name, targets } of view.targetGroups) {
    lines.push(`targets   ${name}`);
    for (const { address, port, health, detail } of targets) {
      lines.push(
        `  target  ${address}:${port}  ${health.state}${health.reason === undefined ? '' : `  ${health.reason}`}${detail === undefined ? '' : `  (${detail})`}`,
      );
    }
  }
  lines.push(`tasks run as: ${view.runtime}`);
  return lines.join('\n');
}
