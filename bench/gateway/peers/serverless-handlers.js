/** Allows whoever comes, as the gateway's authorizer in this benchmark does. */
export const authorize = async ({ methodArn }) => ({
  principalId: 'benchmark',
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: methodArn }] },
});

export const answer = async () => ({ statusCode: 200, body: 'ok' });
