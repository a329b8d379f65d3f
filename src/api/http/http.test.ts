/** The contract: the OpenAPI document says what the table says, and queries are read as it says. */
import { describe, expect, test } from 'vitest';
import { API_PREFIX, checkBody, checkQuery, openapiDocument, routes, type Route } from './index.ts';

type Paths = Record<
  string,
  Record<string, { operationId: string; parameters: { name: string; in: string }[]; responses: Record<string, unknown> }>
>;

test('every route is in the OpenAPI document, with its parameters, and nothing else is', () => {
  const { paths } = openapiDocument('1.2.3') as unknown as { paths: Paths };
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters }]) => [
      operationId,
      `${method.toUpperCase()} ${path}`,
      parameters.map(({ name }) => name),
    ]),
  );
  const tabled = (Object.entries(routes) as [string, Route][]).map(([name, { method, path, query = {} }]) => [
    name,
    `${method} ${API_PREFIX}${path}`,
    [...[...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]), ...Object.keys(query)],
  ]);
  expect(documented.sort()).toEqual(tabled.sort());
});

test('no two routes can be mistaken for each other', () => {
  const shapes = (Object.values(routes) as Route[]).map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '*')}`);
  expect(new Set(shapes).size).toBe(shapes.length);
});

describe('queries', () => {
  const cases = [
    { text: 'limit=7&q=web', value: { limit: 7, q: 'web', sort: 'urgency' } },
    { text: '', value: { limit: 50, sort: 'urgency' } },
    { text: 'limit=1e3', field: 'limit' },
    { text: 'limit=99999999999999999999', field: 'limit' },
    { text: '__proto__=x', field: '__proto__' },
    { text: 'sort=nme', field: 'sort', hint: 'did you mean "name"?' },
    { text: 'at=yesterday', field: 'at' },
  ];
  for (const { text, value, field, hint } of cases) {
    test(`?${text}`, () => {
      const read = checkQuery(routes.apps, new URLSearchParams(text));
      if (value === undefined)
        expect(read.ok ? undefined : { field: read.error.field, hint: read.error.hint }).toMatchObject({
          field,
          ...(hint === undefined ? {} : { hint }),
        });
      else expect(read).toEqual({ ok: true, value });
    });
  }
});

test('a body is an object with the fields of its table', () => {
  expect(checkBody(routes.signIn, { user: 'a', password: 'b' })).toMatchObject({ ok: true });
  for (const bad of [undefined, [], 'x', {}, { user: 'a' }, { user: 'a', password: 'b', admin: true }, { user: 1, password: 'b' }])
    expect(checkBody(routes.signIn, bad as never).ok).toBe(false);
});
