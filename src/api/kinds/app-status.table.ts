/** What became of an App. Timestamps, never ages; never a secret. */
import { bool, int, list, must, object, str, time, word, type Infer } from '../schema/field.ts';
import { commonStatus, inputs, objectRefFields } from './shared.table.ts';

const MAX = 9007199254740991;
const text = (doc: string) => str(doc, { minLength: 0, maxLength: 32768 });
const digest = (doc: string) => str(doc, { maxLength: 128 });
const count = (doc: string) => int(doc, 0, MAX);

const phase = word(
  ['Rendering', 'Planning', 'Waiting', 'Applying', 'Verifying', 'Testing', 'Succeeded', 'Failed', 'Refused'],
  'How far it got.',
);

const objectRef = (doc: string) => object(doc, objectRefFields);

const contracts = (doc: string) =>
  object(doc, {
    provides: must(
      list(
        object('One contract.', { name: must(str('Name.')), version: must(str('Version.', { maxLength: 128 })) }),
        'Contracts that it fulfils.',
      ),
    ),
    requires: must(
      list(
        object('One requirement.', {
          name: must(str('Name.')),
          version: must(str('Range.', { maxLength: 253 })),
          optional: bool('Only when somebody provides it.'),
        }),
        'Contracts that it needs.',
      ),
    ),
  });

export const appStatus = object('What became of it.', {
  ...commonStatus,
  applied: object('The last revision that was applied whole.', {
    at: must(time('When.')),
    inputs: must(inputs('What it was made from.')),
    digest: digest('Digest of the manifests.'),
    renderKey: digest('Digest of the trace of what the render read (S1).'),
    contracts: contracts('What this revision provides and requires (S21), its chart included.'),
  }),
  attempted: object('The last revision that was tried.', {
    inputs: must(inputs('What it was made from.')),
    at: must(time('When it began.')),
    by: str('What asked for it: a push, a person, the interval, a dependency.', { maxLength: 512 }),
    phase: must(phase),
    message: text('What happened.'),
    retries: count('Retries so far.'),
    digest: digest('Digest of the manifests.'),
  }),
  pinned: object('Held at this revision because a newer one failed.', {
    revision: must(str('The revision.', { maxLength: 512 })),
    since: must(time('Since when.')),
    rejected: str('The revision that failed.', { maxLength: 512 }),
    digest: digest('Digest of the manifests that failed: they are not tried again by themselves.'),
    reason: text('Why.'),
    revert: object('What became of the revert, with `onFailure: revert`.', {
      at: must(time('When.')),
      commit: str('The commit that reverts.', { maxLength: 64 }),
      branch: str('The branch it is on.', { maxLength: 256 }),
      message: must(text('A sentence.')),
    }),
  }),
  release: object('The Helm release.', {
    name: must(str('Its name.')),
    namespace: str('Its namespace.', { maxLength: 63 }),
    revision: must(count('Its revision number.')),
    status: str('As Helm names it: `deployed`, `failed`, …', { maxLength: 64 }),
    chart: str('Chart and version.', { maxLength: 512 }),
    appVersion: str("The chart's appVersion.", { maxLength: 128 }),
  }),
  delivery: object('The newest recorded revision of an App with hooks or tests that is no Helm release.', {
    revision: must(count('Its number.')),
    status: str('`deployed`, `failed`, `pending-upgrade`, …', { maxLength: 64 }),
  }),
  tests: list(
    object('One test.', {
      name: must(str('Name of its Job or Pod.')),
      phase: must(word(['Open', 'Running', 'Succeeded', 'Failed'], 'How far it is.')),
      startedAt: time('When it began.'),
      completedAt: time('When it ended.'),
      message: text('Why it failed.'),
    }),
    'The tests of the applied revision.',
    { maxItems: 100 },
  ),
  lastHandledTestAt: str('The first word of the last `lockstep.dev/testAt` that was acted on.', { maxLength: 256 }),
  plan: object('The plan that is waiting or was carried out last.', {
    digest: must(digest('Digest that an Approval names.')),
    creates: must(count('Objects to create.')),
    changes: must(count('Objects to change.')),
    prunes: must(count('Objects to delete.')),
    refused: must(count('Objects that a rule refuses.')),
    at: time('When it was made.'),
  }),
  inventory: object('What the App owns; the list itself is in its Inventory objects.', {
    count: must(count('How many objects.')),
    digest: must(digest('Digest of the list.')),
    cluster: str('Identity of the target cluster (uid of its kube-system namespace).', { maxLength: 64 }),
  }),
  health: object('Health of all its objects together.', {
    state: must(word(['Healthy', 'Progressing', 'Degraded', 'Suspended', 'Missing', 'Unknown'], 'The worst state of its objects.')),
    provenance: word(
      ['observed', 'simulated', 'assumed'],
      'How it is known: reported by a controller; by the embedded cluster’s stand-in; not at all.',
    ),
    since: time('Since when.'),
    cause: object('The object that decides.', {
      object: must(str('`Kind/namespace/name`.', { maxLength: 600 })),
      state: must(str('Its state.', { maxLength: 32 })),
      message: text('What it says.'),
    }),
  }),
  drift: list(
    object('One object that differs.', {
      object: must(objectRef('The object.')),
      missing: bool('It is gone.'),
      fields: list(str('Field path.', { maxLength: 1024 }), 'Fields that differ.', { maxItems: 50 }),
      manager: str('The field manager that changed them.', { maxLength: 128 }),
      at: time('When it was seen.'),
      contested: bool('Another manager keeps changing it back.'),
    }),
    'Where the cluster differs from the manifests; at most 50 objects.',
    { maxItems: 50 },
  ),
  why: list(
    object('One reason.', {
      since: must(time('Since when.')),
      reason: must(str('Stable word.', { maxLength: 128 })),
      message: must(text('A sentence.')),
      object: str('`Kind/namespace/name`.', { maxLength: 600 }),
      file: str('File and position: `apps/shop/web.yaml:12:3`.', { maxLength: 1200 }),
      hint: text('What to do.'),
    }),
    'Why it is not Ready, the most important first.',
    { maxItems: 50 },
  ),
  warnings: list(
    object('One warning.', {
      since: must(time('Since when.')),
      reason: must(str('Stable word.', { maxLength: 128 })),
      message: must(text('A sentence.')),
    }),
    'What the last plan warns of although it stops nothing; at most 20.',
    { maxItems: 20 },
  ),
  waitingFor: object('What it waits for, through the whole chain; absent when it waits for nothing.', {
    message: must(text('One sentence: what, since when, why, and what to do.')),
    since: must(time('Since when.')),
    deadline: time('When this wait ends as a failure by itself.'),
    owner: must(word(['lockstep', 'cluster', 'person'], 'Who can end it: Lockstep by itself, what runs in the cluster, or only a person.')),
    next: text('The next step.'),
    chain: list(
      object('One object of the chain.', {
        object: must(str('`Kind/namespace/name`.', { maxLength: 600 })),
        reason: must(str('Stable word, or what the object calls its state.', { maxLength: 128 })),
        message: text('What it says.'),
        since: time('Since when.'),
      }),
      'From this App to the root cause.',
      { maxItems: 16 },
    ),
  }),
  urls: list(str('URL.', { maxLength: 2048 }), 'Where it can be reached, from its Ingresses, routes and load balancers.', { maxItems: 50 }),
  images: list(str('Image.', { maxLength: 512 }), 'Images it runs.', { maxItems: 100 }),
  history: list(
    object('One finished attempt.', {
      id: count('Counts up.'),
      at: must(time('When it began.')),
      finishedAt: time('When it ended.'),
      phase: must(phase),
      inputs: must(inputs('What it was made from.')),
      digest: digest('Digest of the manifests.'),
      by: str('What asked for it.', { maxLength: 512 }),
      message: text('What happened.'),
      creates: count('Objects created.'),
      changes: count('Objects changed.'),
      prunes: count('Objects deleted.'),
    }),
    'Finished attempts, the newest first.',
    { maxItems: 100 },
  ),
});

export type AppStatus = Infer<typeof appStatus>;
