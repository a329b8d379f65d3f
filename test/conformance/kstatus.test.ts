/** kstatus rows: the status of an object and its standard conditions. */
import { expect } from 'vitest';
import { augment, computeStatus, type StandardCondition } from '../../src/core/health/index.ts';
import { conditions } from '../../src/core/health/fields.ts';
import type { KubeObject } from '../../src/core/object/index.ts';
import { describeCorpus, readCorpus, runRows } from './corpus.ts';

interface StatusRow {
  readonly name: string;
  readonly object: KubeObject;
  readonly status: string;
  readonly conditions: readonly Pick<StandardCondition, 'type' | 'status' | 'reason'>[];
  readonly absentConditions: readonly string[];
  readonly now?: string;
}

interface AugmentRow {
  readonly name: string;
  readonly object: KubeObject;
  readonly conditionsAfter: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
}

const NOW = '2026-01-01T00:00:00Z';

describeCorpus('kstatus', 58, () => {
  runRows(
    'status',
    readCorpus<{ cases: StatusRow[] }>('kstatus', 'cases.json').cases.map((value) => ({ name: value.name, value })),
    (row) => {
      const result = computeStatus(row.object, Date.parse(row.now ?? NOW));
      expect(result.status).toBe(row.status);
      expect(result.conditions).toEqual(expect.arrayContaining(row.conditions.map((condition) => expect.objectContaining(condition))));
      for (const type of row.absentConditions) expect(result.conditions.map((condition) => condition.type)).not.toContain(type);
    },
  );

  runRows(
    'augment',
    readCorpus<{ cases: AugmentRow[] }>('kstatus', 'augment.json').cases.map((value) => ({ name: value.name, value })),
    (row) => {
      const after = conditions(augment(row.object, { ms: Date.parse(NOW), text: NOW }));
      expect(after).toEqual(expect.arrayContaining(row.conditionsAfter.map((condition) => expect.objectContaining(condition))));
    },
  );
});
