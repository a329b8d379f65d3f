/** Git mirrors whose k-th call goes wrong. The port never throws, so faults are its typed errors. */
import type { GitError, GitMirror, GitMirrors } from '../../ports/index.ts';
import { err, type Result } from '../../std/index.ts';
import type { Fault, FaultInjector } from './injector.ts';

export function failingMirrors(inner: GitMirrors, faults: FaultInjector): GitMirrors {
  return {
    open: (repository) =>
      run(faults, 'open', async () => {
        const opened = await inner.open(repository);
        return opened.ok ? { ok: true, value: failingMirror(opened.value, faults) } : opened;
      }),
    close: () => inner.close(),
  };
}

function failingMirror(inner: GitMirror, faults: FaultInjector): GitMirror {
  return {
    fetch: (ref, signal) => run(faults, 'fetch', () => inner.fetch(ref, signal)),
    resolve: (ref) => run(faults, 'resolve', () => inner.resolve(ref)),
    readMany: (revision, paths) => run(faults, 'readMany', () => inner.readMany(revision, paths)),
    list: (revision, path, options) => run(faults, 'list', () => inner.list(revision, path, options)),
    commit: (id) => run(faults, 'commit', () => inner.commit(id)),
    log: (id, options) => run(faults, 'log', () => inner.log(id, options)),
    isAncestor: (ancestor, descendant) => run(faults, 'isAncestor', () => inner.isAncestor(ancestor, descendant)),
    keep: (name, commit) => run(faults, 'keep', () => inner.keep(name, commit)),
    release: (name) => run(faults, 'release', () => inner.release(name)),
    write: (change, signal) => run(faults, 'write', () => inner.write(change, signal)),
    verify: (target, keys) => run(faults, 'verify', () => inner.verify(target, keys)),
  };
}

const run = <T>(faults: FaultInjector, what: string, perform: () => Promise<Result<T, GitError>>): Promise<Result<T, GitError>> =>
  faults.run({ port: 'git', what }, perform, (fault) => err(errorOf(fault, what)));

function errorOf(fault: Exclude<Fault, 'crashBefore' | 'crashAfter'>, what: string): GitError {
  if (fault === 'timeout') return { code: 'Timeout', message: `injected timeout at ${what}` };
  return { code: 'Unreachable', message: `injected ${typeof fault === 'object' ? fault.status : fault} at ${what}` };
}
