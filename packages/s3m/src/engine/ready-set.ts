/** A piece of work that waits for others of the same set. */
export interface Work {
  readonly id: string;
  readonly dependsOn: readonly string[];
  run(): Promise<void>;
}

/**
 * Runs all pieces, each as soon as those it depends on have ended well. After the first failure nothing new is started;
 * what runs is awaited, then the first error is thrown. Dependencies that are not in the set count as done.
 */
export async function runInOrder(work: readonly Work[]): Promise<void> {
  const known = new Set(work.map((piece) => piece.id));
  const waiting = new Map(work.map((piece) => [piece.id, new Set(piece.dependsOn.filter((id) => known.has(id)))]));
  const dependents = new Map<string, string[]>();
  for (const [id, needs] of waiting) for (const need of needs) dependents.set(need, [...(dependents.get(need) ?? []), id]);
  const byId = new Map(work.map((piece) => [piece.id, piece]));
  let failure: { readonly error: unknown } | undefined;
  const start = async (id: string): Promise<void> => {
    if (failure !== undefined) return;
    try {
      await byId.get(id)!.run();
    } catch (error) {
      failure ??= { error };
      return;
    }
    const ready: string[] = [];
    for (const dependent of dependents.get(id) ?? []) {
      const needs = waiting.get(dependent)!;
      needs.delete(id);
      if (needs.size === 0) ready.push(dependent);
    }
    await Promise.all(ready.map(start));
  };
  await Promise.all([...waiting].filter(([, needs]) => needs.size === 0).map(([id]) => start(id)));
  if (failure !== undefined) throw failure.error;
}
