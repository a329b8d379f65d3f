/** The resulting set: whether the versions that all Apps shall have fit together. */
import { nearest } from '../../std/index.ts';
import { type Market, marketOf, offersFor, reaches, readRange, readVersion, satisfies } from './market.ts';
import { remedyOf, type Wish } from './remedy.ts';
import type { Finding, Party, Requirement } from './types.ts';

/** Letters in which a name may differ from the one that was meant. */
const LONGEST_SLIP = 3;

/** Everything that is wrong with the wanted contracts, in the order of the Apps' keys. Nothing wrong: they fit. */
export function judgeSet(parties: readonly Party[]): readonly Finding[] {
  const sorted = parties.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const market = marketOf(sorted, ({ wanted }) => wanted);
  return [...sorted.flatMap(invalid), ...conflicts(market), ...unmet(sorted, market)];
}

function invalid({ key, wanted }: Party): readonly Finding[] {
  const found = (contract: string, message: string, remedy: string): Finding => ({
    kind: 'invalid',
    contract,
    consumer: key,
    message: `${key} ${message}`,
    remedy,
    optional: false,
  });
  return [
    ...(wanted?.provides ?? [])
      .filter(({ version }) => readVersion(version) === undefined)
      .map(({ name, version }) =>
        found(name, `provides ${name} "${version}", which is no version`, 'write a semantic version, for example 2.3.0'),
      ),
    ...(wanted?.requires ?? [])
      .filter(({ version }) => readRange(version) === undefined)
      .map(({ name, version }) => found(name, `requires ${name} "${version}", which is no range`, 'write a range, for example ">=2.1 <3"')),
  ];
}

function conflicts(market: Market): readonly Finding[] {
  const found: Finding[] = [];
  for (const [contract, offers] of market)
    for (const [index, first] of offers.entries())
      for (const second of offers.slice(index + 1)) {
        if (!reaches(first.scope, second.scope) && !reaches(second.scope, first.scope)) continue;
        found.push({
          kind: 'conflict',
          contract,
          consumer: second.key,
          provider: first.key,
          message: `${contract} has two providers: ${first.key} (${first.provision.version}) and ${second.key} (${second.provision.version})`,
          remedy: `remove ${contract} from provides of one of them, or give them different environments`,
          optional: false,
        });
      }
  return found;
}

interface Need {
  readonly party: Party;
  readonly requirement: Requirement;
}

function unmet(parties: readonly Party[], market: Market): readonly Finding[] {
  const needs = parties.flatMap((party) => (party.wanted?.requires ?? []).map((requirement): Need => ({ party, requirement })));
  return needs.flatMap((need) => {
    const { party, requirement } = need;
    if (readRange(requirement.version) === undefined) return [];
    const offers = offersFor(market, requirement.name, party.scope);
    const readable = offers.filter(({ provision }) => readVersion(provision.version) !== undefined);
    if (offers.length === 0) return [missing(need, parties, market)];
    if (readable.length === 0 || readable.some(({ provision }) => satisfies(provision.version, requirement.version))) return [];
    return [mismatch(need, needs, { parties, market })];
  });
}

function missing({ party, requirement }: Need, parties: readonly Party[], market: Market): Finding {
  const { name, version, optional = false } = requirement;
  const place = party.scope.environment === '' ? 'to every environment' : `in ${party.scope.environment}`;
  const elsewhere = (market.get(name) ?? []).map(({ key, scope }) => `${key} (${scope.environment || scope.cluster || 'everywhere'})`);
  const before = parties.find(({ key, running }) => key !== party.key && running?.provides.some((one) => one.name === name));
  const near =
    elsewhere.length > 0 || before !== undefined
      ? undefined
      : nearest(name, [...market.keys()], Math.min(LONGEST_SLIP, Math.floor(name.length / 3)));
  const add = `add provides: [{name: ${name}, version: …}] to the App that serves it, or mark the requirement optional`;
  const remedy =
    before !== undefined
      ? `put ${name} back into provides of ${before.key}, or remove the requirement from ${party.key}`
      : near === undefined
        ? add
        : `write ${near} in requires of ${party.key}, if that is meant; else ${add}`;
  const others = elsewhere.length === 0 ? '' : `; it is provided by ${elsewhere.join(', ')}, which ${party.key} does not reach`;
  return {
    kind: 'missing',
    contract: name,
    consumer: party.key,
    ...(before === undefined ? {} : { provider: before.key }),
    message: `${party.key} requires ${name} "${version}", and no App provides it ${place}${others}`,
    remedy,
    optional,
  };
}

interface All {
  readonly parties: readonly Party[];
  readonly market: Market;
}

function mismatch({ party, requirement }: Need, needs: readonly Need[], { parties, market }: All): Finding {
  const { name, version, optional = false } = requirement;
  const offer = offersFor(market, name, party.scope)[0];
  const { key = '', provision } = offer ?? {};
  const provided = provision?.version ?? '';
  const served = needs.filter(
    (need) =>
      need.requirement.name === name && need.requirement.optional !== true && offersFor(market, name, need.party.scope)[0]?.key === key,
  );
  const wish = (need: Need): Wish => ({ consumer: need.party.key, range: need.requirement.version });
  const open = served.filter((need) => !satisfies(provided, need.requirement.version));
  const before = parties.find((one) => one.key === key)?.running?.provides.find((one) => one.name === name)?.version;
  return {
    kind: 'mismatch',
    contract: name,
    consumer: party.key,
    provider: key,
    message: `${party.key} requires ${name} "${version}", and ${key} provides ${provided}`,
    remedy: remedyOf({
      contract: name,
      provider: key,
      provided,
      before: before === provided ? undefined : before,
      unmet: (optional ? [{ party, requirement }] : open).map(wish),
      met: served.filter((need) => !open.includes(need)).map(wish),
    }),
    optional,
  };
}
