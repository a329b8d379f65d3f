/** What scenarios say about one Pod, Service or request. Of several scenarios the first that says anything counts. */
import type { KubeObject } from '../../object/index.ts';
import { matchesSelector } from '../../object/selector/index.ts';
import { Refusal } from '../status/index.ts';
import { type Fault, parseFault, SIMULATE } from './fault.ts';
import type { ApiRule, Scenario } from './parse.ts';

export const SCENARIO = 'lockstep-scenario';

const none: Fault = { kind: 'none' };

/** The Pod's own annotation, or else the first line whose selector matches. `age`: milliseconds since the Pod was created. */
export function podFault(pod: KubeObject, scenarios: readonly Scenario[], age: number): Fault {
  const own = pod.metadata.annotations?.[SIMULATE];
  const fault = own === undefined ? lineFor(pod, scenarios) : parseFault(own);
  return fault === undefined || (fault.lasts !== undefined && age >= fault.lasts) ? none : fault;
}

const lineFor = (pod: KubeObject, scenarios: readonly Scenario[]): Fault | undefined =>
  scenarios.flatMap(({ pods }) => pods).find(({ selector }) => matchesSelector(selector, pod.metadata.labels))?.fault;

/** Whether a Service waits for its load balancer for ever. */
export function serviceWaits(service: KubeObject, scenarios: readonly Scenario[]): boolean {
  const own = service.metadata.annotations?.[SIMULATE];
  if (own !== undefined) return own === 'pending' || own === 'never-ready';
  return scenarios.some(({ services }) => services.some((selector) => matchesSelector(selector, service.metadata.labels)));
}

/** What real servers answer in trouble. Kubernetes: apimachinery pkg/api/errors. */
const answers: ReadonlyMap<number, readonly [reason: string, message: string]> = new Map([
  [403, ['Forbidden', 'forbidden by the scenario']],
  [409, ['Conflict', 'the object has been modified; please apply your changes to the latest version and try again']],
  [429, ['TooManyRequests', 'the server has received too many requests and has asked us to try again later']],
  [500, ['InternalError', 'Internal error occurred: the scenario asks for it']],
  [503, ['ServiceUnavailable', 'the server is currently unable to handle the request']],
  [504, ['Timeout', 'the server was unable to return a response in the time allotted, but may still be processing the request']],
]);

export interface FaultyRequest {
  readonly verb: string;
  readonly resource: string;
  readonly name: string;
}

const fits = (wanted: string, actual: string): boolean => wanted === '*' || wanted === actual;

function concerns(rule: ApiRule, { verb, resource, name }: FaultyRequest, age: number): boolean {
  if (rule.lasts !== undefined && age >= rule.lasts) return false;
  return fits(rule.verb, verb) && fits(rule.resource, resource) && (rule.name === '' || rule.name === name);
}

/** Why a request has to fail, if it has to. The scenario itself can always be changed. `ages`: milliseconds since each scenario began. */
export function apiFault(
  request: FaultyRequest,
  scenarios: readonly Scenario[],
  ages: (scenario: Scenario) => number,
): Refusal | undefined {
  if (request.resource === 'configmaps' && request.name === SCENARIO) return undefined;
  for (const scenario of scenarios) {
    const rule = scenario.api.find((candidate) => concerns(candidate, request, ages(scenario)));
    const answer = rule === undefined ? undefined : answers.get(rule.code);
    if (rule === undefined || answer === undefined) continue;
    const [reason, message] = answer;
    return new Refusal(rule.code, reason, message, rule.code === 429 ? { details: { retryAfterSeconds: 1 } } : {});
  }
  return undefined;
}
