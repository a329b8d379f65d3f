/** Shapes that several views share. Times are RFC 3339, never ages; durations are whole milliseconds; ratios are per mille. */
import { bool, int, list, must, object, str, time, word } from '../schema/field.ts';

export const MOST = 9007199254740991;
export const text = (doc: string) => str(doc, { minLength: 0, maxLength: 32768 });
export const short = (doc: string) => str(doc, { minLength: 0, maxLength: 1024 });
export const count = (doc: string) => int(doc, 0, MOST);

/** How urgent something is, the most urgent first; lists are in this order unless another is asked for. */
export const LEVELS = ['broken', 'attention', 'moving', 'paused', 'fine'] as const;

export const level = word(
  LEVELS,
  '`broken`: failed or unhealthy. `attention`: a person has to look (drift, approval, stale source). `moving`: on its way. `paused`: suspended. `fine`: all is well.',
);

export const health = object('Health, with how it is known (S23).', {
  state: must(word(['Healthy', 'Progressing', 'Degraded', 'Suspended', 'Missing', 'Unknown'], 'The state.')),
  provenance: must(word(['observed', 'simulated', 'assumed'], 'Reported by a controller; by the embedded cluster’s stand-in; by nobody.')),
  since: time('Since when.'),
  message: text('What the object says.'),
});

export const objectRef = object('An object of the cluster.', {
  group: must(short('API group; empty for the core group.')),
  kind: must(str('Kind.')),
  namespace: must(short('Namespace; empty for cluster-scoped objects.')),
  name: must(str('Name.')),
});

/** One reason out of `status.why`, as the controller wrote it. */
export const why = object('Why it is not as it should be: the controller’s own words.', {
  since: must(time('Since when.')),
  reason: must(str('Stable word.')),
  message: must(text('A sentence.')),
  object: short('`Kind/namespace/name` it comes from.'),
  file: short('File and position in the source.'),
  hint: text('The next step.'),
});

export const actor = short('Who or what, where known: a manager is not a person (S26).');

/** Pagination of every list: pass `next` back as `cursor`. */
export const pageFields = {
  total: must(count('How many match in all.')),
  next: short('Cursor of the next page; absent on the last one.'),
};

export const counts = object('How many of each level match.', {
  broken: must(count('Broken.')),
  attention: must(count('For a person.')),
  moving: must(count('On their way.')),
  paused: must(count('Suspended.')),
  fine: must(count('All is well.')),
});

export const fieldChange = object('One field that differs; secret values are fingerprints.', {
  path: must(short('`spec.template.spec.containers[name="web"].image`')),
  before: text('Value as JSON; absent: the field is not there.'),
  after: text('Value as JSON; absent: the field goes.'),
  manager: short('The field manager that set the live value.'),
});

export const planReason = object('Why something is refused, waits or is left alone.', {
  rule: must(short('Rule of the semantics, for example `S3b`.')),
  code: must(short('Stable word.')),
  message: must(text('A sentence.')),
  hint: text('The next step.'),
});

export const commit = object('The commit, as it says itself: nobody has checked it unless it is signed.', {
  id: must(short('Full id.')),
  author: must(short('Author.')),
  at: must(time('When it was written.')),
  subject: must(text('First line of its message.')),
});

export const yes = (doc: string) => must(bool(doc));
export const texts = (doc: string) => list(short('One.'), doc, { maxItems: 1000 });
