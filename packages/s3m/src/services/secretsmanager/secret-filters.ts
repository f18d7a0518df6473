import { list, structure, text, type Shape } from '../input-shape.ts';
import type { LiveSecret } from './live-secret.ts';

interface SecretFilter {
  readonly Key?: string;
  readonly Values?: readonly string[];
}

const keys = ['all', 'description', 'name', 'owning-service', 'primary-region', 'tag-key', 'tag-value'];

export const filterList: Shape<readonly SecretFilter[]> = list(
  structure({ Key: text({ oneOf: keys }), Values: list(text({ max: 512 }), { min: 1, max: 10 }) }),
  { max: 10 },
);

/** Secrets Manager User Guide, "Find secrets": all filters, one of the values of each; `!` in front of a value means all others. */
export function matchesFilters(secret: LiveSecret, filters: readonly SecretFilter[]): boolean {
  return filters.every(({ Key: key = 'all', Values: values = [] }) => {
    const negated = values.filter((value) => value.startsWith('!')).map((value) => value.slice(1));
    const wanted = values.filter((value) => !value.startsWith('!'));
    const has = (value: string): boolean => propertiesOf(secret, key).some((own) => own.startsWith(value));
    return !negated.some(has) && (wanted.length === 0 || wanted.some(has));
  });
}

/** What a key looks at. */
function propertiesOf({ record }: LiveSecret, key: string): readonly string[] {
  const tags = Object.entries(record.tags);
  switch (key) {
    case 'name':
      return [record.name];
    case 'description':
      return (record.description ?? '').split(/\s+/);
    case 'tag-key':
      return tags.map(([name]) => name);
    case 'tag-value':
      return tags.map(([, value]) => value);
    case 'all':
      return [record.name, ...(record.description ?? '').split(/\s+/), ...tags.flat()];
    default:
      return [];
  }
}
