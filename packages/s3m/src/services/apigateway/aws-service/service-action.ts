/** What an integration's URI names of a service: `arn:aws:apigateway:REGION:dynamodb:action/GetItem`. */
export interface ServiceAction {
  readonly service: string;
  readonly action: string;
}

/** Services whose actions are simulated for integrations. */
export const simulatedServices: readonly string[] = ['dynamodb'];

/** Undefined when the URI is of another form. */
export function parseServiceAction(uri: string): ServiceAction | undefined {
  const [, service, action] = /^arn:[^:]+:apigateway:[^:]+:([a-z0-9-]+):action\/([A-Za-z0-9]+)$/.exec(uri) ?? [];
  return service === undefined || action === undefined ? undefined : { service, action };
}
