import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { EngineEvent } from '../../src/engine/engine-event.ts';
import type { Problem } from '../../src/engine/problem.ts';
import { program } from './built-program.ts';

/** Every wait ends with an error after so long. */
const patienceMs = 20_000;

/** Any ports that are free. */
export const freePorts: readonly string[] = ['--port', 'aws=0', '--port', 'api=0', '--port', 'site=0'];

/**
 * Ports that nothing but the test has, also while nobody listens there: below those that systems give out, others for each test process and each call.
 * For tests that look at a port after its holder has gone.
 */
export function ownPorts(): readonly string[] {
  const first = 20_000 + (process.pid % 1_000) * 12 + (given++ % 4) * 3;
  return ['aws', 'api', 'site'].flatMap((name, index) => ['--port', `${name}=${first + index}`]);
}

let given = 0;

/** A project in a folder of its own, with these files. */
export function projectOf(files: Readonly<Record<string, string>> = {}): Disposable & { readonly path: string } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 's3m-command-')));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

type Kind = EngineEvent['event'];
type EventOf<K extends Kind> = Extract<EngineEvent, { event: K }>;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One run of the command, as a process of its own. */
export class Command implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Lines of stdout that are events. */
  readonly events: EngineEvent[] = [];
  /** Lines of stdout that are not. */
  readonly strays: string[] = [];
  readonly #told = new EventEmitter();
  #over = false;
  #stdout = '';
  #stderr = '';

  constructor(directory: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [program, ...args], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', ...environment },
    });
    this.child.stdout!.on('data', (chunk: Buffer) => {
      this.#stdout += chunk.toString();
    });
    createInterface({ input: this.child.stdout! }).on('line', (line) => this.#line(line));
    this.child.stderr!.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString();
      this.#told.emit('told');
    });
    this.ended = once(this.child, 'close').then(([code, signal]: unknown[]) => {
      this.#over = true;
      this.#told.emit('told');
      return { code: code as number | null, signal: signal as NodeJS.Signals | null, stdout: this.#stdout, stderr: this.#stderr };
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** The first event of a kind that `accepts` likes, whether it was told already or comes. */
  async event<K extends Kind>(kind: K, accepts: (event: EventOf<K>) => boolean = () => true): Promise<EventOf<K>> {
    const isIt = (event: EngineEvent): event is EventOf<K> => event.event === kind && accepts(event as EventOf<K>);
    return await this.#until(() => this.events.find(isIt), `an event ${kind}`);
  }

  ready(): Promise<EventOf<'ready'>> {
    return this.event('ready');
  }

  /** Resolves when stderr holds this text. */
  async says(text: string): Promise<void> {
    await this.#until(() => (this.#stderr.includes(text) ? true : undefined), `"${text}" on stderr`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#over) return;
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), patienceMs);
    await this.ended;
    clearTimeout(late);
  }

  async #until<T>(look: () => T | undefined, what: string): Promise<T> {
    const signal = AbortSignal.timeout(patienceMs);
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (this.#over || signal.aborted) throw new Error(`${what} never came. stdout:\n${this.#stdout}\nstderr:\n${this.#stderr}`);
      await once(this.#told, 'told', { signal }).catch(() => {});
    }
  }

  #line(line: string): void {
    const event = toEvent(line);
    if (event === undefined) this.strays.push(line);
    else this.events.push(event);
    this.#told.emit('told');
  }
}

/** Runs the command to its end. */
export async function runCommand(directory: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  await using command = new Command(directory, args, environment);
  return await command.ended;
}

/** `up --json` that must fail: its problems, and what people read. */
export async function failingUp(
  directory: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<{
  readonly problems: readonly Problem[];
  readonly text: string;
  readonly code: number | null;
  readonly strays: readonly string[];
}> {
  await using command = new Command(directory, ['up', ...args, '--json', '--no-watch', ...freePorts], environment);
  const { code, stderr } = await command.ended;
  const failed = command.events.find((event) => event.event === 'failed');
  if (failed === undefined) throw new Error(`up did not fail. stderr:\n${stderr}`);
  return { problems: failed.problems, text: stderr, code, strays: command.strays };
}

function toEvent(line: string): EngineEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'event' in value ? (value as EngineEvent) : undefined;
  } catch {
    return undefined;
  }
}
