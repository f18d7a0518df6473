import { operations, type Operation } from './operations.ts';
import { methodNotAllowed, notServed } from './s3-error.ts';
import { unservedOperations } from './unserved-operations.ts';

/** Parameters that name a sub-resource of a bucket or an object, whether or not what is done with it is served. */
const subResources: ReadonlySet<string> = new Set(
  [...operations.keys(), ...Object.keys(unservedOperations)]
    .filter((key) => !key.startsWith('service'))
    .map((key) => key.split(' ')[2])
    .filter((word): word is string => word !== undefined && word !== 'copy' && word !== 'list-type'),
);

/** What of a request tells its operation. */
export interface OperationRequest {
  readonly method: string;
  readonly level: 'service' | 'bucket' | 'object';
  readonly query: ReadonlyMap<string, string>;
  readonly copies: boolean;
}

/** The operation that a request means. @throws S3Error when it is none, or one that is not served, by its name */
export function findOperation({ method, level, query, copies }: OperationRequest): Operation {
  const subResource = [...query.keys()].find((name) => subResources.has(name));
  if (level === 'bucket' && method === 'PUT' && subResource === undefined) return operations.get('service PUT bucket')!;
  const listing =
    level === 'bucket' && method === 'GET' && subResource === undefined && query.get('list-type') === '2' ? 'list-type' : undefined;
  const copy = method === 'PUT' && copies && (subResource === undefined || subResource === 'uploadId') ? 'copy' : undefined;
  const key = [level, method, subResource ?? listing, copy].filter((part) => part !== undefined).join(' ');
  const operation = operations.get(key);
  if (operation !== undefined) return operation;
  const further = [...query.keys()].find((name) => Object.hasOwn(unservedOperations, `${key} ${name}`));
  const unserved = unservedOperations[further === undefined ? key : `${key} ${further}`];
  if (unserved !== undefined) throw notServed(`The operation ${unserved}`);
  throw methodNotAllowed(method, level === 'service' ? 'SERVICE' : level === 'bucket' ? 'BUCKET' : 'OBJECT');
}
