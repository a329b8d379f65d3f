/**
 * The gate of contracts (S21): before a new revision is applied, the versions that all Apps of its environment shall have must fit together, and the step
 * to it must leave every running requirement met. Healing, rollback and pinning never wait for it.
 */
import { type App, type ReasonCode, environmentOf, getCondition, targetOf } from '../../api/index.ts';
import {
  combined,
  type Contracts,
  type Finding,
  judgeSet,
  judgeStep,
  leftBehind,
  noContracts,
  type Party,
  sameContracts,
  type Steps,
  stepsOf,
} from '../../core/contract/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { Plan, Seen } from '../../core/plan/index.ts';
import { appKey } from '../../core/plan/owner/index.ts';
import type { Problem } from '../../core/problem/index.ts';
import { appTopic } from './dependencies.ts';
import type { Registry } from './registry.ts';
import type { Hold, Target } from './targets.ts';

/** Woken when an App came, went or changed its spec. */
export const contractsTopic = 'contracts';

/** What the gate looks at besides the App in question. */
export interface ContractPorts {
  readonly apps: () => Iterable<KubeObject>;
  readonly registry: Registry;
  readonly include: (app: App) => boolean;
  /** False: the set is checked, and nobody waits for a provider. */
  readonly ordered: boolean;
  readonly memory: ContractMemory;
}

/** What an App declares at a render: in its spec, and in the annotations of its chart. */
export const declaredBy = ({ spec }: App, chart: Contracts | undefined): Contracts => combined(spec, chart);

const isNone = (contracts: Contracts | undefined): boolean =>
  contracts === undefined || contracts.provides.length + contracts.requires.length === 0;

/** As the cluster has it, defaults perhaps not filled in. */
const specOf = (object: KubeObject): App =>
  ({ ...object, spec: { target: {}, source: {}, ...(object['spec'] as object | undefined) } }) as unknown as App;

function partyOf(app: App, chart: Contracts | undefined): Party {
  const leaving = app.metadata.deletionTimestamp !== undefined;
  return {
    key: appKey(app.metadata),
    scope: { cluster: targetOf(app).cluster ?? '', environment: environmentOf(app) },
    wanted: leaving ? undefined : declaredBy(app, chart),
    running: app.status?.applied === undefined ? undefined : (app.status.applied.contracts ?? noContracts),
  };
}

/** Once it was rendered here, what its newest render says of its chart counts. */
function knownParty(object: KubeObject, { registry, memory }: Pick<ContractPorts, 'registry' | 'memory'>): Party {
  const render = registry.get(appKey(object.metadata))?.render;
  return memory.party(object, render === undefined ? undefined : (render.contracts ?? noContracts));
}

function partiesOf(app: App, chart: Contracts | undefined, ports: ContractPorts): readonly Party[] {
  const { apps, include, memory } = ports;
  const own = appKey(app.metadata);
  const parties: Party[] = [memory.party(app as unknown as KubeObject, chart ?? noContracts)];
  for (const object of apps()) {
    if (appKey(object.metadata) === own) continue;
    const party = knownParty(object, ports);
    if (party !== noParty && include(specOf(object))) parties.push(party);
  }
  return memory.same(parties);
}

/** What takes part in no contract. */
const noParty: Party = { key: '', scope: { cluster: '', environment: '' }, wanted: undefined, running: undefined };

/**
 * Remembers what was made of each App and judged of all of them: while nothing about contracts changes, a pass costs a look at each App. Losing it costs
 * work, never correctness.
 */
export class ContractMemory {
  readonly #parties = new Map<string, { readonly text: string; readonly party: Party }>();
  readonly #seen = new WeakMap<KubeObject, { readonly chart: Contracts | undefined; readonly party: Party }>();
  #last: readonly Party[] = [];
  #findings: readonly Finding[] | undefined;
  #steps: Steps | undefined;

  /** The same value as long as it says the same. `chart` is undefined as long as the App was not rendered here. */
  party(object: KubeObject, chart: Contracts | undefined): Party {
    const seen = this.#seen.get(object);
    if (seen !== undefined && seen.chart === chart) return seen.party;
    const app = specOf(object);
    const made = partyOf(app, chart ?? appliedChart(app));
    const party = isNone(made.wanted) && isNone(made.running) ? noParty : this.#kept(made);
    this.#seen.set(object, { chart, party });
    return party;
  }

  #kept(made: Party): Party {
    const text = JSON.stringify(made);
    const known = this.#parties.get(made.key);
    if (known?.text === text) return known.party;
    this.#parties.set(made.key, { text, party: made });
    return made;
  }

  /** The list as it was when it is the same as last time. */
  same(parties: readonly Party[]): readonly Party[] {
    const sorted = parties.filter((party) => party !== noParty).toSorted((a, b) => (a.key < b.key ? -1 : 1));
    if (sorted.length === this.#last.length && sorted.every((party, index) => party === this.#last[index])) return this.#last;
    this.#last = sorted;
    this.#findings = undefined;
    this.#steps = undefined;
    return sorted;
  }

  /** `judgeSet` of the list that `same` returned last. */
  findings(): readonly Finding[] {
    return (this.#findings ??= judgeSet(this.#last));
  }

  steps(): Steps {
    return (this.#steps ??= stepsOf(this.#last));
  }
}

/** Before its first render here (after a restart), what an App was applied with is what its chart says. */
const appliedChart = ({ status }: App): Contracts | undefined => status?.applied?.contracts;

/** Why this revision may not be applied now; undefined when it may. */
export function contractHold(app: App, target: Target, ports: ContractPorts): Hold | undefined {
  const chart = target.render.contracts;
  if (isNone(declaredBy(app, chart)) && isNone(app.status?.applied?.contracts)) return undefined;
  if (isKnownGood(app, target)) return undefined;
  const key = appKey(app.metadata);
  const hold = { newest: target.render, wanted: target };
  // Whoever is not rendered yet may provide what is missing.
  const [unknown] = ports.registry.viewOf(key).pending();
  if (unknown !== undefined) {
    const message = `the contracts of ${unknown} at this revision are not known yet`;
    return { ...hold, code: 'ContractNotReady', message, problems: [], transient: true, topics: [contractsTopic], pending: true };
  }
  const parties = partiesOf(app, chart, ports);
  const wrong = faultsOf(parties, key, ports.memory.findings());
  if (wrong.length > 0) return { ...hold, ...refusal(wrong), transient: false, topics: topicsOf(wrong, key) };
  return ports.ordered ? stepHold(parties, key, { ports, hold }) : undefined;
}

/** What ran well before may come back: a rollback never waits. */
const isKnownGood = ({ status }: App, { render }: Target): boolean =>
  status?.applied !== undefined &&
  status.applied.digest !== render.digest &&
  status.history?.some(({ digest, phase }) => digest === render.digest && phase === 'Succeeded') === true;

/** Findings of the resulting set that this App's own change is a side of. What ran with it before is not its fault. */
function faultsOf(parties: readonly Party[], key: string, findings: readonly Finding[]): readonly Finding[] {
  const own = parties.find((party) => party.key === key);
  return findings.filter(
    ({ optional, consumer, provider, contract }) => !optional && (consumer === key || provider === key) && changes(own, contract),
  );
}

/** Whether what an App has to do with a contract is different from what runs. */
function changes(party: Party | undefined, contract: string): boolean {
  const about = (contracts: Contracts | undefined): Contracts => ({
    provides: (contracts?.provides ?? []).filter(({ name }) => name === contract),
    requires: (contracts?.requires ?? []).filter(({ name }) => name === contract),
  });
  return party !== undefined && (party.running === undefined || !sameContracts(about(party.wanted), about(party.running)));
}

/** Requirements that are optional and not met. */
const optionalFindings = (findings: readonly Finding[], key: string): readonly Finding[] =>
  findings.filter(({ optional, consumer }) => optional && consumer === key);

/** The same for an App as it stands. */
export function unmetOptional(app: App, chart: Contracts | undefined, ports: ContractPorts): readonly Finding[] {
  if (!declaredBy(app, chart).requires.some(({ optional }) => optional === true)) return [];
  partiesOf(app, chart, ports);
  return optionalFindings(ports.memory.findings(), appKey(app.metadata));
}

const CODES: Readonly<Record<Finding['kind'], ReasonCode>> = {
  conflict: 'ContractConflict',
  missing: 'ContractUnmet',
  mismatch: 'ContractUnmet',
  invalid: 'InvalidContract',
};

const codeOf = ({ kind }: Finding): ReasonCode => CODES[kind];

function refusal(findings: readonly Finding[]): Pick<Hold, 'code' | 'message' | 'problems'> {
  const problems = findings.map((finding): Problem => ({ code: codeOf(finding), message: finding.message, hint: finding.remedy }));
  return { code: codeOf(findings[0] as Finding), message: findings.map(({ message }) => message).join('; '), problems };
}

const topicsOf = (findings: readonly Finding[], key: string): readonly string[] => {
  const others = findings.flatMap(({ consumer, provider }) => [consumer, provider]).filter((other) => other !== undefined && other !== key);
  return [contractsTopic, ...new Set(others.map((other) => appTopic(other ?? '')))];
};

interface Scene {
  readonly ports: ContractPorts;
  readonly hold: { readonly newest: Target['render']; readonly wanted: Target };
}

/** The set is good; whether this App may go now. */
function stepHold(parties: readonly Party[], key: string, { ports, hold }: Scene): Hold | undefined {
  const now = judgeStep(parties, key);
  const [first] = now;
  if (first === undefined) return providerHold(parties, key, { ports, hold });
  const steps = ports.memory.steps();
  const held = { ...hold, topics: topicsOf(now, key) };
  const message = now.map((finding) => finding.message).join('; ');
  const refused = (code: ReasonCode, said: string, hint: string): Hold => ({
    ...held,
    code,
    message: said,
    problems: [{ code, message: said, hint }],
    transient: false,
  });
  if (steps.cycle?.includes(key) === true) {
    const wide = steps.findings.find(({ remedy, consumer, provider }) => remedy !== '' && (consumer === key || provider === key));
    if (wide !== undefined) return refused('ContractOrder', message, wide.remedy);
    const hint = 'mark one of the requirements optional, or let one App serve without the other';
    return refused('DependencyCycle', `requirements run in a circle: ${steps.cycle.join(' → ')}`, hint);
  }
  // It may go once the others have gone; where they cannot, they say why.
  const about = first.consumer === key ? first.provider : first.consumer;
  return {
    ...held,
    code: 'ContractNotReady',
    message,
    problems: [],
    transient: true,
    ...(about === undefined ? {} : { about: `App/${about}` }),
  };
}

/** Whoever provides what is required has to run well, as with `dependsOn`; a newer revision that waits for this very App does not count against it. */
function providerHold(parties: readonly Party[], key: string, { ports, hold }: Scene): Hold | undefined {
  const needed = (parties.find((party) => party.key === key)?.wanted?.requires ?? []).filter(({ optional }) => optional !== true);
  for (const object of needed.length === 0 ? [] : ports.apps()) {
    const other = appKey(object.metadata);
    const party = other === key ? undefined : parties.find((one) => one.key === other);
    const name = needed.find((one) => party?.running?.provides.some((offer) => offer.name === one.name))?.name;
    const { conditions } = (object as unknown as App).status ?? {};
    const ready = getCondition(conditions, 'Ready');
    if (name === undefined || ready?.status === 'True' || getCondition(conditions, 'Healthy')?.status === 'True') continue;
    const message = `App ${other}, which provides ${name}, is not ready: ${ready?.message ?? 'it has no status yet'}`;
    return {
      ...hold,
      code: 'DependencyNotReady',
      message,
      problems: [],
      transient: true,
      topics: [appTopic(other)],
      about: `App/${other}`,
    };
  }
  return undefined;
}

type Required = NonNullable<Seen['required']>;

/** Of Apps (keys) that go for good: those that others require, with who does. */
export function requiredBeyond(going: ReadonlySet<string>, ports: ContractPorts): ReadonlyMap<string, Required> {
  const parties = Array.from(ports.apps(), (object) => knownParty(object, ports)).filter((party) => party !== noParty);
  return requiredOf(leftBehind(parties, going));
}

function requiredOf(findings: readonly Finding[]): ReadonlyMap<string, Required> {
  const found = new Map<string, Required>();
  for (const { provider = '', message, remedy } of findings) {
    const known = found.get(provider);
    const said = message.replace(/, and no App provides it .*$/s, '');
    found.set(provider, { message: known === undefined ? said : `${known.message}; ${said}`, remedy: known?.remedy ?? remedy });
  }
  return found;
}

export interface PlannedApps {
  readonly app: App;
  readonly chart: Contracts | undefined;
  /** All Apps as the cluster has them. */
  readonly others: readonly KubeObject[];
  /** Apps among what this App would deliver. */
  readonly delivered: readonly KubeObject[];
  /** Keys of Apps that it would prune. */
  readonly leaving: ReadonlySet<string>;
}

/** What a plan says of the resulting set: refusals and warnings that concern the App or the Apps it delivers. */
export function planFindings({ app, chart, others, delivered, leaving }: PlannedApps): Pick<Plan, 'refused' | 'warnings'> {
  const own = appKey(app.metadata);
  const parties = new Map(
    others.map((object) => specOf(object)).map((other) => [appKey(other.metadata), partyOf(other, appliedChart(other))]),
  );
  parties.set(own, partyOf(app, chart));
  for (const object of delivered) {
    const child = specOf({ ...object, metadata: { namespace: app.metadata.namespace, ...object.metadata } });
    const running = parties.get(appKey(child.metadata))?.running;
    parties.set(appKey(child.metadata), { ...partyOf(child, undefined), running });
  }
  for (const [key, party] of parties) if (leaving.has(key)) parties.set(key, { ...party, wanted: undefined });
  const all = [...parties.values()];
  const keys = [own, ...delivered.map(({ metadata }) => appKey({ namespace: app.metadata.namespace, name: '', ...metadata }))];
  const reason = (code: ReasonCode, { message, remedy }: Finding): Plan['refused'][number] => ({
    rule: 'S21',
    code,
    message,
    hint: remedy,
  });
  const findings = judgeSet(all);
  const refused = new Set(
    [...keys, ...leaving].flatMap((key) => faultsOf(all, key, findings)).map((finding) => JSON.stringify(reason(codeOf(finding), finding))),
  );
  const warnings = keys.flatMap((key) => optionalFindings(findings, key)).map((finding) => reason('OptionalContractUnmet', finding));
  return { refused: [...refused].map((text) => JSON.parse(text) as Plan['refused'][number]), warnings };
}
