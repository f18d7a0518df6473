import { execFileSync } from 'node:child_process';

/** Kills what a task runs as, which it names `process 123`. */
export function killProcesses(local: readonly string[]): void {
  for (const text of local) {
    const pid = Number(/\d+/.exec(text)?.[0]);
    if (!(pid > 1)) throw new Error(`no process id in "${text}"`);
    process.kill(pid, 'SIGKILL');
  }
}

/** Kills what a task runs as, which it names `container 0123456789ab`. */
export function killContainers(local: readonly string[]): void {
  execFileSync('docker', ['kill', ...local.map((text) => text.replace(/^container /, ''))], { stdio: 'ignore' });
}
