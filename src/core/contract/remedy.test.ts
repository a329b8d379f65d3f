/** What is advised is tried: it mends the system, and no change of fewer Apps would, as trying all versions says. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { satisfies } from './market.ts';
import { judgeSet, type Party } from './index.ts';

const versions = (majors: readonly number[]): readonly string[] =>
  majors.flatMap((major) => [0, 1, 2, 3].flatMap((minor) => [0, 1, 2].map((patch) => `${major}.${minor}.${patch}`)));
/** Those in the systems, and all that are tried: beyond the ends of every range, too. */
const VERSIONS = versions([0, 1, 2, 3, 4]);
const TRIED = versions([0, 1, 2, 3, 4, 5]);
const version = fc.constantFrom(...VERSIONS);
const range = fc.oneof(
  fc.tuple(fc.constantFrom('^', '~', '>=', '<', '<=', '>', ''), version).map(([sign, at]) => `${sign}${at}`),
  fc.tuple(version, version).map(([from, to]) => `>=${from} <${to}`),
);
const systems = fc.record({
  provided: version,
  before: fc.option(version, { nil: undefined }),
  ranges: fc.array(range, { minLength: 1, maxLength: 5 }),
});
type System = typeof systems extends fc.Arbitrary<infer T> ? T : never;

const provides = (at: string) => ({ provides: [{ name: 'p', version: at }], requires: [] });
const parties = ({ provided, before, ranges }: System): readonly Party[] => {
  const scope = { cluster: '', environment: '' };
  const consumers = ranges.map((wanted, index): Party => {
    const contracts = { provides: [], requires: [{ name: 'p', version: wanted }] };
    return { key: `c${index}`, scope, wanted: contracts, running: contracts };
  });
  return [{ key: 'api', scope, wanted: provides(provided), running: before === undefined ? undefined : provides(before) }, ...consumers];
};

/** The system as the first of the advices makes it, and how many Apps it changes. */
function followed(system: System, advice: string): { readonly system: System; readonly changes: number } {
  const first = advice.split('; or ')[0] ?? '';
  const provided = /(?:leave api at p|let api provide p) ([0-9.]+)/.exec(first)?.[1];
  const widened = new Map([...first.matchAll(/(c\d) to require p "([^"]*)"/g)].map(([, key = '', to = '']) => [key, to]));
  const ranges = system.ranges.map((old, index) => widened.get(`c${index}`) ?? old);
  return { system: { ...system, ranges, provided: provided ?? system.provided }, changes: widened.size + (provided === undefined ? 0 : 1) };
}

const unmet = ({ ranges }: System, at: string): number => ranges.filter((one) => !satisfies(at, one)).length;

/** Changing nobody but consumers, or the provider to any version and whoever that leaves. */
const least = (system: System): number => Math.min(unmet(system, system.provided), ...TRIED.map((at) => 1 + unmet(system, at)));

test('the first advice mends the system, and changes as few Apps as any change could', () => {
  fc.assert(
    fc.property(systems, (system) => {
      const findings = judgeSet(parties(system)).filter(({ kind }) => kind === 'mismatch');
      expect(findings).toHaveLength(unmet(system, system.provided));
      for (const { remedy } of findings) {
        const { system: after, changes } = followed(system, remedy);
        expect([remedy, judgeSet(parties(after))]).toEqual([remedy, []]);
        expect([remedy, changes]).toEqual([remedy, least(system)]);
      }
    }),
    { numRuns: 150, seed: 8 },
  );
});
