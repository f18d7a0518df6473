import { coverProperties } from '../services/coverage.ts';
import { checkPropertyKinds, isPropertyOfAws } from '../services/property-kinds.ts';
import { ResourceFailure, type Finding, type Properties, type ResourceType, type Value } from '../services/resource-type.ts';
import type { StackTemplate } from '../template/assembly.ts';
import { placeholderLookup, type Lookup } from '../template/lookup.ts';
import { similarName } from '../template/similar-name.ts';
import type { Accepted } from './accepted-words.ts';
import type { StackTarget } from './deployed-stack.ts';
import type { Problem } from './problem.ts';
import { resourceTypeNames } from './resource-types.ts';

/** What stays without effect, or was accepted although nobody simulates it. */
export interface ScopeNote {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly property?: string;
  readonly reason: string;
}

/** What the checks of all resources come to. */
export interface Notes {
  readonly problems: Problem[];
  readonly inert: ScopeNote[];
  readonly accepted: ScopeNote[];
}

const byFlag = 'unsupported, accepted by --accept';

/** Compares every resource of a stack with what its type declares, and lets the type look at its values. */
export function checkResources(target: StackTarget, accepted: Accepted, notes: Notes): void {
  for (const [logicalId, type] of target.types) new ResourceCheck(target, logicalId, type, accepted, notes).run();
}

/** For a template that can't be evaluated: types that are unknown, so that they are told with the rest. */
export function checkTypesAlone(stack: StackTemplate, accepted: Accepted, notes: Notes): void {
  // Not all of them need be resources: a loop may not have been written out.
  for (const [logicalId, { Type: type }] of Object.entries(stack.template.Resources)) {
    if (typeof type !== 'string' || resourceTypeNames.has(type) || accepted.has(type)) continue;
    notes.problems.push(placed(stack, logicalId, '/Type', unknownType(logicalId, type)));
  }
}

type Told = Omit<Problem, 'fault' | 'stack' | 'logicalId'>;

class ResourceCheck {
  readonly #target: StackTarget;
  readonly #logicalId: string;
  readonly #type: ResourceType;
  readonly #accepted: Accepted;
  readonly #notes: Notes;
  readonly #at: { readonly stack: string; readonly logicalId: string; readonly type: string };

  constructor(target: StackTarget, logicalId: string, type: ResourceType, accepted: Accepted, notes: Notes) {
    this.#target = target;
    this.#logicalId = logicalId;
    this.#type = type;
    this.#accepted = accepted;
    this.#notes = notes;
    this.#at = { stack: target.stack.name, logicalId, type: type.type };
  }

  run(): void {
    const type = this.#type;
    if (!resourceTypeNames.has(type.type)) {
      if (this.#accepted.has(type.type)) this.#notes.accepted.push({ ...this.#at, reason: byFlag });
      else this.#report('/Type', unknownType(this.#logicalId, type.type));
      return;
    }
    if (type.scope !== 'simulated') this.#notes.inert.push({ ...this.#at, reason: type.scope.inert });
    const { evaluation } = this.#target;
    const properties = evaluation.resolveProperties(
      this.#logicalId,
      checkingLookup(this.#target, (message) =>
        this.#report('/Properties', { code: 'Unsupported', message: `${this.#logicalId}: ${message}` }),
      ),
    );
    this.#coverage(properties);
    const shape = checkPropertyKinds(type.type, this.#logicalId, properties);
    for (const finding of [...shape, ...this.#missing(properties, shape)]) this.#finding(finding);
    const metadata = evaluation.resolveMetadata(this.#logicalId, placeholderLookup);
    for (const problem of checkLocalMetadata(this.#logicalId, type, metadata['S3M']))
      this.#report('/Metadata/S3M', { code: 'ValidationError', ...problem });
    for (const finding of this.#ownFindings(properties, metadata, shape))
      if (!shape.some(({ property }) => property === finding.property)) this.#finding(finding);
  }

  #coverage(properties: Properties): void {
    const type = this.#type;
    const covered = coverProperties(type, properties);
    for (const { path, reason } of covered.inert) this.#notes.inert.push({ ...this.#at, property: path, reason });
    for (const { path, declaredPath } of covered.unsupported) {
      if (this.#accepted.has(`${type.type}.${declaredPath}`) || this.#accepted.has(type.type)) {
        this.#notes.accepted.push({ ...this.#at, property: path, reason: byFlag });
        continue;
      }
      const strange = isPropertyOfAws(type.type, declaredPath) === false ? ', and CloudFormation does not have it' : '';
      this.#report(`/Properties${toPointer(path)}`, {
        code: 'Unsupported',
        message: `${this.#logicalId}: property ${path} of ${type.type} is not supported${strange}`,
        property: path,
        fix: `${didYouMean(similarName(declaredPath, knownPaths(type)))}Leave it out, or accept that it does nothing here: --accept ${type.type}.${declaredPath}`,
      });
    }
  }

  /** What the engine can't do without, beside what CloudFormation wants. */
  #missing(properties: Properties, shape: readonly Finding[]): readonly Finding[] {
    return (this.#type.required ?? [])
      .filter((name) => (properties[name] ?? null) === null && !shape.some(({ property }) => property === name))
      .map((name) => ({
        property: name,
        kind: 'invalid',
        message: `Property validation failure: [The property {/${name}} is required]`,
      }));
  }

  /** What the type itself finds. One that meets a value of another kind than it reads says no more than what is said of the kinds. */
  #ownFindings(properties: Properties, metadata: Properties, shape: readonly Finding[]): readonly Finding[] {
    const path = metadata['aws:cdk:path'];
    try {
      return this.#type.check?.(properties, metadata, { ...this.#at, ...(typeof path === 'string' ? { path } : {}) }) ?? [];
    } catch (error) {
      if (shape.length > 0) return [];
      if (!(error instanceof ResourceFailure)) throw error;
      const { message, property = '', fix } = error;
      return [{ property, kind: 'invalid', message, ...(fix === undefined ? {} : { fix }) }];
    }
  }

  #finding(finding: Finding): void {
    const type = this.#type;
    const { property, kind, message, fix } = finding;
    const name = acceptable(type, finding);
    const canBeAccepted = kind === 'unsupported' && finding.final !== true;
    if (canBeAccepted && (this.#accepted.has(type.type) || this.#accepted.has(name))) {
      this.#notes.accepted.push({ ...this.#at, property, reason: `${message}; accepted by --accept` });
      return;
    }
    const mend = canBeAccepted ? `${fix === undefined ? '' : `${fix} `}To start without its effect: --accept ${name}` : fix;
    this.#report(property === '' ? '' : `/Properties${toPointer(property)}`, {
      code: kind === 'unsupported' ? 'Unsupported' : 'ValidationError',
      message: `${this.#logicalId}: ${message}`,
      ...(property === '' ? {} : { property }),
      ...(mend === undefined ? {} : { fix: mend }),
    });
  }

  #report(pointer: string, problem: Told): void {
    this.#notes.problems.push(placed(this.#target.stack, this.#logicalId, pointer, problem));
  }
}

function placed(stack: StackTemplate, logicalId: string, pointer: string, problem: Told): Problem {
  const { file, line } = stack.locate(`/Resources/${logicalId}${pointer}`);
  return { stack: stack.name, logicalId, file, ...(line === undefined ? {} : { line }), fault: 'user', ...problem };
}

/** Types that would let VPCs reach one another. */
const joinsVpcs: ReadonlySet<string> = new Set([
  'AWS::EC2::TransitGateway',
  'AWS::EC2::TransitGatewayAttachment',
  'AWS::EC2::TransitGatewayVpcAttachment',
  'AWS::EC2::VPCPeeringConnection',
]);

function unknownType(logicalId: string, type: string): Told {
  return {
    code: 'Unsupported',
    message: `${logicalId}: resource type ${type} is not supported`,
    fix: `${joinsVpcs.has(type) ? 'VPCs are not joined here: put what has to meet into one VPC. ' : didYouMean(similarName(type, resourceTypeNames))}Start without it, or accept that it does nothing here: --accept ${type}`,
  };
}

function toPointer(property: string): string {
  return `/${property.replaceAll(/\[(\d+)\]/g, '/$1').replaceAll('.', '/')}`;
}

/** Metadata `S3M` is the engine's own: a word that it does not know is a mistake. */
function checkLocalMetadata(logicalId: string, type: ResourceType, own: Value | undefined): readonly Pick<Problem, 'message' | 'fix'>[] {
  const known = type.localMetadata ?? [];
  if (known.includes('*') || typeof own !== 'object' || own === null) return [];
  return Object.keys(own)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      message: `${logicalId}: Metadata S3M of ${type.type} has no "${name}"`,
      fix: known.length === 0 ? 'Nothing is read there.' : `${didYouMean(similarName(name, known))}Allowed: ${known.join(', ')}.`,
    }));
}

function didYouMean(name: string | undefined): string {
  return name === undefined ? '' : `Did you mean ${name}? `;
}

/** Every property of a type and what it stands in: `Integration`, `Integration.Uri`. */
function knownPaths({ properties }: ResourceType): ReadonlySet<string> {
  return new Set(Object.keys(properties).flatMap((path) => path.split('.').map((_, index, parts) => parts.slice(0, index + 1).join('.'))));
}

/** What `--accept` takes for a finding: the type and the property without indices. */
function acceptable(type: ResourceType, { property }: Finding): string {
  return `${type.type}.${property.replaceAll(/\[\d+\]/g, '')}`;
}

/** Answers placeholders, and tells of attributes that nothing here can answer. */
function checkingLookup({ types }: StackTarget, report: (message: string) => void): Lookup {
  return {
    ...placeholderLookup,
    attribute: (logicalId, name) => {
      const type = types.get(logicalId);
      if (type !== undefined && !type.attributes.includes('*') && !type.attributes.includes(name)) {
        report(`attribute ${name} of ${logicalId} (${type.type}) is not supported. Supported: ${type.attributes.join(', ') || 'none'}`);
      }
      return placeholderLookup.attribute(logicalId, name);
    },
  };
}
