import { ServiceError } from '../../service-error.ts';

/** A target as a caller names it. */
export interface CalledTarget {
  readonly id: string;
  /** Undefined: the group's own (NLB-014). */
  readonly port: number | undefined;
}

/** `Targets.member.N.Id`, `.Port`. @throws ServiceError */
export function targetsIn(input: URLSearchParams): readonly CalledTarget[] {
  const targets: CalledTarget[] = [];
  for (let index = 1; ; index++) {
    const id = input.get(`Targets.member.${index}.Id`);
    if (id === null) return targets;
    const text = input.get(`Targets.member.${index}.Port`);
    const port = text === null ? undefined : Number(text);
    if (port !== undefined && (!Number.isInteger(port) || port < 1 || port > 65_535))
      throw new ServiceError('ValidationError', `The target port '${text}' must be between 1 and 65535`);
    targets.push({ id, port });
  }
}
