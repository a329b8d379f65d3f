/** Chart repositories and registries whose k-th call goes wrong. The port never throws, so faults are its typed errors. */
import type { ChartError, Charts } from '../../ports/index.ts';
import { err, type Result } from '../../std/index.ts';
import type { Fault, FaultInjector } from './injector.ts';

export function failingCharts(inner: Charts, faults: FaultInjector): Charts {
  const run = <T>(what: string, perform: () => Promise<Result<T, ChartError>>): Promise<Result<T, ChartError>> =>
    faults.run({ port: 'charts', what }, perform, (fault) => err(errorOf(fault, what)));
  return {
    look: (...asked) => run('look', () => inner.look(...asked)),
    find: (...asked) => run('find', () => inner.find(...asked)),
    artifact: (...asked) => run('artifact', () => inner.artifact(...asked)),
    provenance: (...asked) => run('provenance', () => inner.provenance(...asked)),
    verify: (...asked) => run('verify', () => inner.verify(...asked)),
    kept: (digest) => run('kept', () => inner.kept(digest)),
    files: (digest) => run('files', () => inner.files(digest)),
    close: () => inner.close(),
  };
}

function errorOf(fault: Exclude<Fault, 'crashBefore' | 'crashAfter'>, what: string): ChartError {
  if (fault === 'timeout') return { code: 'Timeout', message: `injected timeout at ${what}` };
  return { code: 'Unreachable', message: `injected ${typeof fault === 'object' ? fault.status : fault} at ${what}` };
}
