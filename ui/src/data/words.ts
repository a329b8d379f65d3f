/** The one vocabulary (docs: Words): every state the API names, with the mark and the words that stand for it on every screen. */
import type { AppRow, Counts, HealthView, Level, TimelineEntry, TreeNode } from '../../../src/api/http/index.ts';
import type { IconName } from '../parts/icon.tsx';
import type { Mark, Tone } from '../parts/status.tsx';

export interface Worded {
  readonly mark: Mark;
  readonly word: string;
}

const worded = (mark: Mark, word: string): Worded => ({ mark, word });

const healthMarks: { readonly [state in HealthView['state']]: Mark } = {
  Healthy: 'healthy',
  Progressing: 'progressing',
  Degraded: 'degraded',
  Suspended: 'suspended',
  Missing: 'missing',
  Unknown: 'unknown',
};

/** Health with its provenance (S23): what nobody reported is never shown as plainly healthy. */
export function healthWords({ state, provenance }: Pick<HealthView, 'state' | 'provenance'>): Worded {
  if (state === 'Healthy' && provenance === 'assumed') return worded('assumed', 'Assumed');
  if (state === 'Healthy' && provenance === 'simulated') return worded('healthy', 'Healthy (simulated)');
  return worded(healthMarks[state], state);
}

export const syncWords: { readonly [word in AppRow['sync']]: Worded } = {
  Synced: worded('healthy', 'Synced'),
  Drifted: worded('drifted', 'Drifted'),
  Contested: worded('drifted', 'Contested'),
  Waiting: worded('waiting', 'Waiting'),
  Syncing: worded('progressing', 'Syncing'),
  Stalled: worded('refused', 'Stalled'),
  Suspended: worded('suspended', 'Suspended'),
  Pinned: worded('waiting', 'Pinned'),
  New: worded('pending', 'New'),
};

export interface LevelWords extends Worded {
  readonly tone: Tone;
  /** As a count reads: `3 broken`. */
  readonly counted: string;
}

export const levels: { readonly [level in Level]: LevelWords } = {
  broken: { mark: 'degraded', tone: 'bad', word: 'Broken', counted: 'broken' },
  attention: { mark: 'drifted', tone: 'warn', word: 'Needs you', counted: 'need you' },
  moving: { mark: 'progressing', tone: 'busy', word: 'On its way', counted: 'on their way' },
  paused: { mark: 'suspended', tone: 'hold', word: 'Suspended', counted: 'suspended' },
  fine: { mark: 'healthy', tone: 'ok', word: 'Fine', counted: 'fine' },
};

export const LEVEL_ORDER = ['broken', 'attention', 'moving', 'paused', 'fine'] as const satisfies readonly Level[];

export const totalOf = (counts: Counts): number => LEVEL_ORDER.reduce((sum, level) => sum + counts[level], 0);

/** The mark of a row or a cell: what hurts most, in one shape. */
export function rowMark(row: Pick<AppRow, 'level' | 'health' | 'sync'>): Worded {
  // What failed while its objects are still on their way is not on its way.
  if (row.level === 'broken')
    return row.health.state === 'Degraded' || row.health.state === 'Missing' ? healthWords(row.health) : worded('failed', 'Failed');
  if (row.level === 'fine') return healthWords(row.health);
  if (row.level === 'moving' && row.sync !== 'Syncing' && row.sync !== 'New') return healthWords({ ...row.health, state: 'Progressing' });
  return row.sync === 'Synced' ? healthWords(row.health) : syncWords[row.sync];
}

export const treeSync: { readonly [word in TreeNode['sync']]: string } = {
  inSync: 'in sync',
  drifted: 'drifted',
  missing: 'missing',
  pending: 'a change is pending',
  made: 'made by a controller',
};

export interface OperationWords {
  readonly sign: string;
  readonly word: string;
  readonly tone: Tone;
}

const operations: Readonly<Record<string, OperationWords>> = {
  create: { sign: '+', word: 'create', tone: 'ok' },
  change: { sign: '~', word: 'change', tone: 'warn' },
  keep: { sign: '=', word: 'keep', tone: 'none' },
  prune: { sign: '−', word: 'prune', tone: 'bad' },
  adopt: { sign: '⊕', word: 'adopt', tone: 'busy' },
  transfer: { sign: '→', word: 'transfer', tone: 'busy' },
  recreate: { sign: '±', word: 'recreate', tone: 'bad' },
  refuse: { sign: '⊘', word: 'refuse', tone: 'bad' },
  skip: { sign: '·', word: 'skip', tone: 'none' },
};

/** A word the page does not know yet is shown as it is. */
export const operationWords = (operation: string): OperationWords =>
  Object.hasOwn(operations, operation) ? (operations[operation] as OperationWords) : { sign: '?', word: operation, tone: 'none' };

export interface LaneWords {
  readonly word: string;
  readonly icon: IconName;
  readonly tone: Tone;
}

export const lanes: { readonly [kind in TimelineEntry['kind']]: LaneWords } = {
  commit: { word: 'Commits', icon: 'commit', tone: 'none' },
  plan: { word: 'Plans', icon: 'plan', tone: 'none' },
  apply: { word: 'Applies', icon: 'layers', tone: 'busy' },
  prune: { word: 'Prunes', icon: 'minus', tone: 'bad' },
  heal: { word: 'Heals', icon: 'sync', tone: 'ok' },
  drift: { word: 'Drift', icon: 'change', tone: 'warn' },
  health: { word: 'Health', icon: 'delivery', tone: 'ok' },
  test: { word: 'Tests', icon: 'test', tone: 'ok' },
  approval: { word: 'Approvals', icon: 'check', tone: 'ok' },
  suspend: { word: 'Suspend', icon: 'pause', tone: 'hold' },
  promotion: { word: 'Promotions', icon: 'arrow', tone: 'busy' },
  edit: { word: 'Manual edits', icon: 'user', tone: 'warn' },
  other: { word: 'Other', icon: 'more', tone: 'none' },
};

export const plural = (count: number, one: string, many = `${one}s`): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** Digests and commit ids inside a sentence, as people say them: `sha256:c17f7d5…`, `main@3f2c1a0`. */
export const shortHashes = (text: string): string =>
  text.replace(/@sha(?:1|256):([0-9a-f]{7})[0-9a-f]{33,}/g, '@$1').replace(/(sha256:[0-9a-f]{7})[0-9a-f]{57}/g, '$1…');
