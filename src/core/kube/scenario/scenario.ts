/**
 * The lines of a scenario:
 *
 *     pods: |
 *       app=web, tier!=cache: crash-loop
 *     api: |
 *       create deployments: 503
 *       * secrets/db: 429
 */
import type { KubeObject } from '../../object/index.ts';
import { matchesSelector, parseSelector, type Selector } from '../../object/selector/index.ts';
import { Refusal } from '../status/index.ts';

export const SCENARIO = 'lockstep-scenario';

interface PodRule {
  readonly selector: Selector;
  readonly fault: string;
}

interface ApiRule {
  readonly verb: string;
  readonly resource: string;
  readonly name: string;
  readonly code: number;
}

function linesOf(config: KubeObject, key: string): readonly (readonly [left: string, right: string])[] {
  const text = (config.data as Readonly<Record<string, string>> | undefined)?.[key] ?? '';
  return text
    .split('\n')
    .filter((line) => line.includes(':') && !line.trimStart().startsWith('#'))
    .map((line) => [line.slice(0, line.lastIndexOf(':')).trim(), line.slice(line.lastIndexOf(':') + 1).trim()] as const);
}

function podRule([text, fault]: readonly [string, string]): readonly PodRule[] {
  const selector = parseSelector(text);
  return selector.ok ? [{ selector: selector.value, fault }] : [];
}

function apiRule([text, right]: readonly [string, string]): readonly ApiRule[] {
  const [verb = '', place = ''] = text.split(/\s+/);
  const [resource = '', name = ''] = place.split('/');
  const code = Number(right);
  return answers.has(code) && resource !== '' ? [{ verb: verb.toLowerCase(), resource, name, code }] : [];
}

/** The fault of the first line whose selector matches, in the words of the Pod annotation; empty without one. */
export function podFault(config: KubeObject | undefined, pod: KubeObject): string {
  if (config === undefined) return '';
  return (
    linesOf(config, 'pods')
      .flatMap(podRule)
      .find(({ selector }) => matchesSelector(selector, pod.metadata.labels))?.fault ?? ''
  );
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

const fits = (wanted: string, actual: string): boolean => wanted === '*' || wanted === actual;

/** Why a request has to fail, if it has to. The scenario itself can always be changed. */
export function apiFault(
  config: KubeObject | undefined,
  request: { readonly verb: string; readonly resource: string; readonly name: string },
): Refusal | undefined {
  if (config === undefined || (request.resource === 'configmaps' && request.name === SCENARIO)) return undefined;
  const rule = linesOf(config, 'api')
    .flatMap(apiRule)
    .find(
      ({ verb, resource, name }) => fits(verb, request.verb) && fits(resource, request.resource) && (name === '' || name === request.name),
    );
  const answer = rule === undefined ? undefined : answers.get(rule.code);
  if (rule === undefined || answer === undefined) return undefined;
  const [reason, message] = answer;
  return new Refusal(rule.code, reason, message, rule.code === 429 ? { details: { retryAfterSeconds: 1 } } : {});
}
