const GIB = 1024;

/** ECS-001: memory in MiB that each number of CPU units allows. */
const SIZES: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1 * GIB, 2 * GIB]],
  [512, steps(1, 4, 1)],
  [1024, steps(2, 8, 1)],
  [2048, steps(4, 16, 1)],
  [4096, steps(8, 30, 1)],
  [8192, steps(16, 60, 4)],
  [16_384, steps(32, 120, 8)],
]);

/** What is wrong with a Fargate task's size, in AWS's words. */
export interface SizeProblem {
  readonly property: 'Cpu' | 'Memory';
  readonly message: string;
  readonly fix: string;
}

/** ECS-002: `256`, `.25 vCPU`; undefined when it is neither. */
export function cpuUnits(text: string): number | undefined {
  return quantity(text, /^([\d.]+)\s*vcpu$/i);
}

/** ECS-002: `512`, `0.5 GB`, in MiB; undefined when it is neither. */
export function memoryMib(text: string): number | undefined {
  return quantity(text, /^([\d.]+)\s*gb$/i);
}

/** Checks the pair of task-level `Cpu` and `Memory` (ECS-001 to ECS-005). */
export function checkFargateSize(cpu: string | undefined, memory: string | undefined): SizeProblem | undefined {
  const allowed = `Fargate takes ${describeSizes()}.`;
  if (cpu === undefined) return { property: 'Cpu', message: "Fargate requires that 'cpu' be defined at the task level.", fix: allowed };
  if (memory === undefined)
    return { property: 'Memory', message: "Fargate requires that 'memory' be defined at the task level.", fix: allowed };
  const units = cpuUnits(cpu);
  const sizes = units === undefined ? undefined : SIZES.get(units);
  if (units === undefined || sizes === undefined) {
    const message =
      "Invalid 'cpu' setting for task. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.";
    return { property: 'Cpu', message, fix: `It is ${JSON.stringify(cpu)}. ${allowed}` };
  }
  const mib = memoryMib(memory);
  if (mib !== undefined && sizes.includes(mib)) return undefined;
  return {
    property: 'Memory',
    message: `No Fargate configuration exists for given values: ${units} CPU, ${mib ?? memory} memory. See the Amazon ECS documentation for the valid values.`,
    fix: `With ${units} CPU units, memory may be ${sizes.join(', ')} MiB.`,
  };
}

function quantity(text: string, withUnit: RegExp): number | undefined {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return Number(trimmed);
  const amount = withUnit.exec(trimmed)?.[1];
  return amount === undefined || Number.isNaN(Number(amount)) ? undefined : Number(amount) * GIB;
}

function steps(from: number, to: number, step: number): readonly number[] {
  const sizes: number[] = [];
  for (let gib = from; gib <= to; gib += step) sizes.push(gib * GIB);
  return sizes;
}

function describeSizes(): string {
  return [...SIZES].map(([cpu, memory]) => `${cpu} CPU units with ${memory[0]} to ${memory.at(-1)} MiB`).join(', ');
}
