/** The tests of a stored revision, as an App's status lists them. Pure. */
import type { AppStatus } from '../../../api/index.ts';
import type { HookRecord } from '../../../core/release/index.ts';
import { rfc3339 } from '../../time.ts';

/** The tests of a revision as `status.tests` lists them. */
export function testsIn(hooks: readonly HookRecord[]): NonNullable<AppStatus['tests']> {
  return hooks
    .filter(({ events }) => events.includes('test'))
    .slice(0, 100)
    .map(({ name, lastRun: { phase, startedAt, completedAt } }) => ({
      name,
      phase: phase === 'Running' || phase === 'Succeeded' || phase === 'Failed' ? phase : 'Open',
      ...timeOf('startedAt', startedAt),
      ...timeOf('completedAt', completedAt),
    }));
}

/** Other tools write fractions and zones; a status holds whole seconds in UTC. */
const timeOf = <K extends string>(key: K, text: string | undefined): { readonly [k in K]?: string } => {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? {} : ({ [key]: rfc3339(at) } as { readonly [k in K]?: string });
};
