/** How services sign, where that is not their id in lower case: `AWS_ENDPOINT_URL_<ID>` (AWS SDKs and Tools Reference Guide, "Service-specific endpoints"). */
const signingNames: Readonly<Record<string, string>> = {
  CLOUDWATCH: 'monitoring',
  CLOUDWATCH_LOGS: 'logs',
  COGNITO_IDENTITY: 'cognito-identity',
  COGNITO_IDENTITY_PROVIDER: 'cognito-idp',
  DYNAMODB_STREAMS: 'dynamodb',
  EVENTBRIDGE: 'events',
  SECRETS_MANAGER: 'secretsmanager',
  SES: 'email',
  SESV2: 'ses',
  SFN: 'states',
};

/** The services that somebody has named endpoints for, by the name that calls are signed with. */
export function readNamedEndpoints(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const named: Record<string, string> = {};
  for (const [name, url] of Object.entries(variables)) {
    const id = /^AWS_ENDPOINT_URL_([A-Z0-9_]+)$/.exec(name)?.[1];
    if (id !== undefined && url !== undefined && url !== '') named[signingNames[id] ?? id.toLowerCase().replaceAll('_', '-')] = url;
  }
  return named;
}
