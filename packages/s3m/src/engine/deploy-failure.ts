import { DuplicateCapability } from '../capabilities/directory.ts';
import { ResourceFailure, type ResourceName } from '../services/resource-type.ts';
import type { StackTemplate } from '../template/assembly.ts';
import { PortTaken } from './ports.ts';
import { EngineFailure, toProblems } from './problem.ts';

/** What kept a resource from being created or changed, as problems that say which one it is and where it stands. */
export function deployFailure(error: unknown, name: ResourceName, stack: StackTemplate): EngineFailure {
  const known = error instanceof ResourceFailure || error instanceof DuplicateCapability;
  const property = error instanceof ResourceFailure ? error.property : undefined;
  const location = stack.locate(`/Resources/${name.logicalId}${property === undefined ? '' : `/Properties/${toPointer(property)}`}`);
  const base = known
    ? [
        {
          code: error instanceof PortTaken ? 'PortInUse' : 'ResourceFailed',
          message: error.message,
          fault: error instanceof ResourceFailure ? error.fault : ('user' as const),
        },
      ]
    : toProblems(error);
  const fix = error instanceof ResourceFailure ? error.fix : undefined;
  // A port is no matter of the template, but of the machine or the command line.
  const place = error instanceof PortTaken ? {} : { file: location.file, ...(location.line === undefined ? {} : { line: location.line }) };
  return new EngineFailure(
    base.map((problem) => ({
      stack: name.stack,
      logicalId: name.logicalId,
      ...(property === undefined ? {} : { property }),
      ...place,
      ...(fix === undefined ? {} : { fix }),
      ...problem,
      message: `${name.path ?? name.logicalId} (${name.type}): ${problem.message}`,
    })),
    { cause: error },
  );
}

function toPointer(property: string): string {
  return property.replaceAll(/\[(\d+)\]/g, '/$1').replaceAll('.', '/');
}
