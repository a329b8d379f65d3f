/** Views over time and over the whole system: timeline, comparison, graph, sources, delivery figures. */
import { bool, int, list, must, object, str, time, word } from '../schema/field.ts';
import { actor, commit, count, fieldChange, level, objectRef, pageFields, short, text, texts, yes } from './shared.table.ts';

export const ENTRY_KINDS = [
  'commit',
  'plan',
  'apply',
  'prune',
  'heal',
  'drift',
  'health',
  'test',
  'approval',
  'suspend',
  'promotion',
  'edit',
  'other',
] as const;

const touched = object('An object that was written.', {
  object: must(short('`Kind/namespace/name`')),
  operation: must(short('create, change, prune, adopt, transfer, recreate')),
  fields: must(list(short('Path.'), 'Fields that differed, at most 20.', { maxItems: 20 })),
});

export const timelineEntry = object('Something that happened.', {
  id: must(short('Id; the same after a restart.')),
  at: must(time('When.')),
  kind: must(word(ENTRY_KINDS, 'Lane of the timeline.')),
  type: must(short('`Applied`, `HealthChanged`, …')),
  app: must(short('`namespace/name` of the App or Source.')),
  revision: short('Exact revision.'),
  actor,
  message: must(text('A sentence.')),
  bad: yes('Whether it is bad news.'),
  commit,
  objects: must(count('Objects it wrote.')),
  touched: must(list(touched, 'The first of them.', { maxItems: 20 })),
});

export const timelinePage = object('What happened, the newest first.', {
  items: must(list(timelineEntry, 'Entries.', { maxItems: 500 })),
  next: short('Cursor of the next page; absent on the last one.'),
});

const side = object('One of the two moments.', {
  at: must(time('Moment.')),
  revision: must(short('What ran then; empty: nothing.')),
  health: must(short('Health as it was reported last before; empty: not known.')),
  commit,
});

const appChange = object('What became of one App between the moments.', {
  key: must(short('`namespace/name`')),
  change: must(word(['added', 'removed', 'changed', 'same'], 'What.')),
  from: must(side),
  to: must(side),
});

const imageChange = object('An image that changed.', {
  app: must(short('`namespace/name`')),
  before: must(short('Image; empty: none.')),
  after: must(short('Image; empty: none.')),
});

const objectChange = object('An object that changed.', {
  ref: must(objectRef),
  change: must(word(['added', 'removed', 'changed'], 'What.')),
  fields: must(list(fieldChange, 'Fields.', { maxItems: 500 })),
});

export const comparison = object('Two moments side by side.', {
  from: must(time('The earlier one.')),
  to: must(time('The later one.')),
  apps: must(list(appChange, 'Apps that differ.', { maxItems: 2000 })),
  images: must(list(imageChange, 'Images that differ.', { maxItems: 2000 })),
  objects: must(
    list(objectChange, 'Objects whose manifests differ, with the fields before and after; only for one App.', { maxItems: 2000 }),
  ),
  incomplete: text('What could not be compared, and why; absent: nothing.'),
  ...pageFields,
});

const pastApp = object('What an App ran at a moment.', {
  key: must(short('`namespace/name`')),
  environment: must(short('Environment; empty: none.')),
  revision: must(short('Short revision.')),
  since: must(time('Since when it ran.')),
  health: must(short('Health as it was reported last before; empty: not known.')),
  versions: must(texts('Images and charts with their versions.')),
  commit,
});

export const pastPage = object('The system as it was at a moment, from the ledger.', {
  at: must(time('Moment.')),
  items: must(list(pastApp, 'Apps that ran, by key.', { maxItems: 200 })),
  ...pageFields,
});

const graphNode = object('An App, a contract, or another object that an App depends on.', {
  key: must(short('`namespace/name` of an App; `Contract/environment/name`; else `Kind/namespace/name`.')),
  kind: must(word(['app', 'contract', 'object'], 'Which.')),
  title: must(short('Name.')),
  level: must(level),
  wave: must(count('Earliest step of a rollout of everything.')),
  environment: must(short('Column of the matrix; empty: none.')),
  version: must(short('Of a contract: the version provided; empty: nobody provides it, or no contract.')),
  says: must(text('Why it is not as it should be; empty: nothing to say.')),
});

const graphEdge = object('`from` waits for `to`.', {
  from: must(short('Key.')),
  to: must(short('Key.')),
  kind: must(word(['dependsOn', 'provides', 'requires'], 'Why.')),
  waiting: yes('Held up by it now.'),
  version: must(short('Of a requirement: the range; else empty.')),
  optional: yes('A requirement that only warns when it is not met.'),
  broken: yes('A requirement that what is provided does not meet, or that nobody provides for.'),
});

export const graphView = object('What waits for what.', {
  nodes: must(list(graphNode, 'Nodes.', { maxItems: 10000 })),
  edges: must(list(graphEdge, 'Edges.', { maxItems: 50000 })),
  critical: must(
    object(
      'The longest chain of the last rollout: the Apps that took the newest revision, each counted from when what it depends on was done.',
      {
        keys: must(list(short('Key.'), 'From first to last.', { maxItems: 1000 })),
        durations: must(list(count('Milliseconds.'), 'Of each of them.', { maxItems: 1000 })),
        duration: must(count('Milliseconds of the whole chain.')),
        revision: must(short('The revision it rolled out; empty: nothing was rolled out yet.')),
        at: time('When its first App began.'),
      },
    ),
  ),
  cycle: must(list(short('Key.'), 'A cycle; empty: there is none.', { maxItems: 1000 })),
  truncated: yes('More than are listed.'),
});

export const sourceRow = object('A Source.', {
  key: must(str('`namespace/name`')),
  namespace: must(str('Namespace.')),
  name: must(str('Name.')),
  kind: must(word(['git', 'oci', 'helm', 'unknown'], 'Kind.')),
  url: must(short('URL without credentials.')),
  ref: must(short('What is followed.')),
  revision: must(short('Newest revision.')),
  revisionAt: time('When that was fetched first.'),
  signature: must(word(['verified', 'failed', 'notChecked'], 'Signature of the revision.')),
  fetchedAt: time('Last fetch.'),
  fetchDuration: int('Milliseconds.', 0, 9007199254740991),
  fetchBytes: count('Bytes.'),
  interval: must(short('Interval.')),
  suspended: bool('Not fetched.'),
  level: must(level),
  error: text('What is wrong; absent: nothing.'),
  hint: text('The next step.'),
  apps: must(count('Apps made from it.')),
});

export const sourcePage = object('Sources, problems first.', {
  items: must(list(sourceRow, 'Rows.', { maxItems: 200 })),
  ...pageFields,
});

const day = object('One day.', {
  day: must(short('`2026-11-28`')),
  deployments: must(count('Successful applies of a new revision.')),
  failures: must(count('Failed ones.')),
});

export const deliveryView = object('How well delivery works, from the ledger.', {
  from: must(time('From.')),
  to: must(time('To.')),
  deployments: must(count('Successful applies of a new revision.')),
  perDay: must(count('Deployments per day, in thousandths.')),
  leadTime: int('Median from commit to healthy, milliseconds; absent: not known.', 0, 9007199254740991),
  failureRate: must(count('Failed of all attempts, per mille.')),
  restoreTime: int('Median from failure to the next success, milliseconds; absent: nothing failed.', 0, 9007199254740991),
  days: must(list(day, 'By day.', { maxItems: 400 })),
  truncated: yes('The ledger holds more than was looked at.'),
});

const point = object('A value.', { at: must(time('When.')), value: must(short('A decimal number.')) });

export const trafficView = object('Rate, errors and duration of one App, from Prometheus.', {
  configured: yes('Whether a Prometheus is configured.'),
  error: text('What is wrong with it.'),
  series: must(
    list(
      object('A line.', {
        name: must(word(['rate', 'errors', 'duration'], 'Which.')),
        unit: must(short('Unit.')),
        points: must(list(point, 'Values.', { maxItems: 1000 })),
      }),
      'Lines.',
    ),
  ),
  deploys: must(list(timelineEntry, 'Deploy markers.', { maxItems: 100 })),
});
