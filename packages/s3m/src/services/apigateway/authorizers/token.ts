import { headerValues, type HeaderLines } from '../../../http/message.ts';
import { isUnresolved } from '../../known-value.ts';
import { ResourceFailure, type Value } from '../../resource-type.ts';
import { invalid } from '../finding.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import { JavaRegex } from '../../../regex/java-regex.ts';
import { TookTooLong } from '../../../regex/within-time.ts';
import type { AuthorizerKind } from './authorizer-definition.ts';
import { parseIdentityHeader } from './identity-source.ts';
import type { Identity } from './identity.ts';
import { LambdaAuthorizer, type LambdaInput } from './lambda-authorizer.ts';
import { checkLambdaSettings, parseLambdaSettings, type LambdaSettings } from './lambda-settings.ts';
import { checkValidation, readValidation } from './validation-expression.ts';
import { maskIdentity } from '../../../gateway/mask-identity.ts';

interface TokenSettings extends LambdaSettings {
  /** Name of the header that carries the identity (AG-078). */
  readonly header: string;
  /** Absent: any value will do. */
  readonly validation?: string;
}

/** A function that is given one header's value (area D). */
export const token: AuthorizerKind = {
  type: 'TOKEN',
  check: (properties) => [
    ...checkLambdaSettings(properties),
    ...checkHeader(properties['IdentitySource']),
    ...checkValidation(properties['IdentityValidationExpression']),
  ],
  parse: (name, reader) => {
    const source = reader.string('IdentitySource');
    const header = parseIdentityHeader(source);
    if (header === undefined) throw new ResourceFailure(`Invalid Authorizer IdentitySource: ${source}`, { property: 'IdentitySource' });
    const settings: TokenSettings = { ...parseLambdaSettings(reader), header, ...readValidation(reader) };
    return { ...name, settings, compile: (services) => new LambdaAuthorizer(name, settings, new TokenInput(settings), services) };
  },
};

function checkHeader(source: Value | undefined): ReturnType<AuthorizerKind['check']> {
  if (source !== undefined && (typeof source !== 'string' || isUnresolved(source) || parseIdentityHeader(source) !== undefined)) return [];
  return [
    invalid(
      'IdentitySource',
      'Invalid Authorizer IdentitySource. TOKEN authorizers take one request header', // AG-078
      'Write method.request.header.Authorization, or another header.',
    ),
  ];
}

/** Values of headers that are remembered as matching. */
const maxValid = 500;

class TokenInput implements LambdaInput {
  readonly keyParts: string;
  readonly #settings: TokenSettings;
  readonly #validation: JavaRegex | undefined;
  /** Values that have matched, where that takes long to find out: most tokens come many times. */
  readonly #valid = new Set<string>();

  constructor(settings: TokenSettings) {
    this.keyParts = settings.header.toLowerCase();
    this.#settings = settings;
    this.#validation = settings.validation === undefined ? undefined : new JavaRegex(settings.validation);
  }

  readIdentity({ facts }: GatewayRequest): Identity {
    if (facts.identity?.by !== this) facts.identity = { by: this, identity: this.#read(facts.headers) };
    return facts.identity.identity;
  }

  #read(headers: HeaderLines): Identity {
    const { header, validation } = this.#settings;
    const values = headerValues(headers, header);
    const [value] = values;
    // Two values: which one the authorizer would see, and which one the backend, is anybody's guess.
    if (values.length > 1) return { kind: 'refused', values, why: `There are ${values.length} headers ${header}; one is wanted` };
    if (value === undefined || value === '') return { kind: 'refused', values, why: `There is no header ${header}` }; // AG-080, AG-081
    // AG-082 to AG-084
    if (!this.#isValid(value)) return { kind: 'refused', values, why: `The header ${header} does not match ${validation}` };
    return { kind: 'found', key: value, values };
  }

  /** Nobody can make the expression run without end: what takes too long does not match. */
  #isValid(value: string): boolean {
    if (this.#validation === undefined) return true;
    if (this.#validation.isCheap(value)) return this.#validation.matches(value);
    if (this.#valid.has(value)) return true;
    try {
      if (!this.#validation.matches(value)) return false;
    } catch (error) {
      if (error instanceof TookTooLong) return false;
      throw error;
    }
    if (this.#valid.size >= maxValid) this.#valid.clear();
    this.#valid.add(value);
    return true;
  }

  /** Exactly these three keys (AG-087). */
  createEvent(_: unknown, [authorizationToken]: readonly string[], methodArn: string): object {
    return { type: 'TOKEN', authorizationToken, methodArn };
  }

  showEvent(event: object, scrub: (text: string) => string): unknown {
    const { authorizationToken, methodArn } = event as { readonly authorizationToken: string; readonly methodArn: string };
    return { type: 'TOKEN', authorizationToken: maskIdentity(authorizationToken), methodArn: scrub(methodArn) };
  }
}
