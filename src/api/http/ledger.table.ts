/** Views of the ledger as it was written: events, what ran at a moment, when versions ran. For the command line and for other programs. */
import { by, free, int, list, must, object, str, time, word } from '../schema/field.ts';
import { actor, short, text } from './shared.table.ts';

const commit = object('A commit, as it says itself.', {
  id: must(short('Full id.')),
  author: must(short('Author; nobody has checked it.')),
  at: must(time('When it was written.')),
  subject: must(text('First line of its message.')),
});

const version = object('Something that runs, by name and version.', {
  kind: must(word(['app', 'chart', 'contract', 'image', 'commit'], 'What it is.')),
  name: must(short('Name; of an image its last part.')),
  version: must(short('Version; of an App also the commit.')),
});

const touched = object('An object that was written.', {
  object: must(short('`Kind/namespace/name`')),
  operation: must(word(['create', 'change', 'prune', 'adopt', 'transfer', 'recreate'], 'What was done.')),
  fields: must(list(short('Path.'), 'Fields, as plans print them; none where the object came or went whole.', { maxItems: 50 })),
});

export const ledgerEvent = object('An event as the ledger keeps it.', {
  id: must(short('Id; the same when it is told again.')),
  at: must(time('When.')),
  type: must(short('`Applied`, `HealthChanged`, …')),
  subject: must(short('`namespace/name` of the App or Source.')),
  kind: short('`Source`, …; absent: App.'),
  environment: short('Environment.'),
  revision: short('Exact revision.'),
  actor,
  message: must(text('A sentence.')),
  commit,
  versions: list(version, 'Of `Applied`: what runs from then on.', { maxItems: 10000 }),
  touched: list(touched, 'What it wrote.', { maxItems: 500 }),
  details: free('Digests, counts and references.'),
});

export const ledgerPage = object('Events, the newest first.', {
  events: must(list(ledgerEvent, 'Events.', { maxItems: 1000 })),
  next: short('Cursor of the next page; absent on the last one.'),
});

export const ledgerState = object('What ran at a moment.', {
  events: must(list(ledgerEvent, 'Of every App the newest `Applied` until then, by subject.', { maxItems: 100000 })),
});

const run = object('One version of one thing at one place, for a while.', {
  name: must(short('Name.')),
  version: must(short('Version.')),
  subject: must(short('The App it ran as part of.')),
  environment: must(short('Environment.')),
  from: must(time('From.')),
  until: time('Until; absent: it still runs.'),
});

export const ledgerRuns = object('When versions of something ran.', {
  runs: must(list(run, 'Runs as they were recorded, the oldest first; the newest 10,000.', { maxItems: 10000 })),
});

/** Which Apps a question is about. */
export const scopeQuery = {
  environment: short('Only this environment.'),
  namespace: short('Only Apps of this namespace.'),
};

export const eventsQuery = {
  ...scopeQuery,
  subject: short('`namespace/name` of an App or Source.'),
  types: short('Types, with a comma between them.'),
  commit: str('Beginning of a commit id.', { maxLength: 64, pattern: '^[0-9a-f]{7,64}$', means: 'at least 7 digits of a commit id' }),
  object: short('An object that was written: `Deployment/shop/web`.'),
  since: time('From this moment on.'),
  until: time('Before this moment.'),
  limit: by(100, int('Events a page.', 1, 1000)),
};
