/**
 * The way to the resulting set, one App at a time: each step has to leave every running requirement met. What must come before what follows from pairs of
 * Apps alone, so taking any step that is possible never spoils another.
 */
import { buildGraph, findCycle } from '../graph/index.ts';
import { reaches, satisfies } from './market.ts';
import { widened } from './remedy.ts';
import { type Contracts, type Finding, noContracts, type Party, type Requirement, type Scope } from './types.ts';

/** What stands now, one App after another brought to what it shall be. */
class Standing {
  readonly #parties: ReadonlyMap<string, Party>;
  readonly #now = new Map<string, Contracts>();
  /** Keys by contract. */
  readonly #providers = new Map<string, Set<string>>();
  readonly #consumers = new Map<string, Set<string>>();

  constructor(parties: readonly Party[]) {
    this.#parties = new Map(parties.map((party) => [party.key, party]));
    for (const { key, running, wanted } of parties) {
      this.#now.set(key, running ?? noContracts);
      for (const contracts of [running, wanted]) {
        for (const { name } of contracts?.provides ?? []) put(this.#providers, name, key);
        for (const { name } of contracts?.requires ?? []) put(this.#consumers, name, key);
      }
    }
  }

  #scope(key: string): Scope {
    return this.#parties.get(key)?.scope ?? { cluster: '', environment: '' };
  }

  /** Whether a requirement of `consumer` is met; `instead` replaces what one App provides. */
  #isMet(consumer: string, { name, version }: Requirement, instead?: { readonly key: string; readonly contracts: Contracts }): boolean {
    for (const key of this.#providers.get(name) ?? []) {
      if (!reaches(this.#scope(key), this.#scope(consumer))) continue;
      const contracts = instead?.key === key ? instead.contracts : this.#now.get(key);
      if (contracts?.provides.some((one) => one.name === name && satisfies(one.version, version)) === true) return true;
    }
    return false;
  }

  /** What is in the way of bringing this App to what it shall be; empty: nothing. */
  check(key: string): readonly Finding[] {
    const party = this.#parties.get(key);
    const wanted = party?.wanted ?? noContracts;
    const instead = { key, contracts: wanted };
    const own = needed(wanted)
      .filter((requirement) => !this.#isMet(key, requirement, instead))
      .map((requirement) => this.#notYet(key, requirement));
    const touched = changedProvides(this.#now.get(key) ?? noContracts, wanted);
    const others = touched.flatMap((name) =>
      [...(this.#consumers.get(name) ?? [])].flatMap((consumer) => (consumer === key ? [] : this.#broken(consumer, name, instead))),
    );
    return [...own, ...others];
  }

  /** It requires what does not run yet. */
  #notYet(key: string, { name, version }: Requirement): Finding {
    const provider = [...(this.#providers.get(name) ?? [])]
      .toSorted()
      .find(
        (one) =>
          reaches(this.#scope(one), this.#scope(key)) && this.#parties.get(one)?.wanted?.provides.some((offer) => offer.name === name),
      );
    const runs = provider === undefined ? undefined : this.#now.get(provider)?.provides.find((one) => one.name === name)?.version;
    const state =
      provider === undefined ? 'nobody provides it' : `${provider} ${runs === undefined ? 'does not run yet' : `still runs ${runs}`}`;
    return {
      kind: runs === undefined ? 'missing' : 'mismatch',
      contract: name,
      consumer: key,
      ...(provider === undefined ? {} : { provider }),
      message: `${key} requires ${name} "${version}", and ${state}`,
      remedy: '',
      optional: false,
    };
  }

  #broken(consumer: string, name: string, instead: { readonly key: string; readonly contracts: Contracts }): readonly Finding[] {
    return needed(this.#now.get(consumer) ?? noContracts)
      .filter((requirement) => requirement.name === name)
      .filter((requirement) => this.#isMet(consumer, requirement) && !this.#isMet(consumer, requirement, instead))
      .map(({ version }) => {
        const next = instead.contracts.provides.find((one) => one.name === name)?.version;
        const change = next === undefined ? `stop providing ${name}` : `move to ${name} ${next}`;
        const first =
          next === undefined ? `remove ${name} from requires of ${consumer} first` : widenFirst(consumer, { name, version }, next);
        return {
          kind: 'mismatch',
          contract: name,
          consumer,
          provider: instead.key,
          message: `${instead.key} cannot ${change} while ${consumer}, which runs, requires "${version}"`,
          remedy: first,
          optional: false,
        } as const;
      });
  }

  move(key: string): void {
    this.#now.set(key, this.#parties.get(key)?.wanted ?? noContracts);
  }
}

const widenFirst = (consumer: string, { name, version }: Requirement, next: string): string =>
  `widen requires first: let ${consumer} require ${name} "${widened(version, next)}" in a commit of its own`;

function put(index: Map<string, Set<string>>, name: string, key: string): void {
  const keys = index.get(name);
  if (keys === undefined) index.set(name, new Set([key]));
  else keys.add(key);
}

const needed = ({ requires }: Contracts): readonly Requirement[] => requires.filter(({ optional }) => optional !== true);

function changedProvides(before: Contracts, after: Contracts): readonly string[] {
  const versions = new Map(after.provides.map(({ name, version }) => [name, version]));
  return before.provides.filter(({ name, version }) => versions.get(name) !== version).map(({ name }) => name);
}

/** What is in the way of this App's step right now. Only the others' running contracts count. */
export const judgeStep = (parties: readonly Party[], key: string): readonly Finding[] => new Standing(parties).check(key);

export interface Steps {
  /** Apps whose contracts change, in an order in which each step is possible. */
  readonly order: readonly string[];
  /** Apps that cannot move whatever the order is. */
  readonly stuck: readonly string[];
  /** What is in the way of those. */
  readonly findings: readonly Finding[];
  /** A circle of Apps that wait for each other, ending where it begins; absent when there is none. */
  readonly cycle?: readonly string[];
}

/** An order from what runs to what is wanted, for a resulting set in which nothing is wrong. */
export function stepsOf(parties: readonly Party[]): Steps {
  const standing = new Standing(parties);
  const open = new Set(
    parties
      .filter(({ running, wanted }) => !sameContracts(running, wanted))
      .map(({ key }) => key)
      .toSorted(),
  );
  const order: string[] = [];
  for (let moved = true; moved;) {
    moved = false;
    for (const key of open) {
      if (standing.check(key).length > 0) continue;
      standing.move(key);
      open.delete(key);
      order.push(key);
      moved = true;
    }
  }
  const stuck = [...open];
  const findings = stuck.flatMap((key) => standing.check(key));
  const cycle = cycleOf(stuck, standing);
  return { order, stuck, findings, ...(cycle === undefined ? {} : { cycle }) };
}

function cycleOf(stuck: readonly string[], standing: Standing): readonly string[] | undefined {
  const waitsFor = (key: string): readonly string[] =>
    standing.check(key).flatMap(({ consumer, provider }) => (consumer === key ? (provider ?? []) : consumer));
  return findCycle(buildGraph(stuck.map((key) => ({ key, dependsOn: waitsFor(key) }))));
}

/** Undefined is the same as none at all. */
export function sameContracts(a: Contracts | undefined, b: Contracts | undefined): boolean {
  return text(a ?? noContracts) === text(b ?? noContracts);
}

const text = ({ provides, requires }: Contracts): string =>
  JSON.stringify([
    provides.map(({ name, version }) => [name, version]).toSorted(),
    requires.map(({ name, version, optional }) => [name, version, optional === true]).toSorted(),
  ]);
