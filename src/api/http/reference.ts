/** The reference page of the HTTP API, written from the table of routes. */
import type { Field, Node, Presence } from '../schema/field.ts';
import { API_PREFIX } from './openapi.ts';
import { routes, type Route } from './routes.table.ts';

export function httpReference(): string {
  const rows = Object.entries(routes) as [string, Route][];
  return `# HTTP API reference

Written from \`src/api/http/routes.table.ts\`. How to use it: [http-api.md](../http-api.md). The same as OpenAPI: \`GET ${API_PREFIX}/openapi.json\`.

| route | what |
|---|---|
${rows.map(([name, row]) => `| [\`${row.method} ${row.path}\`](#${name.toLowerCase()}) | ${row.doc} |`).join('\n')}

${rows.map(([name, row]) => section(name, row)).join('\n')}`;
}

function section(name: string, row: Route): string {
  const parts = [`## ${name}`, `\`${row.method} ${API_PREFIX}${row.path}\``, row.doc];
  if (row.query !== undefined) parts.push(`Query:\n\n${table(Object.entries(row.query), '')}`);
  if (row.body !== undefined) parts.push(`Body:\n\n${tableOf(row.body)}`);
  if (row.stream === 'text/plain') parts.push('Answer: text, streamed.');
  else if (row.answer === undefined) parts.push('Answer: 204 without a body.');
  else parts.push(`Answer${row.stream === undefined ? '' : ` (\`${row.stream}\`, one per message)`}:\n\n${tableOf(row.answer)}`);
  return `${parts.join('\n\n')}\n`;
}

const HEAD = '| field | type | meaning |\n|---|---|---|';

const tableOf = (field: Field<unknown, Presence>): string =>
  field.node.type === 'object' ? table(Object.entries(field.node.fields), '') : `${HEAD}\n`;

const table = (fields: readonly (readonly [string, Field<unknown, Presence>])[], prefix: string): string =>
  fields.length === 0 ? 'A document.' : `${HEAD}\n${lines(fields, prefix).join('\n')}`;

function lines(fields: readonly (readonly [string, Field<unknown, Presence>])[], prefix: string): readonly string[] {
  return fields.flatMap(([name, field]) => {
    const standard = field.default === undefined ? '' : ` Default: \`${JSON.stringify(field.default)}\`.`;
    const needed = field.presence === 'required' ? '' : '?';
    const line = `| \`${prefix}${name}${needed}\` | ${typeName(field.node)} | ${field.node.doc.replaceAll('|', '\\|')}${standard} |`;
    return [line, ...below(field.node, `${prefix}${name}`)];
  });
}

function below(node: Node, prefix: string): readonly string[] {
  if (node.type === 'object') return lines(Object.entries(node.fields), `${prefix}.`);
  if (node.type === 'array') return below(node.items, `${prefix}[]`);
  return node.type === 'map' ? below(node.values, `${prefix}.*`) : [];
}

function typeName(node: Node): string {
  if (node.type === 'array') return `list of ${typeName(node.items)}`;
  if (node.type === 'map') return `map of ${typeName(node.values)}`;
  if (node.type === 'string' && node.enum !== undefined) return node.enum.map((word) => `\`${word}\``).join(', ');
  if (node.type === 'string' && node.format !== undefined) return 'time';
  return node.type === 'free' ? 'JSON' : node.type;
}
