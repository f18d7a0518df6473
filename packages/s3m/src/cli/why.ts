import { askEngine } from '../engine/control-client.ts';
import type { Reach } from '../engine/explain-reach.ts';
import { stateDirectoryOf } from '../engine/project.ts';
import { groupReaches } from './reach-groups.ts';
import { painter } from './ansi.ts';
import { exitCode } from './exit-code.ts';
import type { Verb } from './verb.ts';
import { WrongUsage } from './wrong-usage.ts';

export const why: Verb = {
  name: 'why',
  summary: 'tell whether A reaches B, by which rules, or what stops it',
  usage: 'A B [PORT] [--all] [--json]',
  details: `A and B are a part of a name (a service's logical id, "NLB node"), an address, or the id
of a network interface. Tasks and nodes of balancers are asked one by one; ways with
the same answer are told together. A may also be the logical id of an API or of a VPC
link, or a part of it (an API stands for the links of its integrations), "gateway",
which is API Gateway through any VPC link V1, or "internet"; B may be a host outside.
The port is by default the target's, the listener's, or 443 for a host.
Exit code 1 when something is not reached.

      --all                each way by itself, also where several have the same answer
      --json               the same as JSON`,
  examples: [
    ['s3m why Api Nlb', 'whether the VPC links of an API come in to the load balancer'],
    ['s3m why "NLB node" WeatherService', 'whether the balancer reaches its targets, as its health checks do'],
    ['s3m why WeatherService dynamodb.us-east-1.amazonaws.com', 'whether tasks have a way out to DynamoDB'],
  ],
  options: { all: { type: 'boolean' }, json: { type: 'boolean' } },
  takesWords: true,
  run: async ({ flags, words, directory }) => {
    const [from, to, portText] = words;
    if (from === undefined || to === undefined || words.length > 3)
      throw new WrongUsage('say who wants to reach whom: s3m why A B [PORT]', 'why');
    const port = portText === undefined ? undefined : Number(portText);
    if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
      throw new WrongUsage(`"${portText}" is no port: expected a number from 1 to 65535`, 'why');
    }
    const answers = await askEngine(stateDirectoryOf(directory), 'why', { from, to, ...(port === undefined ? {} : { port }) });
    process.stdout.write(`${flags['json'] === true ? JSON.stringify(answers) : textOf(answers, flags['all'] === true)}\n`);
    return answers.every(({ allowed, listens }) => allowed && listens !== 'no') ? exitCode.done : exitCode.failed;
  },
};

function textOf(answers: readonly Reach[], each: boolean): string {
  if (each) return answers.map((answer) => describe(answer, answer.from, answer.to)).join('\n');
  return groupReaches(answers)
    .map(({ answer, from, to }) => describe(answer, from, to))
    .join('\n');
}

function describe({ port, allowed, rule, listens, health }: Reach, from: string, to: string): string {
  const paint = painter(process.stdout);
  const [reason = '', fix] = rule.split('. To open it, ');
  const verdict = !allowed ? paint('red', 'no') : listens === 'no' ? paint('red', 'refused') : paint('green', 'yes');
  const lines = [`${verdict}  ${from} -> ${to} port ${port}`];
  for (const part of reason.split('; ')) lines.push(`      ${allowed ? 'by ' : 'why'}  ${part}`);
  if (fix !== undefined) for (const part of fix.split('; ')) lines.push(`      ${paint('cyan', 'fix')}  ${part}`);
  if (listens === 'no') lines.push(`      why  nothing listens on port ${port} there`);
  if (health !== undefined) lines.push(`      now  ${health}`);
  return lines.join('\n');
}
