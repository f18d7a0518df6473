import type { Account, AwsHandler } from '../services/account.ts';
import { restApiOperations } from '../services/apigateway/api/operations.ts';
import { httpApiOperations } from '../services/apigatewayv2/api/operations.ts';
import { restHandler } from '../services/rest-json-service.ts';

/** API Gateway's own API: both of its versions are signed for one service, and told by their paths. */
export function serveApiGateway(account: Account): AwsHandler {
  return restHandler(account, { name: 'apigateway', operations: [...restApiOperations, ...httpApiOperations] });
}
