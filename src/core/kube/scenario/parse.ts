/**
 * Reading scenarios. One namespace's scenario is three blocks of lines, the first line that matches counts:
 *
 *     pods: |
 *       app=web, tier!=cache: crash-loop
 *     services: |
 *       app=front: pending
 *     api: |
 *       create deployments: 503 for 30s
 *       * secrets/db: 429
 *
 * A file has such blocks by namespace, `*` for every namespace and for cluster-wide requests.
 */
import { isObject, type Json, type JsonObject, type KubeObject } from '../../object/index.ts';
import { parseSelector, type Selector } from '../../object/selector/index.ts';
import type { Outcome, Problem } from '../../problem/index.ts';
import { decode, goYamlV3 } from '../../yaml/index.ts';
import { describeFaults, type Fault, parseFault, SIMULATE, splitSpan } from './fault.ts';

export interface PodRule {
  readonly selector: Selector;
  readonly fault: Fault;
}

export interface ApiRule {
  readonly verb: string;
  readonly resource: string;
  readonly name: string;
  readonly code: number;
  /** Milliseconds after the scenario's start; absent: as long as the scenario is there. */
  readonly lasts?: number;
}

export interface Scenario {
  readonly pods: readonly PodRule[];
  /** Services whose load balancer never gets an address. */
  readonly services: readonly Selector[];
  readonly api: readonly ApiRule[];
}

/** By namespace; `*` is for all. */
export type ScenarioFile = ReadonlyMap<string, Scenario>;

interface Line {
  readonly block: string;
  readonly number: number;
  readonly left: string;
  readonly right: string;
}

/** What a line means, or why it means nothing. */
type Read<T> = { readonly rule: T } | { readonly wrong: string };

const BLOCKS = ['pods', 'services', 'api'];

function linesOf(block: string, text: string): readonly Line[] {
  return text.split('\n').flatMap((whole, index) => {
    const line = whole.trim();
    if (line === '' || line.startsWith('#')) return [];
    const colon = line.lastIndexOf(':');
    return [{ block, number: index + 1, left: line.slice(0, Math.max(0, colon)).trim(), right: line.slice(colon + 1).trim() }];
  });
}

function selectorIn(text: string): Read<Selector> {
  if (text === '') return { wrong: 'it has the form SELECTOR: FAULT, with * for every object' };
  const read = parseSelector(text === '*' ? '' : text);
  return read.ok ? { rule: read.value } : { wrong: read.error };
}

function podRule({ left, right }: Line): Read<PodRule> {
  const selector = selectorIn(left);
  if ('wrong' in selector) return selector;
  const fault = parseFault(right);
  return fault === undefined ? { wrong: unknownFault(right) } : { rule: { selector: selector.rule, fault } };
}

const unknownFault = (word: string): string => `${JSON.stringify(word)} is no fault; there are ${describeFaults}`;

function serviceRule({ left, right }: Line): Read<Selector> {
  return right === 'pending' ? selectorIn(left) : { wrong: `${JSON.stringify(right)} is nothing a Service can do; there is "pending"` };
}

const CODES = [403, 409, 429, 500, 503, 504];

function apiRule({ left, right }: Line): Read<ApiRule> {
  const [verb = '', place = '', ...more] = left.split(/\s+/);
  const [resource = '', name = ''] = place.split('/');
  const parts = splitSpan(right);
  const code = Number(parts?.what);
  if (resource === '' || more.length > 0) return { wrong: 'it has the form VERB RESOURCE[/NAME]: CODE [for 30s]' };
  if (!CODES.includes(code))
    return { wrong: `${JSON.stringify(right)} is no answer; there are ${CODES.join(', ')}, each with an optional "for 30s"` };
  return { rule: { verb: verb.toLowerCase(), resource, name, code, ...(parts?.lasts === undefined ? {} : { lasts: parts.lasts }) } };
}

interface Place {
  readonly file?: string;
  /** What stands before the block's name: the namespace in a file. */
  readonly field: string;
}

function rulesOf<T>(
  lines: readonly Line[],
  read: (line: Line) => Read<T>,
  found: { readonly problems: Problem[]; readonly place: Place },
): readonly T[] {
  return lines.flatMap((line) => {
    const result = read(line);
    if ('rule' in result) return [result.rule];
    const { file, field } = found.place;
    const where = `${field}${line.block}`;
    found.problems.push({
      code: 'InvalidScenario',
      message: `line ${line.number}: ${result.wrong}`,
      field: where,
      ...(file === undefined ? {} : { file }),
    });
    return [];
  });
}

function scenarioIn(blocks: JsonObject, place: Place): Outcome<Scenario> {
  const problems: Problem[] = [];
  const say = (block: string, message: string): void => {
    problems.push({
      code: 'InvalidScenario',
      message,
      field: `${place.field}${block}`,
      ...(place.file === undefined ? {} : { file: place.file }),
    });
  };
  for (const [block, value] of Object.entries(blocks)) {
    if (!BLOCKS.includes(block)) say(block, `there is no such block; there are ${BLOCKS.join(', ')}`);
    else if (typeof value !== 'string') say(block, 'it has to be lines of text');
  }
  const lines = (block: string): readonly Line[] => linesOf(block, typeof blocks[block] === 'string' ? blocks[block] : '');
  const found = { problems, place };
  const value = {
    pods: rulesOf(lines('pods'), podRule, found),
    services: rulesOf(lines('services'), serviceRule, found),
    api: rulesOf(lines('api'), apiRule, found),
  };
  return { value, problems };
}

/** The scenario in a ConfigMap. */
export const scenarioOf = (config: KubeObject): Outcome<Scenario> =>
  scenarioIn(isObject(config.data) ? config.data : {}, { field: 'data.' });

/** A scenario file; `file` is what messages call it. */
export function parseScenario(text: string, file: string): Outcome<ScenarioFile> {
  const problems: Problem[] = [];
  const scenarios = new Map<string, Scenario>();
  const wrong = (message: string, more: Partial<Problem> = {}): Outcome<ScenarioFile> => ({
    value: scenarios,
    problems: [{ code: 'InvalidScenario', message, file, ...more }],
  });
  const read = decode(text, { variant: goYamlV3 });
  if (!read.ok) return wrong(read.error.message, read.error.line === undefined ? {} : { line: read.error.line });
  if (read.value === null) return { value: scenarios, problems };
  if (!isObject(read.value))
    return wrong('a scenario has blocks of lines by namespace', { hint: 'for example {"*": {pods: "app=web: crash-loop"}}' });
  for (const [namespace, blocks] of Object.entries(read.value)) {
    if (!isObject(blocks)) {
      problems.push({ code: 'InvalidScenario', message: `a namespace has the blocks ${BLOCKS.join(', ')}`, field: namespace, file });
      continue;
    }
    const scenario = scenarioIn(blocks, { file, field: `${namespace}.` });
    scenarios.set(namespace, scenario.value);
    problems.push(...scenario.problems);
  }
  return { value: scenarios, problems };
}

const annotationOf = (meta: Json | undefined): string | undefined => {
  const annotations = isObject(meta) ? meta.annotations : undefined;
  const value = isObject(annotations) ? annotations[SIMULATE] : undefined;
  return typeof value === 'string' ? value : undefined;
};

/** What is wrong with the simulation that an object asks for, in its own annotation or in its Pods'; undefined: nothing. */
export function simulationProblem(object: KubeObject): string | undefined {
  const template = isObject(object.spec) && isObject(object.spec.template) ? object.spec.template.metadata : undefined;
  for (const [field, meta] of [
    ['metadata', object.metadata as Json],
    ['spec.template.metadata', template],
  ] as const) {
    const said = annotationOf(meta);
    const known = said === undefined || parseFault(said) !== undefined || (object.kind === 'Service' && said === 'pending');
    if (!known) return `${field}.annotations[${SIMULATE}]: ${unknownFault(said)}`;
  }
  return undefined;
}
