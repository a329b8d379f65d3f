/** A ledger whose k-th call goes wrong. */
import type { Ledger } from '../../ports/index.ts';
import type { FaultInjector } from './injector.ts';

export function failingLedger(inner: Ledger, faults: FaultInjector): Ledger {
  const run = <T>(what: string, perform: () => Promise<T>): Promise<T> =>
    faults.run({ port: 'ledger', what }, perform, (fault) => {
      throw new Error(`injected ${typeof fault === 'object' ? fault.status : fault} at ${what}`);
    });
  return {
    append: (events) => run('append', () => inner.append(events)),
    find: (query) => run('find', () => inner.find(query)),
    stateAt: (at, scope) => run('stateAt', () => inner.stateAt(at, scope)),
    runs: (wanted, scope) => run('runs', () => inner.runs(wanted, scope)),
    forget: (before) => run('forget', () => inner.forget(before)),
    close: () => inner.close(),
  };
}
