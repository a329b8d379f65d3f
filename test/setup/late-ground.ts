/** The stories of the tier `late` stand on an embedded cluster that tells everything a moment late, as a real API server does. */
import { beforeEach } from 'vitest';
import { embedded, late, standOn } from '../../src/testing/world/index.ts';

const lateness = { watch: 40, discovery: 2000 };

/** Stories that count requests or seconds, or in which a person edits and pushes in the same moment. */
const prompt: ReadonlySet<string> = new Set([
  'S2 a new object costs a dry-run and an apply; one that is there already without our labels is read before anything is decided',
  'S3b a CRD is refused while a custom resource outside the prune set exists',
  'S3f deletes name the uid, run custom resources first, and wait until they are gone',
  'S19 suspendUntil ends it by itself, and then waits for approval if the plan prunes',
  'S23 a kind that nobody here reports on is assumed, and says so',
  'a first install waits for what it depends on; a cycle is refused with its path',
]);

standOn(late(embedded, lateness));

beforeEach(({ task, skip }) => {
  if (prompt.has(task.name)) skip('is told about promptness');
});
