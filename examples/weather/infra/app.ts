import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib/core';
import { S3m } from '@s3m/constructs';

const root = join(import.meta.dirname, '..');

const app = new App();
const stack = new Stack(app, 'Weather', { description: 'A static site, a gateway with an authorizer, and two private services' });

const system = new S3m(stack, 'S3m', {
  authorizer: { entry: join(root, 'authorizer/index.ts') },
  site: { directory: join(root, 'web/dist/web/browser'), build: { directory: join(root, 'web') } },
});
system.addService('weather', { directory: join(root, 'services/weather') });
system.addService('values', { directory: join(root, 'services/values') });
