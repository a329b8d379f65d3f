/** What breaks when Apps go for good: requirements of those who stay. */
import { judgeSet } from './set.ts';
import type { Finding, Party } from './types.ts';

/** Findings of the set without `going` (keys), of what those who stay require now and of what they shall require; optional requirements break nothing. */
export function leftBehind(parties: readonly Party[], going: ReadonlySet<string>): readonly Finding[] {
  const gone = (party: Party): boolean => going.has(party.key) || party.wanted === undefined;
  const without = (of: 'wanted' | 'running'): readonly Party[] =>
    parties.map((party) => (gone(party) ? { ...party, wanted: undefined } : { ...party, wanted: party[of] }));
  const broken = [...judgeSet(without('wanted')), ...judgeSet(without('running'))].filter(
    ({ kind, optional, provider }) => kind === 'missing' && !optional && provider !== undefined && going.has(provider),
  );
  return [...new Map(broken.map((finding) => [`${finding.consumer} ${finding.contract}`, finding])).values()];
}
