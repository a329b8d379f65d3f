/** Views of the objects of one App: the tree, and what the drawer of one object shows. */
import { bool, free, list, map, must, object, str, time, word } from '../schema/field.ts';
import { actor, count, fieldChange, health, objectRef, pageFields, planReason, short, text, texts, yes } from './shared.table.ts';

export const treeNode = object('A node of the tree: an object, or a heap of objects that are alike and well.', {
  key: must(str('Key of this node in streams.', { maxLength: 1024 })),
  parent: must(short('Key of its parent; empty: a root.')),
  depth: must(count('0 for roots.')),
  heap: bool('A heap of like objects: pass its key in `open` to get them one by one.'),
  size: must(count('1, or how many objects are in the heap.')),
  ref: must(objectRef),
  apiVersion: must(short('apiVersion.')),
  health: must(health),
  sync: must(word(['inSync', 'drifted', 'missing', 'pending', 'made'], '`made`: by a controller from a delivered object.')),
  badge: must(short('The few characters that matter: `2/3`, `CrashLoopBackOff`, …')),
  createdAt: time('When it was made.'),
  children: must(count('Objects below it, all levels.')),
  problems: must(count('Of those, how many are not well.')),
  closed: bool('What is below it is left out: pass its key in `open` to get it.'),
  states: map(count('How many.'), 'In a heap: how many of each health state.'),
});

export const treePage = object('A page of the tree of an App: its rows, as far as branches and heaps are open.', {
  version: must(short('Grows with every change.')),
  items: must(list(treeNode, 'Nodes, parents before children.', { maxItems: 500 })),
  objects: must(count('Objects in all.')),
  hidden: must(count('Objects this person may not see.')),
  ...pageFields,
});

const owner = object('Who owns which fields (managedFields).', {
  manager: must(short('Field manager: not a person (S26).')),
  operation: must(short('Apply or Update.')),
  subresource: must(short('Subresource; empty: the object itself.')),
  at: time('Last write.'),
  ours: yes('Whether this is Lockstep.'),
  fields: must(texts('Field paths.')),
});

export const objectView = object('One object: as it is, with secrets masked.', {
  ref: must(objectRef),
  apiVersion: must(short('apiVersion.')),
  uid: must(short('Uid.')),
  resourceVersion: must(short('Version.')),
  health: must(health),
  delivered: yes('Delivered by this App, not made by a controller.'),
  manifest: must(free('The object without managedFields; secret values are fingerprints.')),
  yaml: must(str('The same as YAML.', { minLength: 0, maxLength: 4194304 })),
  owners: must(list(owner, 'Who owns which fields.')),
  containers: must(texts('Containers with logs; empty: none.')),
});

const diffField = object('One field in three columns.', {
  path: must(short('Path.')),
  git: text('In the manifests, as JSON; absent: not set there.'),
  planned: text('What the next apply leaves, as JSON.'),
  live: text('In the cluster, as JSON.'),
  state: must(
    word(
      ['pending', 'drifted', 'ignored', 'extra'],
      '`pending`: a new revision changes it. `drifted`: changed behind Git’s back. `extra`: set beside ours.',
    ),
  ),
  manager: actor,
});

export const objectDiff = object('Git / planned / live, field by field.', {
  ref: must(objectRef),
  exists: yes('Whether it is in the cluster.'),
  operation: must(short('What the plan does with it.')),
  fields: must(list(diffField, 'Fields that differ.', { maxItems: 2000 })),
  truncated: yes('More fields differ than are listed.'),
});

const event = object('A Kubernetes event.', {
  at: must(time('Last seen.')),
  type: must(short('Normal or Warning.')),
  reason: must(short('Word.')),
  message: must(text('Sentence.')),
  count: must(count('How often.')),
  from: must(short('Component.')),
});

export const eventList = object('Events of one object, the newest first.', { items: must(list(event, 'Events.', { maxItems: 500 })) });

/** The answer to "ignore this field" and "adopt this value": nothing is changed, it is text to copy or commit. */
export const proposal = object('A change to make in Git.', {
  title: must(short('Commit message.')),
  file: must(short('File to change, where known; empty: see `yaml`.')),
  yaml: must(text('What to put there.')),
  patch: must(text('The same as a unified difference for `git apply`; empty: it cannot be made.')),
  why: must(text('Why there is no patch and no commit can be made; empty: both can.')),
  command: must(text('A command that does it.')),
});

const planItem = object('What happens to one object.', {
  ref: must(objectRef),
  operation: must(short('create, change, keep, prune, adopt, transfer, recreate, refuse, skip')),
  basis: must(word(['server', 'local', 'assumed'], 'Where the knowledge comes from.')),
  cause: must(short('revision, drift, engine, deletion')),
  irreversible: yes('Cannot be undone by another plan.'),
  waits: yes('Waits for a person.'),
  changes: must(list(fieldChange, 'Fields that differ.', { maxItems: 500 })),
  reasons: must(list(planReason, 'Why it is so.')),
  other: short('The App it comes from or goes to.'),
});

const wave = object('Objects that go together.', {
  step: must(count('From 0; prunes count on from there.')),
  prunes: yes('Whether this wave deletes.'),
  items: must(list(planItem, 'Objects.', { maxItems: 2000 })),
});

export const planView = object('A plan by waves (S2).', {
  app: must(short('`namespace/name`')),
  digest: must(short('Digest that an approval names.')),
  revision: must(short('Exact revision.')),
  cause: must(short('revision, drift, engine, deletion')),
  counts: must(map(count('How many.'), 'Objects by operation.')),
  waves: must(list(wave, 'In order of application.', { maxItems: 500 })),
  refused: must(list(planReason, 'Refusals of the plan as a whole: nothing of it is applied.')),
  warnings: must(list(planReason, 'Warnings that stop nothing.')),
  approval: must(
    object('Approval.', {
      needed: yes('Whether somebody has to say yes.'),
      given: yes('Whether somebody said yes to exactly this plan.'),
      by: texts('Names of the Approvals.'),
    }),
  ),
  truncated: yes('More objects than are listed.'),
});
