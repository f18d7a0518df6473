import type { Verb } from './verb.ts';

/** The verbs in the order of the help, each loaded when it is used. */
export const verbNames = ['up', 'exec', 'token', 'ps', 'logs', 'trace', 'why', 'flush', 'seed', 'reset', 'doctor'] as const;

export type VerbName = (typeof verbNames)[number];

const loaders: { readonly [N in VerbName]: () => Promise<Verb> } = {
  up: async () => (await import('./up.ts')).up,
  exec: async () => (await import('./exec.ts')).exec,
  token: async () => (await import('./token.ts')).token,
  ps: async () => (await import('./ps.ts')).ps,
  logs: async () => (await import('./logs.ts')).logs,
  trace: async () => (await import('./trace.ts')).trace,
  why: async () => (await import('./why.ts')).why,
  flush: async () => (await import('./flush.ts')).flush,
  seed: async () => (await import('./seed.ts')).seed,
  reset: async () => (await import('./reset.ts')).reset,
  doctor: async () => (await import('./doctor.ts')).doctor,
};

export function isVerbName(name: string): name is VerbName {
  return (verbNames as readonly string[]).includes(name);
}

export function loadVerb(name: VerbName): Promise<Verb> {
  return loaders[name]();
}
