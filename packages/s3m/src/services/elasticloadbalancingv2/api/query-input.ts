import { pageOf } from '../../page.ts';
import { ServiceError } from '../../service-error.ts';

/** The texts of a list: `Names.member.1`, `Names.member.2`. */
export function listIn(input: URLSearchParams, name: string): readonly string[] {
  const items: string[] = [];
  for (let index = 1; ; index++) {
    const item = input.get(`${name}.member.${index}`);
    if (item === null) return items;
    items.push(item);
  }
}

/** A member that must be there. @throws ServiceError */
export function requiredIn(input: URLSearchParams, name: string): string {
  const value = input.get(name);
  if (value !== null && value !== '') return value;
  throw new ServiceError(
    'ValidationError',
    `1 validation error detected: Value null at '${name[0]!.toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must not be null`,
  );
}

/** As much of a list as `PageSize` wants, 400 by default, from `Marker` on. @throws ServiceError */
export function pageIn<T>(
  input: URLSearchParams,
  items: readonly T[],
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const size = Number(input.get('PageSize') ?? 400);
  if (!Number.isInteger(size) || size < 1 || size > 400)
    throw new ServiceError('ValidationError', `The page size '${input.get('PageSize')}' must be between 1 and 400`);
  return pageOf(
    items,
    input.get('Marker') ?? undefined,
    size,
    () => new ServiceError('ValidationError', 'The specified marker is not valid'),
  );
}
