import { exitCode } from './exit-code.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Signals so soon after the first, in milliseconds, are the same Ctrl-C: the terminal's, and the one that a launcher passes on. */
const sameSignalMs = 500;

/**
 * Ctrl-C and its like, and the end of a launcher that was killed, while they are listened to: the first one gives `signal`, its name as the
 * reason; the second one ends the process at once.
 */
export function listenForInterruption(onFirst: () => void): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  let first = 0;
  const handle = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      if (performance.now() - first < sameSignalMs) return;
      process.exit(exitCode.interrupted);
    }
    first = performance.now();
    onFirst();
    controller.abort(name);
  };
  // What is being stopped goes on stopping: a supervisor that loses patience kills the launcher.
  const launcherIsGone = (): void => {
    if (!controller.signal.aborted) handle('SIGTERM');
  };
  for (const signal of signals) process.on(signal, handle);
  process.on('disconnect', launcherIsGone);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, handle);
      process.off('disconnect', launcherIsGone);
    },
  };
}
