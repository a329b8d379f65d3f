/** Server-side apply and recorded writes of Kubernetes objects. */
import { describe, expect, test } from 'vitest';
import type { JsonObject, KubeObject } from '../../object/index.ts';
import { deepFreeze } from '../../object/value/index.ts';
import { builtinSchema } from '../../schema/index.ts';
import {
  ApplyCache,
  type ApplyResult,
  LAST_APPLIED,
  type WriteRules,
  recordUpdate,
  serverSideApply,
  upgradeManagedFields,
  withoutTimeChanges,
} from './index.ts';

const schema = builtinSchema();
const typeOf = (group: string, kind: string) => schema.typeOf({ group, version: 'v1', kind }) ?? expect.fail(kind);
const rules = (now = '2026-01-01T00:00:00Z'): WriteRules => ({ type: typeOf('', 'ConfigMap'), now, struct: true, cache: new ApplyCache() });

const configMap = (data: JsonObject, metadata: JsonObject = {}): KubeObject =>
  deepFreeze({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', ...metadata }, data });

const applyAs = (
  manager: string,
  live: KubeObject | undefined,
  data: JsonObject,
  more: { force?: boolean; now?: string } = {},
): ApplyResult => serverSideApply({ live, config: configMap(data), manager, force: more.force === true }, rules(more.now));

function object(result: ApplyResult): KubeObject {
  if (result.kind !== 'applied') expect.fail(JSON.stringify(result));
  return deepFreeze(result.object);
}

/** `manager Operation {fields}` of each entry. */
const owners = (of: KubeObject): string[] =>
  (of.metadata.managedFields ?? []).map((entry) => `${String(entry.manager)} ${String(entry.operation)} ${JSON.stringify(entry.fieldsV1)}`);

describe('apply', () => {
  test('creates, changes, removes', () => {
    const first = object(applyAs('alice', undefined, { a: '1', b: '2' }));
    expect(owners(first)).toEqual(['alice Apply {"f:data":{"f:a":{},"f:b":{}}}']);
    const second = object(applyAs('alice', first, { a: '3' }));
    expect(second.data).toEqual({ a: '3' });
    expect(owners(second)).toEqual(['alice Apply {"f:data":{"f:a":{}}}']);
  });

  test('the same again changes nothing and returns the live object', () => {
    const live = object(applyAs('alice', undefined, { a: '1' }));
    expect(object(applyAs('alice', live, { a: '1' }, { now: '2027-01-01T00:00:00Z' }))).toBe(live);
  });

  test('the same value from a second manager is shared, without a time', () => {
    const live = object(applyAs('alice', undefined, { a: '1' }));
    const shared = object(applyAs('bob', live, { a: '1' }));
    expect(shared.metadata.managedFields?.map((entry) => [entry.manager, entry.time])).toEqual([
      ['bob', undefined],
      ['alice', '2026-01-01T00:00:00Z'],
    ]);
    expect(object(applyAs('alice', shared, {})).data).toEqual({ a: '1' });
  });

  test('another value is a conflict, unless forced', () => {
    const live = object(applyAs('alice', undefined, { a: '1', b: '1' }));
    expect(applyAs('bob', live, { a: '2' })).toEqual({
      kind: 'conflicts',
      message: 'Apply failed with 1 conflict: conflict with "alice": .data.a',
      causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "alice"', field: '.data.a' }],
    });
    const two = applyAs('bob', live, { a: '2', b: '2' });
    expect(two.kind === 'conflicts' && two.message).toBe('Apply failed with 2 conflicts: conflicts with "alice":\n- .data.a\n- .data.b');
    const forced = object(applyAs('bob', live, { a: '2' }, { force: true }));
    expect(owners(forced)).toEqual(['alice Apply {"f:data":{"f:b":{}}}', 'bob Apply {"f:data":{"f:a":{}}}']);
  });

  test('fields nobody owned yet belong to who came before', () => {
    const result = applyAs('alice', configMap({ a: '1' }), { a: '2' });
    expect(result.kind === 'conflicts' && result.message).toBe(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a',
    );
  });

  test.each([
    [
      { ...configMap({}), spec: {} },
      500,
      'failed to create typed patch object (/c; /v1, Kind=ConfigMap): .spec: field not declared in schema',
    ],
    [
      configMap({ a: 1 }),
      500,
      'failed to create typed patch object (/c; /v1, Kind=ConfigMap): .data.a: expected string, got &value.valueUnstructured{Value:1}',
    ],
    [configMap({}, { managedFields: [] }), 400, 'metadata.managedFields must be nil'],
  ])('refusal %#', (config, code, message) => {
    expect(serverSideApply({ live: undefined, config, manager: 'x' }, rules())).toEqual({ kind: 'refused', code, message });
  });

  test('hostile keys are only keys', () => {
    const config = JSON.parse(
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"__proto__":"x","constructor":"y"}}',
    ) as KubeObject;
    const live = object(serverSideApply({ live: configMap({ a: '1' }), config, manager: 'x' }, rules()));
    expect(JSON.stringify(live.data)).toBe('{"a":"1","__proto__":"x","constructor":"y"}');
    expect(({} as { x?: string }).x).toBeUndefined();
  });
});

describe('kubectl', () => {
  const annotated = (data: JsonObject): KubeObject =>
    configMap(
      { a: '1' },
      { annotations: { [LAST_APPLIED]: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data }) } },
    );

  test('takes over what client-side apply wrote and keeps its annotation up to date', () => {
    const live = recordUpdate({ live: undefined, object: annotated({ a: '1' }), manager: 'kubectl-client-side-apply' }, rules());
    const next = object(serverSideApply({ live, config: configMap({ a: '2' }), manager: 'kubectl' }, rules()));
    expect(next.data).toEqual({ a: '2' });
    expect(next.metadata.annotations?.[LAST_APPLIED]).toBe(
      '{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"name":"c"}}\n',
    );
    const other = serverSideApply({ live, config: configMap({ a: '2' }), manager: 'other' }, rules());
    expect(other.kind).toBe('conflicts');
  });

  test('ownership of client-side apply can be migrated', () => {
    const live = recordUpdate({ live: undefined, object: configMap({ a: '1' }), manager: 'kubectl-client-side-apply' }, rules());
    const migrated = upgradeManagedFields(live, { from: ['kubectl-client-side-apply'], to: 'kubectl' });
    expect(owners(migrated)).toEqual(['kubectl Apply {"f:data":{".":{},"f:a":{}}}']);
    expect(upgradeManagedFields(migrated, { from: ['kubectl-client-side-apply'], to: 'kubectl' })).toBe(migrated);
  });
});

describe('other writes', () => {
  test('the writer owns what it changed, others lose it', () => {
    const live = object(applyAs('alice', undefined, { a: '1', b: '1' }));
    const next = recordUpdate({ live, object: { ...live, data: { a: '2', b: '1' } }, manager: 'editor' }, rules());
    expect(owners(next)).toEqual(['alice Apply {"f:data":{"f:b":{}}}', 'editor Update {"f:data":{"f:a":{}}}']);
  });

  test('a create owns everything but what Go writes anyway', () => {
    const deployment = deepFreeze({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd', creationTimestamp: null },
      spec: { strategy: {}, selector: {}, template: { spec: { containers: [{ name: 'c', resources: {} }] } } },
      status: {},
    });
    const stored = recordUpdate(
      { live: undefined, object: deployment as unknown as KubeObject, manager: 'm' },
      { ...rules(), type: typeOf('apps', 'Deployment') },
    );
    expect(owners(stored)).toEqual([
      'm Update {"f:spec":{"f:selector":{},"f:template":{"f:spec":{"f:containers":{"k:{\\"name\\":\\"c\\"}":{".":{},"f:name":{},"f:resources":{}}}}}}}',
    ]);
  });

  test('a list with one empty entry resets ownership', () => {
    const live = object(applyAs('alice', undefined, { a: '1' }));
    const reset = recordUpdate({ live, object: configMap({ a: '1' }, { managedFields: [{}] }), manager: 'editor' }, rules());
    expect(reset.metadata.managedFields).toBeUndefined();
  });

  test('beyond ten writers the oldest become one', () => {
    let live = recordUpdate({ live: undefined, object: configMap({ k0: 'x' }), manager: 'm0' }, rules('2026-01-01T00:00:00Z'));
    for (let index = 1; index <= 12; index += 1) {
      const next = { ...live, data: { ...(live.data as JsonObject), [`k${index}`]: 'x' } };
      live = recordUpdate({ live, object: next, manager: `m${index}` }, rules(`2026-01-01T00:00:${String(index).padStart(2, '0')}Z`));
    }
    expect(live.metadata.managedFields?.length).toBe(10);
    expect(owners(live)[0]).toContain('ancient-changes Update');
  });

  test('a change of nothing but times is no change', () => {
    const live = object(applyAs('alice', undefined, { a: '1' }));
    const later = object(applyAs('alice', undefined, { a: '1' }, { now: '2027-01-01T00:00:00Z' }));
    expect(withoutTimeChanges(live, later)).toBe(live);
    const other = object(applyAs('alice', live, { a: '2' }));
    expect(withoutTimeChanges(live, other)).toBe(other);
  });
});
