/** `12 items, 1 secret`: what there is none of is left out. Keys are plurals. */
export function countText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([plural, count]) => `${count} ${count === 1 ? plural.replace(/s$/, '') : plural}`)
    .join(', ');
}
