import { spawnSync } from 'node:child_process';
import { probeDocker } from '../containers/probe-docker.ts';
import { probeNamespaces } from '../containers/probe-namespaces.ts';
import { findPortHolder } from '../engine/port-holder.ts';
import { stateDirectoryOf } from '../engine/project.ts';
import { readRunFile } from '../engine/run-file.ts';
import { painter } from './ansi.ts';
import { exitCode } from './exit-code.ts';
import type { Verb } from './verb.ts';

interface Row {
  readonly what: string;
  readonly state: 'ok' | 'note' | 'bad';
  readonly text: string;
  readonly fix?: string;
}

export const doctor: Verb = {
  name: 'doctor',
  summary: 'say what is installed, what will be used, which ports are taken by whom',
  usage: '[--json]',
  details: '      --json               the same as JSON\n\nExit code 0 when the system can run, 1 otherwise.',
  examples: [['s3m doctor', 'before the first start']],
  options: { json: { type: 'boolean' } },
  run: async ({ flags, directory }) => {
    const rows = await examine(stateDirectoryOf(directory));
    if (flags['json'] === true) process.stdout.write(`${JSON.stringify(rows)}\n`);
    else process.stdout.write(`${rows.map(format).join('\n')}\n`);
    return rows.some(({ state }) => state === 'bad') ? exitCode.failed : exitCode.done;
  },
};

async function examine(stateDirectory: string): Promise<Row[]> {
  const [docker, namespaces] = await Promise.all([probeDocker(), probeNamespaces()]);
  const run = readRunFile(stateDirectory);
  const major = Number(process.versions.node.split('.')[0]);
  return [
    {
      what: 'node',
      state: major >= 24 ? 'ok' : 'bad',
      text: `${process.versions.node} at ${process.execPath}`,
      ...(major >= 24 ? {} : { fix: 'S3M needs Node 24 or newer.' }),
    },
    docker.available
      ? {
          what: 'docker',
          state: 'ok',
          text: `engine ${docker.version} at ${docker.socket}; used with --runtime docker, or when an image is not built here`,
        }
      : { what: 'docker', state: 'note', text: docker.why, fix: `${docker.fix} Not needed for --runtime process.` },
    namespaces.kind === 'none'
      ? {
          what: 'isolation',
          state: 'note',
          text: `no network namespaces (${namespaces.why}): Node services are shut off by a preload, others need Docker or --expose-tasks`,
        }
      : { what: 'isolation', state: 'ok', text: `network namespaces (${namespaces.kind}) for tasks that run as processes` },
    browserRow(),
    ...(await Promise.all(
      [['aws', 4566] as const, ['api', 3000] as const, ['site', 8080] as const].map(([name, port]) => portRow(name, port, run?.pid)),
    )),
    {
      what: 'project',
      state: 'ok',
      text: run === undefined ? `nothing runs in ${stateDirectory.replace(/[/\\]\.s3m$/, '')}` : `S3M runs here (process ${run.pid})`,
    },
  ];
}

function browserRow(): Row {
  const found = ['chromium', 'chromium-browser', 'google-chrome'].find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
  );
  return found === undefined
    ? { what: 'browser', state: 'note', text: 'no Chromium found; only the browser tests of this repository want it' }
    : { what: 'browser', state: 'ok', text: `${found} for the browser tests` };
}

async function portRow(name: string, port: number, own: number | undefined): Promise<Row> {
  const holder = await findPortHolder(port);
  if (own !== undefined && holder?.split(' ', 2).join(' ') === `process ${own}`)
    return { what: `port ${port}`, state: 'ok', text: `${name} of the system that runs here` };
  return holder === undefined
    ? { what: `port ${port}`, state: 'ok', text: `free, for ${name}` }
    : {
        what: `port ${port}`,
        state: 'note',
        text: `taken by ${holder}; ${name} moves to the next free one`,
        fix: `Choose another yourself: --port ${name}=N`,
      };
}

function format({ what, state, text, fix }: Row): string {
  const paint = painter(process.stdout);
  const mark = { ok: paint('green', 'ok  '), note: paint('yellow', 'note'), bad: paint('red', 'bad ') }[state];
  return `${mark} ${what.padEnd(10)} ${text}${fix === undefined ? '' : `\n                ${paint('cyan', 'fix')} ${fix}`}`;
}
