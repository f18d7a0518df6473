import { httpProxy } from './http-proxy.ts';
import { http } from './http/http.ts';
import { awsProxy } from './lambda/aws-proxy.ts';
import { aws } from './lambda/aws.ts';
import type { IntegrationKind } from './integration-kind.ts';
import { mock } from './mock.ts';

/** What can answer a method's requests, by `Integration.Type`. */
export const integrationKinds: ReadonlyMap<string, IntegrationKind> = new Map(
  [mock, http, httpProxy, awsProxy, aws].map((kind) => [kind.type, kind]),
);
