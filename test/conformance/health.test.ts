/** Health rows: what the rule of a built-in kind says about an object. */
import { expect } from 'vitest';
import { kindHealth } from '../../src/core/health/index.ts';
import type { KubeObject } from '../../src/core/object/index.ts';
import { describeCorpus, readCorpus, runRows } from './corpus.ts';

interface Row {
  readonly name: string;
  readonly object: KubeObject;
  readonly health: string | null;
  readonly message?: string;
  /** The object has no kind; it is judged by this one's rule. */
  readonly rule?: string;
}

function withKind(object: KubeObject, rule: string | undefined): KubeObject {
  const metadata = object.metadata ?? {};
  if (rule === undefined) return { ...object, metadata };
  const slash = rule.indexOf('/');
  return { ...object, metadata, apiVersion: slash < 0 ? 'v1' : `${rule.slice(0, slash)}/v1`, kind: rule.slice(slash + 1) };
}

describeCorpus('health', 53, () => {
  runRows(
    'built-in kinds',
    readCorpus<{ cases: Row[] }>('health', 'builtin.json').cases.map((value) => ({ name: value.name, value })),
    (row) => {
      const verdict = kindHealth(withKind(row.object, row.rule));
      expect(verdict?.state ?? null).toBe(row.health);
      if (row.message !== undefined) expect(verdict?.message).toBe(row.message);
    },
  );
});
