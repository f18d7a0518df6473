import type { EngineOptions } from '../engine/engine-options.ts';
import { readNamedEndpoints } from '../engine/named-endpoint-variables.ts';
import { choiceFlag, listFlag, pairsFlag, positiveFlag, textFlag } from './read-flags.ts';
import type { Invocation, Verb } from './verb.ts';
import { WrongUsage } from './wrong-usage.ts';

/** Flags that say what to run and how; `up` and `exec` take them. */
export const runFlags: Verb['options'] = {
  app: { type: 'string', short: 'a' },
  template: { type: 'string', short: 't' },
  stack: { type: 'string', multiple: true },
  parameters: { type: 'string', short: 'p', multiple: true },
  runtime: { type: 'string' },
  port: { type: 'string', multiple: true },
  accept: { type: 'string', multiple: true },
  'time-scale': { type: 'string' },
  'expose-tasks': { type: 'boolean' },
  iam: { type: 'string' },
  persist: { type: 'boolean' },
  'no-local-tokens': { type: 'boolean' },
  seed: { type: 'string' },
};

export const runFlagsHelp = `What to run (the app of cdk.json in the current folder by default):
  -a, --app CMD|DIR        a command that synthesizes, or a cdk.out directory
  -t, --template FILE      a CloudFormation template, JSON or YAML
      --stack NAME         only this stack and those it depends on (repeatable)
  -p, --parameters K=V     a template parameter; STACK:K=V for one stack (repeatable)

How to run it:
      --runtime WORD       auto (default), process or docker. auto takes processes when
                           every image is built from a Dockerfile of the application
      --port NAME=N        a port: aws (4566), api (3000), site (8080), domain (3443),
                           lb (8000), or api:LogicalId; 0 is any free one (repeatable)
      --accept TYPE        let an unsupported type or property be without effect:
                           AWS::Foo::Bar or AWS::Foo::Bar.Baz (repeatable)
      --time-scale F       pace of health checks, drains, grace periods, back-offs and
                           cool-downs: 1 is AWS's, 0.02 the default
      --iam WORD           enforce (default): what roles do not allow is refused; audit: it is
                           only told, and at the end what the roles lack
      --persist            keep tables, objects, parameters, secrets and log groups in .s3m/state for
                           the next start with it; without it all is in memory and gone at the end
      --seed FILE          items, objects, parameters and secrets to begin with (s3m seed --help);
                           with --persist they are put once
      --no-local-tokens    give pages of the local site no tokens; s3m token still does
      --expose-tasks       start tasks even where other local processes can reach them`;

/** @throws WrongUsage */
export function readRunOptions({ flags, directory }: Invocation): EngineOptions {
  const app = textFlag(flags, 'app');
  const template = textFlag(flags, 'template');
  const runtime = choiceFlag(flags, 'runtime', ['auto', 'docker', 'process']);
  const seed = textFlag(flags, 'seed');
  const iam = choiceFlag(flags, 'iam', ['enforce', 'audit']);
  const timeScale = positiveFlag(flags, 'time-scale');
  const namedEndpoints = readNamedEndpoints(process.env);
  return {
    directory,
    stacks: listFlag(flags, 'stack'),
    parameters: pairsFlag(flags, 'parameters', 'KEY=VALUE'),
    ports: readPorts(flags),
    accept: listFlag(flags, 'accept').flatMap((text) => text.split(',')),
    exposeTasks: flags['expose-tasks'] === true,
    persist: flags['persist'] === true,
    ...(flags['no-local-tokens'] === true ? { localTokens: false } : {}),
    ...(Object.keys(namedEndpoints).length === 0 ? {} : { namedEndpoints }),
    ...(app === undefined ? {} : { app }),
    ...(template === undefined ? {} : { template }),
    ...(runtime === undefined ? {} : { runtime }),
    ...(seed === undefined ? {} : { seed }),
    ...(iam === undefined ? {} : { iam }),
    ...(timeScale === undefined ? {} : { timeScale }),
  };
}

function readPorts(flags: Invocation['flags']): Record<string, number> {
  const ports: Record<string, number> = {};
  for (const [name, text] of Object.entries(pairsFlag(flags, 'port', 'NAME=N, for example api=3001'))) {
    const port = Number(text);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new WrongUsage(`--port ${name}=${text}: expected a number from 0 to 65535`);
    if (!/^(?:aws|api|site|domain|lb)(?::[A-Za-z0-9]+)?$/.test(name))
      throw new WrongUsage(
        `--port ${name}=${text}: expected aws, api, site, domain, lb, or one of them with a logical id, such as api:OrdersApi`,
      );
    ports[name] = port;
  }
  return ports;
}
