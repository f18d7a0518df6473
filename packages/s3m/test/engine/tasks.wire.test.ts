import { killProcesses } from '../containers/kill-local.ts';
import { runSmallSystem } from './running-system.ts';
import { describeTasks, systemOf } from './task-behaviours.ts';

process.env['S3M_TEST_OF_ENGINE'] = 'not for tasks';

describeTasks('as processes', false, async () => {
  const system = await runSmallSystem(systemOf(), { runtime: 'process' });
  return { ...system, kill: killProcesses };
});
