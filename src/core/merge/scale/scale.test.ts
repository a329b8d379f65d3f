/** Ownership of replicas through `/scale`. */
import { expect, test } from 'vitest';
import { deepFreeze } from '../../object/value/index.ts';
import { fromScale, toScale } from './index.ts';

const paths = new Map([['apps/v1', [{ kind: 'field', name: 'spec' } as const, { kind: 'field', name: 'replicas' } as const]]]);
const time = '2026-01-01T00:00:00Z';
const parent = deepFreeze([
  {
    manager: 'git',
    operation: 'Apply',
    apiVersion: 'apps/v1',
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:spec': { 'f:paused': {}, 'f:replicas': {} } },
  },
  {
    manager: 'kcm',
    operation: 'Update',
    apiVersion: 'apps/v1',
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:metadata': { 'f:annotations': {} } },
  },
]);
const replicas = { 'f:spec': { 'f:replicas': {} } };

test('the Scale shows who owns the replicas', () => {
  expect(toScale(parent, paths)).toEqual({
    ok: true,
    value: [{ manager: 'git', operation: 'Apply', apiVersion: 'autoscaling/v1', time, fieldsType: 'FieldsV1', fieldsV1: replicas }],
  });
});

test('who takes the replicas through the Scale takes them from the parent', () => {
  const scale = [
    {
      manager: 'hpa',
      operation: 'Update',
      apiVersion: 'autoscaling/v1',
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: replicas,
      subresource: 'scale',
    },
  ];
  expect(fromScale({ parent, scale, apiVersion: 'apps/v1' }, paths)).toEqual({
    ok: true,
    value: [
      {
        manager: 'git',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        time,
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:paused': {} } },
      },
      { manager: 'hpa', operation: 'Update', apiVersion: 'apps/v1', fieldsType: 'FieldsV1', fieldsV1: replicas, subresource: 'scale' },
      parent[1],
    ],
  });
});

test('nothing changes when the owner stays, and unknown versions are dropped', () => {
  const shown = toScale(parent, paths);
  expect(shown.ok && fromScale({ parent, scale: [...shown.value], apiVersion: 'apps/v1' }, paths)).toEqual({ ok: true, value: parent });
  expect(fromScale({ parent, scale: [], apiVersion: 'apps/v2' }, new Map())).toEqual({ ok: true, value: [] });
});
