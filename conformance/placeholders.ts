/** What `{{...}}` in a case stands for. */
export interface Placeholders {
  readonly ApiId: string | undefined;
  readonly Region: string;
  readonly AccountId: string;
  readonly Partition: string;
  /** As they answer where the case runs. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Fills in `{{Region}}` or `{{Outputs.SiteUrl}}`, in strings at any depth. @throws for a name that stands for nothing */
export function fillPlaceholders<T>(value: T, placeholders: Placeholders): T {
  if (typeof value === 'string')
    return value.replaceAll(/\{\{([A-Z][\w.]*)\}\}/g, (_, name: string) => resolvePlaceholder(name, placeholders)) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => fillPlaceholders(item, placeholders)) as T;
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillPlaceholders(item as unknown, placeholders)])) as T;
  return value;
}

function resolvePlaceholder(name: string, { outputs, ...names }: Placeholders): string {
  const value = name.startsWith('Outputs.') ? outputs[name.slice('Outputs.'.length)] : (names as Record<string, string | undefined>)[name];
  if (value === undefined) throw new Error(`{{${name}}} stands for nothing: there is no such output or name`);
  return value;
}
