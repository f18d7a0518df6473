import type { AuthorizerTrace, IntegrationTrace, ResourcePolicyTrace, Trace } from '../trace/trace.ts';
import type { painter } from './ansi.ts';

type Paint = ReturnType<typeof painter>;

/** A label, and the lines beside it. */
type Row = readonly [label: string, ...lines: readonly string[]];

/** Requests, one a line. */
export function traceListText(traces: readonly Trace[], paint: Paint): string {
  return traces
    .map((trace) => {
      const { id, time, method } = trace;
      const what = `${paint(statusStyle(trace), statusOf(trace))} ${method.padEnd(7)} ${duration(trace.timings['total']).padStart(9)}`;
      const why = trace.decision?.type === undefined ? '' : `  ${paint('dim', trace.decision.type)}`;
      return `${paint('dim', new Date(time).toISOString().slice(11, 24))} ${id}  ${what}  ${pathOf(trace)}${why}\n`;
    })
    .join('');
}

/** One request, hop by hop, in the order in which it happened. */
export function traceText(trace: Trace, paint: Paint): string {
  const head = `${paint(statusStyle(trace), statusOf(trace))} ${paint('bold', `${trace.method} ${pathOf(trace)}`)}  ${duration(trace.timings['total'])}`;
  const rows: Row[] = [
    ['request', `${trace.id}  ${new Date(trace.time).toISOString()}  from ${trace.source}`],
    ['matched', matchedText(trace)],
    ...authorizerRows(trace.authorizer, paint),
    ...resourcePolicyRows(trace.resourcePolicy, paint),
    ...(trace.apiKey === undefined ? [] : [['API key', `${trace.apiKey.id}, counted by usage plan ${trace.apiKey.usagePlan}`] as const]),
    ...integrationRows(trace.integration, paint),
    ['answer', answerText(trace, paint)],
    ['timings', timingsText(trace)],
    ...(trace.logs.length === 0 ? [] : [['log', ...trace.logs.flatMap((line) => line.trimEnd().split('\n'))] as const]),
  ];
  return `${head}\n\n${rows.map((row) => rowText(row, paint)).join('')}`;
}

const width = 12;

function rowText([label, ...lines]: Row, paint: Paint): string {
  return lines.map((line, index) => `${index === 0 ? paint('cyan', label.padEnd(width)) : ' '.repeat(width)} ${line}\n`).join('');
}

function matchedText({ resource, match, api, stage }: Trace): string {
  if (resource === undefined) return `nothing in stage "${stage}" of API ${api}`;
  return `${match ?? ''} ${resource} in stage ${stage} of API ${api}`.trimStart();
}

function authorizerRows(authorizer: AuthorizerTrace | undefined, paint: Paint): Row[] {
  if (authorizer === undefined) return [];
  const { kind, name, identity, event, result, policyStatement, nearMiss } = authorizer;
  const how = kind === undefined ? lambdaText(authorizer) : kind === 'iam' ? 'signature and policies of the caller' : tokenText(authorizer);
  return [
    ['authorizer', `${name}: ${how}`],
    [kind === 'iam' ? '  access key' : '  identity', identity === '' ? paint('yellow', 'none') : identity],
    ...(event === undefined ? [] : [['  event', compact(event)] as const]),
    ...resultRows(result),
    ...decisionRows(policyStatement, nearMiss, paint),
  ];
}

function lambdaText({ cache, durationMs }: AuthorizerTrace): string {
  if (cache === 'hit') return 'its kept result was used';
  if (durationMs === undefined) return 'was not asked';
  return `was asked, ${duration(durationMs)}${cache === 'miss' ? '; nothing was kept for this identity' : ''}`;
}

/** Of an authorizer that verifies tokens itself: nobody is asked. */
function tokenText({ kind, identity, cache, durationMs, result }: AuthorizerTrace): string {
  const token = kind === 'jwt' ? 'the JWT' : "the user pool's token";
  if (identity === '') return 'there was no token to verify';
  if (result === undefined) return `${token} was not accepted`;
  if (cache === 'hit') return `${token} had been verified before and is still valid`;
  return `${token} was verified${durationMs === undefined ? '' : `, ${duration(durationMs)}`}`;
}

/** Who the caller is, as the authorizer says; its policy is told by what decided. */
function resultRows(result: unknown): Row[] {
  if (result === undefined) return [];
  if (!isRecord(result)) return [['  returned', compact(result)]];
  const { policyDocument, ...rest } = result;
  const statements = isRecord(policyDocument) ? [policyDocument['Statement']].flat().length : 0;
  return [
    ['  returned', `${compact(rest)}${statements === 0 ? '' : ` and a policy of ${statements} statement${statements === 1 ? '' : 's'}`}`],
  ];
}

function resourcePolicyRows(policy: ResourcePolicyTrace | undefined, paint: Paint): Row[] {
  if (policy === undefined) return [];
  return [['API policy', policy.decision], ...decisionRows(policy.policyStatement, policy.nearMiss, paint)];
}

function decisionRows(statement: unknown, nearMiss: unknown, paint: Paint): Row[] {
  const rows: Row[] = [];
  if (statement !== undefined) rows.push(['  decided by', statementText(statement)]);
  if (nearMiss !== undefined) rows.push(['  near miss', paint('yellow', typeof nearMiss === 'string' ? nearMiss : compact(nearMiss))]);
  return rows;
}

/** `Allow execute-api:Invoke on arn:...` */
function statementText(statement: unknown): string {
  if (!isRecord(statement)) return compact(statement);
  const { Effect, Action, NotAction, Resource, NotResource, ...rest } = statement;
  const parts = [
    String(Effect),
    Action === undefined ? (NotAction === undefined ? '' : `anything but ${listText(NotAction)}`) : listText(Action),
    Resource === undefined ? (NotResource === undefined ? '' : `on anything but ${listText(NotResource)}`) : `on ${listText(Resource)}`,
    Object.keys(rest).length === 0 ? '' : compact(rest),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function integrationRows(integration: IntegrationTrace | undefined, paint: Paint): Row[] {
  if (integration === undefined) return [];
  const {
    type,
    link,
    loadBalancer,
    listener,
    targetGroup,
    target,
    function: arn,
    invocation,
    network = [],
    request,
    response,
  } = integration;
  const way = [
    link === undefined ? undefined : `VPC link ${link}`,
    loadBalancer === undefined ? undefined : `${loadBalancer}${listener === undefined ? '' : `, listener ${listener}`}`,
    targetGroup,
    target,
    arn,
  ].filter((hop) => hop !== undefined);
  return [
    ['integration', [type, ...way].join(` ${paint('dim', '→')} `)],
    ...(invocation === undefined ? [] : [['  invocation', `${invocation.requestId}, ${duration(invocation.durationMs)}`] as const]),
    ...network.map(({ from, to, port, allowed, rule }): Row => [
      '  network',
      `${from} → ${to}, port ${port}: ${allowed ? paint('green', 'allowed') : paint('red', 'refused')}, ${rule}`,
    ]),
    ...headerRows('  to backend', { added: request?.added ?? [], renamed: [], removed: request?.removed ?? [] }, paint),
    ...headerRows('  to client', response ?? { added: [], renamed: [], removed: [] }, paint),
  ];
}

function headerRows(label: string, { added, renamed, removed }: NonNullable<IntegrationTrace['response']>, paint: Paint): Row[] {
  const lines = [
    added.length === 0 ? undefined : `${paint('green', 'added')} ${added.join(', ')}`,
    renamed.length === 0 ? undefined : `${paint('yellow', 'renamed')} ${renamed.join(', ')}`,
    removed.length === 0 ? undefined : `${paint('red', 'removed')} ${removed.join(', ')}`,
  ].filter((line) => line !== undefined);
  return lines.length === 0 ? [] : [[label, ...lines]];
}

function answerText(trace: Trace, paint: Paint): string {
  const { decision } = trace;
  if (decision === undefined) return 'none';
  return `${paint(statusStyle(trace), statusOf(trace))} ${decision.type === undefined ? '' : `${decision.type}: `}${decision.why}`;
}

function timingsText({ timings }: Trace): string {
  const { total, ...hops } = timings;
  return [...Object.entries(hops).map(([hop, time]) => `${hop} ${duration(time)}`), `total ${duration(total)}`].join(', ');
}

function pathOf({ stage, path }: Trace): string {
  return stage === '$default' ? path : `/${stage}${path === '/' ? '' : path}`;
}

function statusOf({ decision }: Trace): string {
  return decision === undefined ? '   ' : String(decision.status);
}

function statusStyle({ decision }: Trace): 'green' | 'yellow' | 'red' {
  const status = decision?.status ?? 500;
  if (status < 400) return 'green';
  return status < 500 ? 'yellow' : 'red';
}

function duration(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '';
  return milliseconds < 10 ? `${milliseconds.toFixed(2)} ms` : `${Math.round(milliseconds)} ms`;
}

function listText(value: unknown): string {
  return [value].flat().map(String).join(', ');
}

function compact(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
