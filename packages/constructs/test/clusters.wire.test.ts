import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, Stack } from 'aws-cdk-lib/core';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition, type ICluster } from 'aws-cdk-lib/aws-ecs';
import { up } from 's3m';
import { createProject, type Project } from './project.ts';

/** Two clusters in one stack, a service of the same name in each, and a third service in another stack, in the first one's cluster. */
function synthesize(project: Project): void {
  project.write('service/server.mjs', "console.log('up'); setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit(0));\n");
  project.write('service/Dockerfile', 'FROM node:26-slim\nWORKDIR /app\nCOPY server.mjs ./\nCMD ["node", "server.mjs"]\n');
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir: project.path('cdk.out') });
  const base = new Stack(app, 'Base');
  const vpc = new Vpc(base, 'Vpc', { natGateways: 1, maxAzs: 1 });
  const service = (stack: Stack, id: string, cluster: ICluster, serviceName: string): void => {
    const taskDefinition = new FargateTaskDefinition(stack, `${id}Task`);
    taskDefinition.addContainer('main', { image: ContainerImage.fromAsset(project.path('service')) });
    new FargateService(stack, id, { cluster, taskDefinition, serviceName, desiredCount: 1, minHealthyPercent: 100 });
  };
  const one = new Cluster(base, 'One', { vpc, clusterName: 'one' });
  const two = new Cluster(base, 'Two', { vpc });
  service(base, 'First', one, 'worker');
  service(base, 'Second', two, 'worker');
  service(new Stack(app, 'Other'), 'Third', one, 'other');
  app.synth();
}

test('Services run in the clusters that they name, of their own stack and of another one', async () => {
  using project = createProject();
  synthesize(project);
  await using engine = await up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0, api: 0 } });
  const services = engine.account.directory.list('service');
  const arns = services.map(([arn]) => arn.replace(/^arn:aws:ecs:us-east-1:\d+:/, '')).toSorted();
  const two = engine.account.directory.list('cluster').find(([name]) => name !== 'one')![0];
  assert.match(two, /^Base-Two/);
  assert.deepEqual(arns, [`service/${two}/worker`, 'service/one/other', 'service/one/worker'].toSorted());
  for (const [arn, { tasks }] of services) {
    assert.deepEqual(
      tasks.map((task) => [task.lastStatus, task.arn.split(':task/')[1]!.split('/')[0]]),
      [['RUNNING', arn.split('/')[1]]],
    );
  }
});
