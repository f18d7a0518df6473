import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openNeighboursDoor } from '../../containers/neighbours-door.ts';
import { privateDirectory, projectSocketDirectory, removeDirectory, removeIfEmpty } from '../../containers/socket-directory.ts';
import type { NetworkInterface } from '../../network/network.ts';
import { NetworkModelError } from '../../network/network-model-error.ts';
import type { Account } from '../account.ts';
import { vpcNeighbours } from '../vpc-neighbours.ts';
import { ResourceFailure } from '../resource-type.ts';

/** `VpcConfig` of a function. */
export interface FunctionVpc {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** The way to the network of one execution environment. */
export interface EnvironmentNetwork {
  /** Where the engine listens for what the function wants to reach. */
  readonly directory: string;
  close(): void;
}

/** A function's interfaces in a VPC: one a subnet, shared by its environments (LMB-055). */
export class FunctionNetwork {
  readonly #account: Account;
  readonly #interfaces: readonly NetworkInterface[];
  readonly #told = new Set<string>();
  readonly #name: string;
  #next = 0;

  /** @throws ResourceFailure in Lambda's words (LMB-058) */
  constructor(account: Account, logicalId: string, { subnetIds, securityGroupIds }: FunctionVpc) {
    this.#account = account;
    this.#name = logicalId;
    const attached: NetworkInterface[] = [];
    try {
      for (const subnetId of subnetIds)
        attached.push(account.network.attach({ name: `function ${logicalId}`, subnetId, securityGroupIds, publicAddress: 'never' })); // VPC-010
    } catch (error) {
      for (const each of attached) each.detach();
      throw error instanceof NetworkModelError ? refusal(error) : error;
    }
    this.#interfaces = attached;
  }

  /** Opens the door of one environment, on the next of the interfaces. */
  async open(): Promise<EnvironmentNetwork> {
    const from = this.#interfaces[this.#next++ % this.#interfaces.length]!;
    const directory = privateDirectory(join(socketsOf(this.#account), `f${randomBytes(4).toString('hex').slice(0, 7)}`));
    const neighbours = vpcNeighbours(this.#account, from, { outward: true, refused: (why) => this.#tell(why) });
    const door = await openNeighboursDoor(directory, neighbours);
    return {
      directory,
      close: () => {
        door.close();
        removeDirectory(directory);
        removeIfEmpty(dirname(directory));
      },
    };
  }

  close(): void {
    for (const each of this.#interfaces) each.detach();
  }

  #tell(why: string): void {
    if (this.#told.has(why)) return;
    this.#told.add(why);
    this.#account.emit({ event: 'notice', message: `Function ${this.#name} gets no answer: ${why}` });
  }
}

/** State directories whose left doors were removed. */
const swept = new Set<string>();

/** Removes the doors that a killed engine left, once. */
function removeLeftDoors({ stateDirectory }: Account, sockets: string): void {
  if (swept.has(stateDirectory)) return;
  swept.add(stateDirectory);
  for (const name of readdirSync(sockets)) if (/^f[0-9a-f]{7}$/.test(name)) removeDirectory(join(sockets, name));
}

function socketsOf(account: Account): string {
  const project = createHash('sha256').update(account.stateDirectory).digest('hex').slice(0, 8);
  const sockets = privateDirectory(projectSocketDirectory(project));
  removeLeftDoors(account, sockets);
  return sockets;
}

/** LMB-058 */
function refusal({ code, message }: NetworkModelError): ResourceFailure {
  const [asked, property] = code === 'InvalidGroup.NotFound' ? ['SecurityGroups', 'SecurityGroupIds'] : ['Subnets', 'SubnetIds'];
  return new ResourceFailure(`Error occurred while Describe${asked}. EC2 Error Code: ${code}. EC2 Error Message: ${message}`, {
    property: `VpcConfig.${property}`,
  });
}
