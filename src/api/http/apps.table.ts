/** Views of Apps: a row of a list, a cell of the matrix, the whole page of one App. */
import { bool, list, map, must, object, str, time, word } from '../schema/field.ts';
import {
  actor,
  commit,
  count,
  counts,
  health,
  level,
  objectRef,
  pageFields,
  planReason,
  short,
  text,
  texts,
  why,
  yes,
} from './shared.table.ts';

const pending = object('A plan that is not carried out yet.', {
  digest: must(short('Digest that an approval names.')),
  creates: must(count('Objects to create.')),
  changes: must(count('Objects to change.')),
  prunes: must(count('Objects to delete.')),
  refused: must(count('Objects that a rule refuses.')),
  approval: yes('Waits for a person.'),
});

const suspended = object('Suspended: nothing is changed.', {
  reason: text('Why.'),
  until: time('When it resumes by itself.'),
});

/** The word in the column "sync". */
export const SYNC_WORDS = ['Synced', 'Drifted', 'Contested', 'Waiting', 'Syncing', 'Stalled', 'Suspended', 'Pinned', 'New'] as const;

const rowFields = {
  key: must(str('`namespace/name`: the key of this row in streams.')),
  namespace: must(str('Namespace.')),
  name: must(str('Name.')),
  uid: must(short('Uid: a re-created App is another one.')),
  title: must(short('Name without its environment: Apps of one title are one row of the matrix.')),
  environment: must(short('Column of the matrix.')),
  cluster: must(short('Target cluster; empty: the one it lives in.')),
  project: must(short('Project; empty: none.')),
  folder: must(short('Folder in the source.')),
  level: must(level),
  health: must(health),
  sync: must(word(SYNC_WORDS, 'How it stands to its source.')),
  revision: must(short('Applied revision, short: `main@3f2c1a0`; empty: none yet.')),
  version: must(short('What people call it: the appVersion or chart version, else the short revision.')),
  since: time('Applied when.'),
  drifted: must(count('Fields (or whole objects) that differ.')),
  pending,
  suspended,
  why,
  url: short('First address where it runs; http or https only.'),
};

export const appRow = object('One App in a list.', rowFields);

export const appPage = object('A page of Apps.', {
  version: must(short('Grows with every change; equal versions are equal pages.')),
  items: must(list(appRow, 'Rows in order.', { maxItems: 200 })),
  counts: must(counts),
  ...pageFields,
});

const column = object('A column of the matrix.', {
  key: must(short('Environment, or cluster.')),
  apps: must(count('Apps in it that match.')),
  level: must(level),
});

const group = object('A group of rows.', {
  key: must(short('Project, label value, folder or namespace; empty: those without.')),
  rows: must(count('Rows in it that match.')),
  counts: must(counts),
});

const matrixRow = object('One row of the matrix: an application wherever it runs.', {
  key: must(str('Key of this row in streams.', { maxLength: 1024 })),
  title: must(short('Name.')),
  group: must(short('Key of its group.')),
  level: must(level),
  cells: must(map(list(appRow, 'Usually one App.', { maxItems: 50 }), 'Apps by column key.')),
});

export const matrixPage = object('A page of the matrix: applications × environments (or clusters).', {
  version: must(short('Grows with every change.')),
  columns: must(list(column, 'All columns, in the order of delivery.', { maxItems: 100 })),
  groups: must(list(group, 'All groups, those with problems first.', { maxItems: 500 })),
  items: must(list(matrixRow, 'Rows, problems first.', { maxItems: 100 })),
  counts: must(counts),
  ...pageFields,
});

const input = object('One exact version something was made from.', {
  source: must(short('Source.')),
  revision: must(short('Exact revision.')),
  digest: short('Digest.'),
});

const condition = object('A condition in the Kubernetes convention.', {
  type: must(short('Type.')),
  status: must(word(['True', 'False', 'Unknown'], 'Status.')),
  reason: must(short('Stable word.')),
  message: must(text('A sentence.')),
  since: must(time('Since when.')),
});

const drift = object('One object that differs from the manifests.', {
  object: must(objectRef),
  missing: bool('It is gone.'),
  fields: must(texts('Field paths that differ.')),
  manager: actor,
  at: time('When it was seen.'),
  contested: bool('Another manager keeps changing it back.'),
});

const attempt = object('One finished or running attempt.', {
  id: count('Counts up.'),
  at: must(time('When it began.')),
  finishedAt: time('When it ended.'),
  phase: must(short('How far it got.')),
  inputs: must(list(input, 'What it was made from.')),
  digest: short('Digest of the manifests.'),
  by: actor,
  message: text('What happened.'),
  creates: count('Objects created.'),
  changes: count('Objects changed.'),
  prunes: count('Objects deleted.'),
});

const waiting = object('What it waits for, from the App to the root cause: `status.waitingFor`.', {
  message: must(text('One sentence: what, since when, why, and what to do.')),
  since: must(time('Since when.')),
  deadline: time('When this wait ends as a failure by itself.'),
  owner: must(word(['lockstep', 'cluster', 'person'], 'Who can end it: Lockstep by itself, what runs in the cluster, or only a person.')),
  next: text('The next step.'),
  chain: must(
    list(
      object('One object of the chain.', {
        object: must(short('`Kind/namespace/name`.')),
        reason: must(short('Stable word, or what the object calls its state.')),
        message: text('What it says.'),
        since: time('Since when.'),
      }),
      'From this App to the root cause.',
      { maxItems: 16 },
    ),
  ),
});

/** What a button does, and whether this person may press it. */
export const ACTIONS = ['sync', 'suspend', 'resume', 'rollback', 'test', 'approve'] as const;
const offeredAction = object('A button.', {
  action: must(word(ACTIONS, 'Which.')),
  allowed: yes('Whether it can be done now, by this person.'),
  reason: text('Why not.'),
});

const headline = object('The first sentence of the page: “Running main@3f2c1a since 14:02, healthy; 1 field drifted”.', {
  verb: must(word(['Running', 'Deploying', 'Failing', 'Waiting', 'Suspended', 'Deleting', 'New'], 'The first word.')),
  revision: must(short('Short revision; empty: none yet.')),
  since: time('Since when.'),
  health: must(short('`healthy`, `degraded`, …, with provenance where it is not observed.')),
  notes: must(texts('What else matters, each a few words.')),
});

export const appDetail = object('Everything about one App but its objects.', {
  ...rowFields,
  generation: must(short('Grows with every change.')),
  headline: must(headline),
  reasons: must(list(why, 'All reasons, the most important first.')),
  warnings: must(list(why, 'What the last plan warns of although it stops nothing.')),
  waitingFor: waiting,
  conditions: must(list(condition, 'Conditions.')),
  source: must(
    object('Where it comes from.', {
      name: must(short('Source.')),
      kind: must(word(['git', 'oci', 'helm', 'unknown'], 'Kind of source.')),
      url: must(short('URL without credentials.')),
      path: must(short('Folder.')),
      chart: must(short('Chart; empty: none.')),
      revision: must(short('Newest fetched revision.')),
    }),
  ),
  target: must(object('Where it goes.', { cluster: must(short('Cluster; empty: this one.')), namespace: must(short('Namespace.')) })),
  commit,
  lastGood: object('What it ran before, when that was well.', {
    revision: must(short('Short revision.')),
    at: must(time('When it was applied.')),
  }),
  inputs: must(list(input, 'Applied: what it was made from.')),
  attempted: attempt,
  history: must(list(attempt, 'Finished attempts, the newest first.', { maxItems: 100 })),
  drift: must(list(drift, 'What differs.', { maxItems: 50 })),
  urls: must(texts('Where it runs; http and https only.')),
  links: must(list(object('A link of its own.', { name: must(short('Name.')), url: must(short('http or https.')) }), 'Links.')),
  images: must(texts('Images it runs.')),
  dependsOn: must(texts('Keys of Apps and objects it depends on.')),
  objects: must(count('Objects it owns.')),
  refused: must(list(planReason, 'Refusals of its plan as a whole.')),
  actions: must(list(offeredAction, 'Buttons.')),
});
