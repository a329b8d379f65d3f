/** Who provides what to whom. */
import { type Constraints, parseConstraints, parseVersion, type Version } from '../go/semver/index.ts';
import type { Contracts, Party, Provision, Scope } from './types.ts';

export interface Offer {
  readonly key: string;
  readonly scope: Scope;
  readonly provision: Provision;
}

/** Offers by name of the contract, in the order of the Apps' keys. */
export type Market = ReadonlyMap<string, readonly Offer[]>;

/** `of` chooses which contracts of an App count. */
export function marketOf(parties: readonly Party[], of: (party: Party) => Contracts | undefined): Market {
  const market = new Map<string, Offer[]>();
  for (const party of parties.toSorted((a, b) => (a.key < b.key ? -1 : 1)))
    for (const provision of of(party)?.provides ?? []) {
      const offers = market.get(provision.name) ?? [];
      market.set(provision.name, [...offers, { key: party.key, scope: party.scope, provision }]);
    }
  return market;
}

/** Whether what is provided in `from` reaches an App in `to`. */
export const reaches = (from: Scope, to: Scope): boolean =>
  from.cluster === to.cluster && (from.environment === '' || from.environment === to.environment);

export const offersFor = (market: Market, name: string, scope: Scope): readonly Offer[] =>
  (market.get(name) ?? []).filter((offer) => reaches(offer.scope, scope));

/** Undefined: the text is no version. */
export function readVersion(text: string): Version | undefined {
  const parsed = parseVersion(text);
  return parsed.ok ? parsed.value : undefined;
}

export function readRange(text: string): Constraints | undefined {
  const parsed = parseConstraints(text);
  return parsed.ok ? parsed.value : undefined;
}

/** A pre-release satisfies only a range that names one, as everywhere in Helm. */
export function satisfies(version: string, range: string): boolean {
  const [read, constraints] = [readVersion(version), readRange(range)];
  return read !== undefined && constraints !== undefined && constraints.check(read);
}
