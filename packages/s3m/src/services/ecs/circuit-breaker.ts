import type { PropertyReader } from '../property-reader.ts';

/** `DeploymentCircuitBreaker`, when enabled. */
export interface CircuitBreaker {
  readonly rollback: boolean;
  /** Whether a task that becomes healthy sets the count of failures back to none. */
  readonly resetOnHealthyTask: boolean;
  /** Failed tasks at which a deployment of `desired` tasks fails (ECS-077). */
  threshold(desired: number): number;
}

export function readCircuitBreaker(properties: PropertyReader | undefined): CircuitBreaker | undefined {
  if (properties === undefined || !properties.boolean('Enable', false)) return undefined;
  const configuration = properties.object('ThresholdConfiguration');
  const type = configuration?.oneOf('Type', ['BOUNDED_PERCENT', 'UNBOUNDED_PERCENT', 'COUNT'], 'BOUNDED_PERCENT') ?? 'BOUNDED_PERCENT';
  const value = configuration?.integer('Value', 50) ?? 50;
  return {
    rollback: properties.boolean('Rollback', false),
    resetOnHealthyTask: properties.boolean('ResetOnHealthyTask', true),
    threshold: (desired) => {
      if (type === 'COUNT') return value;
      const share = Math.ceil((value / 100) * desired);
      return type === 'UNBOUNDED_PERCENT' ? Math.max(1, share) : Math.min(200, Math.max(3, share));
    },
  };
}
