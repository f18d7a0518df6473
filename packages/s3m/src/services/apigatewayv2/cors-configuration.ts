import type { PropertyReader } from '../property-reader.ts';

/** `CorsConfiguration` of an API (AG-592), with local origins. */
export interface CorsConfiguration {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  /** Seconds. */
  readonly maxAge: number | undefined;
}

/** Undefined when the API has none. */
export function parseCors(properties: PropertyReader): CorsConfiguration | undefined {
  const cors = properties.object('CorsConfiguration');
  if (cors === undefined) return undefined;
  return {
    allowOrigins: cors.strings('AllowOrigins'),
    allowMethods: cors.strings('AllowMethods'),
    allowHeaders: cors.strings('AllowHeaders'),
    exposeHeaders: cors.strings('ExposeHeaders'),
    allowCredentials: cors.boolean('AllowCredentials', false),
    maxAge: cors.optionalInteger('MaxAge'),
  };
}
