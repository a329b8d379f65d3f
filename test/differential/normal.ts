/** Answers with everything that may differ between two servers taken out. */
import type { Json } from '../../src/core/object/index.ts';

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function clean(value: Json | undefined, key: string): Json | undefined {
  if (typeof value === 'string') {
    if (key === 'resourceVersion') return '<rv>';
    if (time.test(value)) return '<time>';
    if (key === 'clusterIP' || key === 'clusterIPs') return /^\d/.test(value) ? '<ip>' : value;
    // The patched object is printed whole, with its times and revisions.
    if (value.includes('patch: Invalid value: "') || (key === 'message' && value.startsWith('Invalid value: "{')))
      return value.replace(/Invalid value: "(?:[^"\\]|\\.)*"/, 'Invalid value: <object>');
    // Go walks maps in random order, so the parts of these texts come in any order.
    const parts = /^(.* is invalid: \[)(.*)\]$/s.exec(value) ?? /^(Apply failed with \d+ conflicts: )(.*)$/s.exec(value);
    const ordered =
      parts === null
        ? value
        : `${parts[1] ?? ''}${(parts[2] ?? '')
            .split(/, (?=[\w.[\]]+: )|\n/)
            .sort()
            .join(', ')}`;
    return ordered.replaceAll(uid, '<uid>').replaceAll(/\b10\.\d+\.\d+\.\d+\b/g, '<ip>');
  }
  if (key === 'nodePort' || key === 'healthCheckNodePort') return '<port>';
  if (Array.isArray(value))
    return sortedManagers(
      (value as readonly Json[]).map((item) => clean(item, key) ?? null),
      key,
    );
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => [name, clean(inner as Json, name) ?? null] as const);
  return Object.fromEntries(entries) as Json;
}

/** The order of entries follows their times, which two servers do not share to the second. */
const sortedManagers = (list: readonly Json[], key: string): Json =>
  key === 'managedFields' || key === 'causes' ? [...list].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : list;

export const normalised = (answer: { readonly status: number; readonly body: Json; readonly warning: string }): string =>
  `${answer.status} ${answer.warning} ${JSON.stringify(clean(answer.body, ''))}`;
