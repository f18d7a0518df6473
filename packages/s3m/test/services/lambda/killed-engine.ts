import { rmSync } from 'node:fs';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { lambdaFunction } from '../../../src/services/lambda/function.ts';
import { ensureLogGroup } from '../../../src/services/log-groups.ts';
import { createContext, fakeAccount } from '../fake-account.ts';
import { owner } from './running-function.ts';

/** An engine of its own for a test that kills it: starts a function in the given state directory, invokes it and prints its process id. */
const [stateDirectory, code] = process.argv.slice(2);
const fake = await fakeAccount({ clock: systemClock });
// Nobody would remove it later.
rmSync(fake.stateDirectory, { recursive: true });
const account = { ...fake, stateDirectory: stateDirectory! };
const properties = { FunctionName: 'f', Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 900, Code: { ZipFile: code! } };
const created = await lambdaFunction.create(createContext(account, lambdaFunction, { logicalId: 'F', properties }));
const found = account.directory.find('function', String(created.attributes['Arn']))!;
ensureLogGroup(account.directory, '/aws/lambda/f').follow((event) => console.log(event.message));
await created.stable!();
await found.invoke({ event: '{}', invoker: owner });
