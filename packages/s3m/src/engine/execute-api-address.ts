/** An API that a request of the AWS endpoint is for, and what it asks of it. */
export interface ExecuteApiAddress {
  readonly apiId: string;
  /** Absent where the path says it, as at the API's own address. */
  readonly stage?: string;
  /** Path and query, as they came. */
  readonly target: string;
}

/**
 * The API that a request names: in its host, `API.execute-api.localhost` with the stage in the path, as at AWS; or in its path as other local tools
 * write it, `/_aws/execute-api/API/STAGE/...` and `/restapis/API/STAGE/_user_request_/...`. Undefined for all other requests.
 */
export function tryExecuteApi(host: string, target: string): ExecuteApiAddress | undefined {
  const ofHost = /^([a-z0-9]+)\.execute-api(?:\.[a-z0-9-]+)?\.(?:localhost(?:\.localstack\.cloud)?|amazonaws\.com)(?::\d+)?$/i.exec(
    host,
  )?.[1];
  if (ofHost !== undefined) return { apiId: ofHost.toLowerCase(), target };
  if (!target.startsWith('/_aws/') && !target.startsWith('/restapis/')) return undefined;
  const ofPath =
    /^\/_aws\/execute-api\/([a-z0-9]+)(?:\/([^/?]*)([^]*))?$/.exec(target) ??
    /^\/restapis\/([a-z0-9]+)\/([^/?]+)\/_user_request_((?:[/?][^]*)?)$/.exec(target);
  if (ofPath === null) return undefined;
  const [, apiId = '', stage = '', rest = ''] = ofPath;
  return { apiId, stage, target: rest.startsWith('/') ? rest : `/${rest}` };
}
