// Stands in for an engine that is killed, or that an ordinary user starts: `node engine-program.ts process|docker STATE CONTEXT BASE`.
// Starts one task, says as JSON what it got, and stays.
import { createDockerRuntime } from '../../src/containers/docker-runtime.ts';
import { createProcessRuntime } from '../../src/containers/process-runtime.ts';
import { container, get, imageOf, taskOf, until } from './task-fixture.ts';
import { SERVICE } from './task-programs.ts';

const [kind, stateDirectory = '', context = '', base = 'node'] = process.argv.slice(2);

const PROGRAM = `${SERVICE}
const { spawn } = require('node:child_process');
global.left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
console.log('child', left.pid);`;

const runtime =
  kind === 'docker' ? await createDockerRuntime({ stateDirectory }) : await createProcessRuntime({ stateDirectory, exposeTasks: false });
const image = imageOf(context, { Dockerfile: `FROM ${base}\nCOPY app.cjs /\nCMD ["node", "/app.cjs", "8080"]`, 'app.cjs': PROGRAM });
const spec = taskOf([container(image)]);
const task = await runtime.start(spec);
const { body } = await get(task, 8080, '/identity');
const childLine = (): string | undefined => spec.lines.find((line) => line.startsWith('app: child'));
// The answer and the output take different ways: the line may come later.
await until(() => childLine() !== undefined, 'the service to say which child it started');
const child = Number(childLine()?.split(' ')[2]);
process.stdout.write(
  `${JSON.stringify({ description: runtime.description, local: task.local, child, identity: JSON.parse(body) as unknown })}\n`,
);
setInterval(() => {}, 1000);
