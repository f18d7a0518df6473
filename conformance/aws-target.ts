import {
  CloudFormationClient,
  CloudFormationServiceException,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import type { Credentials } from '../packages/authorizer/src/signature-v4.ts';
import type { PutObject } from './conformance-case.ts';
import { signedHeaders } from './signed-headers.ts';
import { StackFailure, type AwsService, type RunningStack, type StackRequest, type Target } from './target.ts';

/** The account that the environment's credentials belong to. */
interface AwsAccount {
  readonly client: CloudFormationClient;
  readonly region: string;
  readonly credentials: Credentials;
}

const longestDeployment = 900;

/**
 * Runs each case as a stack of its own in a real account, and deletes it afterwards. `AWS_REGION` and credentials come from the environment,
 * `BACKEND_URL` names a public backend that keeps the contract in README.md.
 */
export async function openAwsTarget(): Promise<Target> {
  const { AWS_REGION: region = 'us-east-1', BACKEND_URL: backendUrl } = process.env;
  const account: AwsAccount = { client: new CloudFormationClient({ region }), region, credentials: readCredentials() };
  return {
    name: 'aws',
    region,
    accountId: await accountIdOf(account),
    partition: 'aws',
    // A domain of one's own would need its DNS entry before the stack that makes it.
    supplies: backendUrl === undefined ? {} : { BackendUrl: backendUrl },
    deploy: (request) => deployOnAws(account, request),
    [Symbol.asyncDispose]: () => {
      account.client.destroy();
      return Promise.resolve();
    },
  };
}

async function deployOnAws(account: AwsAccount, { name, template, parameters }: StackRequest): Promise<RunningStack> {
  const { client } = account;
  const StackName = `s3m-conformance-${name}-${Date.now().toString(36)}`;
  const remove = async (): Promise<void> => {
    await client.send(new DeleteStackCommand({ StackName }));
    await waitUntilStackDeleteComplete({ client, maxWaitTime: longestDeployment }, { StackName });
  };
  try {
    await client.send(
      new CreateStackCommand({
        StackName,
        TemplateBody: JSON.stringify(template),
        Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
        Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
        OnFailure: 'DO_NOTHING',
      }),
    );
  } catch (error) {
    if (!(error instanceof CloudFormationServiceException)) throw error;
    throw new StackFailure([{ code: error.name, message: error.message }], error.$metadata.httpStatusCode, { cause: error });
  }
  try {
    await waitUntilStackCreateComplete({ client, maxWaitTime: longestDeployment }, { StackName });
  } catch (error) {
    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }));
    await remove();
    const failed = StackEvents.filter(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
    throw new StackFailure(
      failed.map(({ ResourceStatusReason: message = '' }) => ({ message })),
      undefined,
      { cause: error },
    );
  }
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
  const outputs = Object.fromEntries((stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  const stored: PutObject[] = [];
  return {
    outputs,
    reachable: outputs,
    async putObject(object) {
      await sendObject(account, 'PUT', object);
      stored.push(object);
    },
    service: (service) => serviceOn(account, service),
    async [Symbol.asyncDispose]() {
      // A bucket with objects can't be deleted.
      for (const object of stored) await sendObject(account, 'DELETE', object);
      await remove();
    },
  };
}

async function sendObject({ region, credentials }: AwsAccount, method: 'PUT' | 'DELETE', object: PutObject): Promise<void> {
  const { bucket, key, contentType, websiteRedirectLocation } = object;
  const url = new URL(`https://${bucket}.s3.${region}.amazonaws.com/${key.split('/').map(encodeURIComponent).join('/')}`);
  const body = method === 'PUT' ? object.body : '';
  const headers = {
    ...(method === 'PUT' ? { 'content-type': contentType } : {}),
    ...(method === 'PUT' && websiteRedirectLocation !== undefined ? { 'x-amz-website-redirect-location': websiteRedirectLocation } : {}),
  };
  const signed = signedHeaders({ method, url, body, service: 's3', region, credentials, headers });
  const response = await fetch(url, { method, headers: signed, ...(method === 'PUT' ? { body } : {}) });
  if (!response.ok) throw new Error(`${method} ${url.href}: ${response.status} ${await response.text()}`);
}

function serviceOn({ region, credentials }: AwsAccount, service: string): AwsService {
  return {
    url: `https://${service}.${region}.amazonaws.com`,
    sign: (method, url, body) => signedHeaders({ method, url, body, service, region, credentials }),
  };
}

async function accountIdOf({ region, credentials }: AwsAccount): Promise<string> {
  const url = new URL(`https://sts.${region}.amazonaws.com/`);
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const signed = signedHeaders({ method: 'POST', url, body, service: 'sts', region, credentials, headers });
  const text = await (await fetch(url, { method: 'POST', body, headers: signed })).text();
  const id = /<Account>(\d{12})<\/Account>/.exec(text)?.[1];
  if (id === undefined) throw new Error(`AWS did not say whose the credentials are: ${text.slice(0, 300)}`);
  return id;
}

function readCredentials(): Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = process.env;
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new Error('TARGET=aws needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment');
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}
