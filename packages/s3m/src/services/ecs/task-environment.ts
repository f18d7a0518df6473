import { connect, type Socket } from 'node:net';
import type { ContainerDefinition } from '../../capabilities/task-definition.ts';
import type { Outlet } from '../../containers/task-runtime.ts';
import type { Account } from '../account.ts';

/**
 * The whole environment of a container: what the account gives to everything that runs in it, what Fargate sets and is true here (ECS-092:
 * no metadata endpoint yet, and credentials come as variables), and the definition's own.
 */
export function taskEnvironment(account: Account, definition: ContainerDefinition): Readonly<Record<string, string>> {
  return { ...account.environment, AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE', ...definition.environment };
}

/** What a task can connect to on its own: the AWS endpoint, at the address that its environment names. */
export function taskOutlets(account: Account): readonly Outlet[] {
  const { port } = account.endpoint;
  return [{ address: '127.0.0.1', port, connect: () => connectLoopback(port) }];
}

function connectLoopback(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      resolve(socket);
    });
  });
}
