/**
 * The reference pages of the API, written from the tables.
 * In: nothing. Out: Markdown. Never: touches a file (a test compares with `docs/reference/` and can rewrite it).
 */
import { annotationRules } from '../../core/plan/vocabulary/index.ts';
import { kinds, type Kind } from '../kinds/index.ts';
import { API_VERSION, GROUP } from '../kinds/kind.ts';
import { newsTypes } from '../news.table.ts';
import { reasons } from '../reasons.table.ts';
import type { Field, Node, Presence } from '../schema/field.ts';
import { formatDuration, rulesOf } from '../schema/rules.ts';

/** `docs/reference/api.md` */
export function apiReference(): string {
  const head = [
    '# The API',
    '',
    `All kinds are \`${API_VERSION}\`, carry the category \`lockstep\`, and have a short name. This page is written from the same tables as the CustomResourceDefinitions;`,
    'change those in `src/api/kinds`, then run `UPDATE_DOCS=1 npx vitest run --project unit test/architecture/docs.test.ts`.',
    '',
    'A field with a default may be left out. Fields of which only one may be set say so in the row of the object around them.',
    '',
    ...kinds.map(({ kind, doc }) => `- [${kind}](#${kind.toLowerCase()}): ${doc}`),
  ];
  return `${[...head, ...kinds.flatMap(kindSection)].join('\n')}\n`;
}

/** `docs/reference/news.md` */
export function newsReference(): string {
  const rows = Object.entries(newsTypes).map(([type, { severity, meaning }]) => `| \`${type}\` | ${severity} | ${cell(meaning)} |`);
  const head = [
    '# News',
    '',
    'Every type of news: what Channels tell, `lockstep events` shows and the ledger keeps. This page is written from `src/api/news.table.ts`.',
    '',
    'A stop or a wait has its reason as its type; [reasons](reasons.md) lists them. It is an `error`, or a `warning` where only a person or time is waited for.',
    '',
    '| type | severity | means |',
    '|---|---|---|',
  ];
  return `${[...head, ...rows].join('\n')}\n`;
}

/** `docs/reference/annotations.md` */
export function annotationsReference(): string {
  const rows = annotationRules.map(({ name, on, values, meaning }) => `| \`${name}\` | ${cell(on)} | ${cell(values)} | ${cell(meaning)} |`);
  const head = [
    '# Annotations',
    '',
    'What people write on objects to steer Lockstep. Another value than the ones listed stops the revision with `InvalidAnnotation` or `InvalidWave` and the place',
    'it stands at. The well-known hook, wave, keep, prune and apply annotations of Helm, Argo CD and Flux mean here what they mean there. This page is written',
    'from `src/core/plan/vocabulary/vocabulary.ts`.',
    '',
    '| annotation | on | values | means |',
    '|---|---|---|---|',
  ];
  return `${[...head, ...rows].join('\n')}\n`;
}

/** `docs/reference/reasons.md` */
export function reasonsReference(): string {
  const rows = Object.entries(reasons).map(([code, { meaning, hint }]) => `| \`${code}\` | ${cell(meaning)} | ${cell(hint)} |`);
  const head = [
    '# Reasons',
    '',
    'Every reason that may stand in a condition, an event or a problem. They are stable: scripts may compare them. This page is written from `src/api/reasons.table.ts`.',
    '',
    '| reason | means | what to do |',
    '|---|---|---|',
  ];
  return `${[...head, ...rows].join('\n')}\n`;
}

function kindSection(kind: Kind): readonly string[] {
  const names = `\`${kind.plural}.${GROUP}\`, short name \`${kind.shortName}\`, ${kind.scope === 'Cluster' ? 'cluster-scoped' : 'namespaced'}`;
  return [
    '',
    `## ${kind.kind}`,
    '',
    kind.doc,
    '',
    `${names}.`,
    '',
    '```yaml',
    kind.example.trimEnd(),
    '```',
    ...(kind.rules ?? []).flatMap(({ message }) => ['', `Rule: ${message}.`]),
    '',
    ...fieldTable('spec', kind.spec),
    ...(kind.status === undefined ? [] : ['', ...fieldTable('status', kind.status)]),
  ];
}

function fieldTable(path: string, field: Field<unknown, Presence>): readonly string[] {
  return ['| field | type | default | meaning |', '|---|---|---|---|', ...fieldRows(path, field)];
}

function fieldRows(path: string, field: Field<unknown, Presence>): readonly string[] {
  const row = `| \`${path}\` | ${typeText(field.node)} | ${defaultText(field)} | ${cell(meaning(field.node))} |`;
  return [row, ...childRows(path, field.node)];
}

function childRows(path: string, node: Node): readonly string[] {
  switch (node.type) {
    case 'object':
      return Object.entries(node.fields).flatMap(([name, field]) => fieldRows(`${path}.${name}`, field));
    case 'array':
      return childRows(`${path}[]`, node.items);
    case 'map':
      return childRows(`${path}.*`, node.values);
    default:
      return [];
  }
}

function typeText(node: Node): string {
  switch (node.type) {
    case 'string':
      if (node.enum !== undefined) return node.enum.map((word) => `\`${word}\``).join(', ');
      if (node.format === 'date-time') return 'time';
      return node.minDuration === undefined ? 'text' : 'duration';
    case 'integer':
      return node.maximum >= Number.MAX_SAFE_INTEGER ? `integer ≥ ${node.minimum}` : `integer ${node.minimum} … ${node.maximum}`;
    case 'boolean':
      return 'boolean';
    case 'array':
      return `list of ${plural(typeText(node.items))}, at most ${node.maxItems}`;
    case 'map':
      return `map of ${plural(typeText(node.values))}`;
    case 'free':
      return 'any object';
    case 'object':
      return 'object';
  }
}

const plural = (text: string): string => (text === 'text' ? 'texts' : text === 'object' ? 'objects' : text);

function defaultText(field: Field<unknown, Presence>): string {
  if (field.presence === 'required') return '**required**';
  if (field.default === undefined || field.node.type === 'object') return '';
  return `\`${JSON.stringify(field.default).replaceAll('"', '')}\``;
}

/** The doc, and what the bounds add to it. */
function meaning(node: Node): string {
  const parts = [node.doc];
  if (node.type === 'string' && node.means !== undefined && node.minDuration === undefined) parts.push(`Must be ${node.means}.`);
  if (node.type === 'string' && node.minDuration !== undefined && node.minDuration > 0)
    parts.push(`At least ${formatDuration(node.minDuration)}.`);
  const rules = rulesOf(node).filter(() => node.type !== 'string' || node.minDuration === undefined);
  for (const { message } of rules) parts.push(`${message.charAt(0).toUpperCase()}${message.slice(1)}.`);
  return parts.join(' ');
}

/** Text that may stand in a cell of a table. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
