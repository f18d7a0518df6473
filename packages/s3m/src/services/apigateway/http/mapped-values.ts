import type { Source } from '../context-variables.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import { overridesOf } from '../mapping/overrides.ts';
import type { MappingPass } from '../mapping/mapping-pass.ts';
import { compileSource } from '../parameter-source.ts';

/** A place of a request that values are mapped to. */
export type Place = 'header' | 'path' | 'querystring';

/** Values for one place of the integration's request: what is mapped, and what a template sets instead (AG-339). */
export class MappedValues {
  readonly #place: Place;
  readonly #sources: readonly (readonly [string, Source])[];

  /** @param parameters `integration.request.PLACE.NAME` to mapping expression. @throws MappingProblem */
  constructor(place: Place, parameters: Readonly<Record<string, string>>) {
    const prefix = `integration.request.${place}.`;
    this.#place = place;
    this.#sources = Object.entries(parameters)
      .filter(([target]) => target.startsWith(prefix))
      .map(([target, expression]) => [target.slice(prefix.length), compileSource(expression)] as const);
  }

  /** From the request alone; what has no value, or an empty one, is left out (AG-217, AG-331). */
  read(request: GatewayRequest): Map<string, readonly [string, string]> {
    const values = new Map<string, readonly [string, string]>();
    for (const [name, source] of this.#sources) this.#put(values, name, source(request));
    return values;
  }

  /** After the template: it overrides what was mapped. */
  override(values: Map<string, readonly [string, string]>, { requestOverride }: MappingPass): void {
    if (requestOverride === undefined) return;
    for (const [name, value] of overridesOf(requestOverride, this.#place)) this.#put(values, name, value);
  }

  /** Names of headers count whatever their case. */
  #put(values: Map<string, readonly [string, string]>, name: string, value: string | undefined): void {
    if (value !== undefined && value !== '') values.set(this.#place === 'header' ? name.toLowerCase() : name, [name, value]);
  }
}
