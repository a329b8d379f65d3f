import { expect, test } from 'vitest';
import { annotationProblems } from './index.ts';

const marked = (annotations: Record<string, string>) =>
  annotationProblems({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop', annotations } }).map(
    ({ code, message, object }) => `${code} ${object}: ${message}`,
  );

test.each([
  [
    { 'lockstep.dev/wave': 'soon' },
    'InvalidWave ConfigMap/shop/a: lockstep.dev/wave is "soon"; it may be a whole number in quotes, such as "-1"',
  ],
  [
    { 'lockstep.dev/wave': '1.5' },
    'InvalidWave ConfigMap/shop/a: lockstep.dev/wave is "1.5"; it may be a whole number in quotes, such as "-1"',
  ],
  [
    { 'lockstep.dev/prune': 'perhaps' },
    'InvalidAnnotation ConfigMap/shop/a: lockstep.dev/prune is "perhaps"; it may be disabled, confirm, allowed',
  ],
  [{ 'lockstep.dev/heal': 'no' }, 'InvalidAnnotation ConfigMap/shop/a: lockstep.dev/heal is "no"; it may be disabled'],
  [
    { 'lockstep.dev/apply': 'Merge' },
    'InvalidAnnotation ConfigMap/shop/a: lockstep.dev/apply is "Merge"; it may be merge, ifNotPresent, ignore',
  ],
  [
    { 'lockstep.dev/replaces': 'old' },
    'InvalidAnnotation ConfigMap/shop/a: lockstep.dev/replaces is "old"; it may be namespace/name of an App',
  ],
])('%o is told', (annotations, expected) => {
  expect(marked(annotations)).toEqual([expected]);
});

test.each([
  { 'lockstep.dev/wave': '-3', 'lockstep.dev/prune': 'confirm', 'lockstep.dev/apply': 'ifNotPresent', 'lockstep.dev/shared': 'true' },
  { 'lockstep.dev/replaces': 'shop/old.name', 'lockstep.dev/simulate': 'crash-loop', 'lockstep.dev/sidecars': 'agent' },
  { 'argocd.argoproj.io/sync-wave': 'soon', 'example.com/wave': 'soon' },
] as readonly Record<string, string>[])('%o is fine', (annotations) => {
  expect(marked(annotations)).toEqual([]);
});
