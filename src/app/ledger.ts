/** The ledger that a running Lockstep writes, and its upkeep. */
import { join } from 'node:path';
import { postgresLedger, sqliteLedger } from '../adapters/ledger/index.ts';
import { systemClock, takeOwnership } from '../adapters/system/index.ts';
import { parsePlatform, parseDuration } from '../api/index.ts';
import type { ApiResource, KubeClient, Ledger, Log, Timer } from '../ports/index.ts';
import { err, ok, type Result } from '../std/index.ts';

/** Where SQLite keeps it, below the data folder. */
export const ledgerFile = (folder: string): string => join(folder, 'ledger.sqlite');

/** Opens the ledger and takes the data folder: nothing else in it is touched while another process owns it. */
export async function openLedger(folder: string, url: string | undefined): Promise<Result<Ledger, { readonly message: string }>> {
  if (url === undefined) return sqliteLedger({ file: ledgerFile(folder) });
  const owned = await takeOwnership(folder);
  if (!owned.ok) return err({ message: owned.error.message });
  const ledger = await postgresLedger({ url });
  if (!ledger.ok) {
    await owned.value.release();
    return ledger;
  }
  const { value } = ledger;
  const close = async (): Promise<void> => {
    await value.close();
    await owned.value.release();
  };
  return ok({
    append: (events) => value.append(events),
    find: (query) => value.find(query),
    stateAt: (at, scope) => value.stateAt(at, scope),
    runs: (wanted, scope) => value.runs(wanted, scope),
    forget: (before) => value.forget(before),
    close,
  });
}

const platforms: ApiResource = {
  group: 'lockstep.dev',
  version: 'v1',
  kind: 'Platform',
  resource: 'platforms',
  namespaced: false,
  verbs: [],
};
const firstLook = 60_000;
const lookEvery = 3_600_000;
const defaultAge = 8760 * 3_600_000;

/** Drops what is older than the Platform's `retention.ledger`, now and then. */
export function keepShort(ledger: Ledger, ports: { readonly kube: KubeClient; readonly log: Log }): { stop(): Promise<void> } {
  const clock = systemClock();
  let timer: Timer;
  let running: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const platform = await ports.kube.get(platforms, '', 'default');
    // Not knowing how long to keep is no reason to drop anything.
    if (!platform.ok && platform.error.code !== 404) return;
    const said = platform.ok ? parsePlatform(platform.value).value?.spec.retention.ledger : undefined;
    const dropped = await ledger.forget(clock.now() - (parseDuration(said ?? '') ?? defaultAge));
    if (dropped > 0) ports.log.info('old entries of the ledger are dropped', { count: dropped });
  };
  const next = (delay: number): void => {
    timer = clock.after(delay, () => {
      running = look()
        .catch((error: unknown) => ports.log.error('old entries of the ledger cannot be dropped', { error: String(error) }))
        .then(() => next(lookEvery));
    });
  };
  next(firstLook);
  return {
    stop: async () => {
      timer.cancel();
      await running;
      timer.cancel();
    },
  };
}
