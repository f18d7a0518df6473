/** `Quota` of a usage plan (AG-421). */
export interface QuotaDefinition {
  readonly limit: number;
  readonly period: 'DAY' | 'WEEK' | 'MONTH';
  /** Day that a week (0: Sunday) or a month (0: the first) begins with. */
  readonly offset: number;
}

const dayMs = 86_400_000;

/** Counts requests within a period; periods begin at midnight, UTC. */
export class Quota {
  definition: QuotaDefinition;
  #period = Number.NaN;
  #used = 0;

  constructor(definition: QuotaDefinition) {
    this.definition = definition;
  }

  /** Counts one; false when there is nothing left. @param now milliseconds since the epoch */
  take(now: number): boolean {
    const period = startOfPeriod(this.definition, now);
    if (period !== this.#period) {
      this.#period = period;
      this.#used = 0;
    }
    if (this.#used >= this.definition.limit) return false;
    this.#used++;
    return true;
  }
}

function startOfPeriod({ period, offset }: QuotaDefinition, now: number): number {
  const today = Math.floor(now / dayMs) * dayMs;
  const date = new Date(today);
  switch (period) {
    case 'DAY':
      return today;
    case 'WEEK':
      return today - ((date.getUTCDay() - offset + 7) % 7) * dayMs;
    case 'MONTH': {
      const thisMonth = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1 + offset);
      return thisMonth <= today ? thisMonth : Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1, 1 + offset);
    }
  }
}
