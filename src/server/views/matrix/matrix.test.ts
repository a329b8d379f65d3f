/** A matrix that is kept in repair says what one made anew would say, whatever changes. */
import { expect, test } from 'vitest';
import type { Clock } from '../../../ports/index.ts';
import { checkQuery, type QueryOf, routes } from '../../../api/http/index.ts';
import type { KubeObject } from '../../../core/object/index.ts';
import { AppIndex } from '../app-index.ts';
import { Matrices } from './index.ts';

const clock = { now: () => 1_800_000_000_000 } as unknown as Clock;

function app(number: number, random: () => number): KubeObject {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const state = pick(['Healthy', 'Healthy', 'Degraded', 'Progressing']);
  return {
    apiVersion: 'lockstep.dev/v1',
    kind: 'App',
    metadata: {
      name: `service-${number}`,
      namespace: `team-${number % 3}`,
      labels: { environment: pick(['dev', 'production']), team: pick(['a', 'b']), 'app.kubernetes.io/name': `title-${number % 7}` },
    },
    spec: { source: { name: 'config' }, target: {}, sync: {}, suspend: false },
    status: {
      health: { state, since: '2026-01-01T00:00:00Z' },
      conditions: [
        { type: 'Ready', status: state === 'Healthy' ? 'True' : 'False', reason: state, message: '', lastTransitionTime: '' },
        { type: 'Synced', status: 'True', reason: 'InSync', message: '', lastTransitionTime: '' },
      ],
    },
  } as unknown as KubeObject;
}

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

const asked = (text: string): QueryOf<'matrix'> => {
  const checked = checkQuery(routes.matrix, new URLSearchParams(text));
  if (!checked.ok) throw new Error(checked.error.message);
  return checked.value as unknown as QueryOf<'matrix'>;
};

const said = (matrices: Matrices, text: string, visible: (namespace: string) => boolean): unknown => {
  const page = matrices.page(asked(text), visible);
  return page.ok ? { ...page.value.meta, items: page.value.items.map(({ json }) => JSON.parse(json) as unknown) } : page.error;
};

test.each(['', 'group=label:team', 'level=broken', 'group=none&limit=3', 'environment=production&columns=cluster'])('"%s"', (text) => {
  const random = generator(7);
  const index = new AppIndex(clock, () => undefined);
  const kept = new Matrices(index);
  const everywhere = (): boolean => true;
  const some = (namespace: string): boolean => namespace !== 'team-1';
  for (let turn = 0; turn < 300; turn += 1) {
    const number = Math.floor(random() * 40);
    if (random() < 0.2) index.remove(app(number, random));
    else index.put(app(number, random));
    if (turn % 10 !== 0) continue;
    expect(said(kept, text, everywhere)).toEqual(said(new Matrices(index), text, everywhere));
    expect(said(kept, text, some)).toEqual(said(new Matrices(index), text, some));
  }
});
