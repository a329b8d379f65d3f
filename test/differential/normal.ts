/** Answers with everything that may differ between two servers taken out. */
import type { Json, JsonObject } from '../../src/core/object/index.ts';

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** A token that continues a list says from which revision. */
function withoutRevision(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  return text.startsWith('{') ? text.replace(/"rv":\d+/, '"rv":"<rv>"') : token;
}

function clean(value: Json | undefined, key: string): Json | undefined {
  if (typeof value === 'string') {
    if (key === 'resourceVersion') return '<rv>';
    if (key === 'token') return '<token>';
    if (key === 'continue') return withoutRevision(value);
    if (time.test(value)) return '<time>';
    if (key === 'clusterIP' || key === 'clusterIPs') return /^\d/.test(value) ? '<ip>' : value;
    // The patched object is printed whole, with its times and revisions.
    if (value.includes('patch: Invalid value: "') || (key === 'message' && value.startsWith('Invalid value: "{')))
      return value.replace(/Invalid value: "(?:[^"\\]|\\.)*"/, 'Invalid value: <object>');
    // What is shown of a forbidden change is drawn by a library of Go.
    const plain = value.replaceAll(/\n[\u00a0 ]*core\.\w+\{[\s\S]*?\n[\u00a0 ]{1,3}\}\n?/g, '');
    if (plain !== value) return clean(plain, key);
    // Go walks maps in random order, so the parts of these texts come in any order.
    const parts =
      /^(.* is invalid: \[)(.*)\]$/s.exec(value) ??
      /^(.*RBAC: \[)(.*)\]$/s.exec(value) ??
      /^(Apply failed with \d+ conflicts: )(.*)$/s.exec(value);
    const ordered =
      parts === null
        ? value
        : `${parts[1] ?? ''}${(parts[2] ?? '')
            .split(/, (?=(?:[\w.[\]]+|<nil>): )|, (?=\w+\.rbac)|\n/)
            .sort()
            .join(', ')}`;
    return (
      ordered
        .replaceAll(/kube-api-access-[0-9a-z]{5}/g, 'kube-api-access-<random>')
        // Go prints pointers by their addresses.
        .replaceAll(/\(0x[0-9a-f]+\)/g, '(<address>)')
        .replaceAll(/in record \(\d+\)/g, 'in record (<rv>)')
        .replaceAll(uid, '<uid>')
        // Whom tokens are for by default is a setting of the server.
        .replaceAll(/kubernetes\.default\.svc(\.cluster\.local)?/g, 'kubernetes.default.svc')
        .replaceAll(/\b10\.\d+\.\d+\.\d+\b/g, '<ip>')
    );
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
    .map(
      ([name, inner]) =>
        [name.replace(/kube-api-access-[0-9a-z]{5}/, 'kube-api-access-<random>'), clean(inner as Json, name) ?? null] as const,
    );
  return Object.fromEntries(entries) as Json;
}

/** The order of entries follows their times, which two servers do not share to the second. */
const sortedManagers = (list: readonly Json[], key: string): Json =>
  key === 'causes'
    ? [...new Map(list.map((item) => [JSON.stringify(item), item])).entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item)
    : key === 'managedFields'
      ? [...list].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : list;

/** What one server has and the other may not: objects of the cluster itself. */
const foreign = (item: Json): boolean => {
  const name = ((item as { readonly metadata?: { readonly name?: string } } | null)?.metadata?.name ?? '') as string;
  const managers = (
    (item as { readonly metadata?: { readonly managedFields?: readonly { readonly manager?: string }[] } } | null)?.metadata
      ?.managedFields ?? []
  ).map(({ manager }) => manager);
  // Roles that aggregate others are filled by a controller, and the server itself repairs addresses.
  return (
    ['kube-root-ca.crt', 'admin', 'edit', 'view', 'cluster-admin'].includes(name) ||
    name.startsWith('system:') ||
    managers.includes('kube-apiserver')
  );
};

function withoutForeign(body: Json): Json {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const object = body as JsonObject;
  if (Array.isArray(object.items)) return { ...object, items: (object.items as readonly Json[]).filter((item) => !foreign(item)) };
  if (object.kind === 'Table' && Array.isArray(object.rows)) {
    const rows = (object.rows as readonly JsonObject[]).filter((row) => !foreign((row.object ?? null) as Json));
    return { ...object, rows: rows.map((row) => ({ ...row, cells: agesOut(row.cells as readonly Json[]) })) };
  }
  return body;
}

const agesOut = (cells: readonly Json[]): Json =>
  cells.map((cell) =>
    typeof cell === 'string' && /^(\d+[smhd])+$|^<invalid>$/.test(cell)
      ? '<age>'
      : typeof cell === 'string'
        ? cell.replaceAll(/:3[0-2]\d{3}\//g, ':<port>/')
        : cell,
  );

const cleanText = (text: string): string =>
  text
    .replaceAll(uid, '<uid>')
    .replaceAll(/kube-api-access-[0-9a-z]{5}/g, 'kube-api-access-<random>')
    .replaceAll(/"\d{4}-\d\d-\d\dT[^"]*Z"/g, '<time>')
    .replaceAll(/resourceVersion: "\d+"/g, 'resourceVersion: <rv>')
    .replaceAll(/\b10\.\d+\.\d+\.\d+\b/g, '<ip>');

export const normalised = (answer: {
  readonly status: number;
  readonly body: Json;
  readonly warning: string;
  readonly type: string;
}): string => {
  if (typeof answer.body === 'string')
    return `${answer.status} ${answer.type} ${answer.warning}\n${JSON.stringify(cleanText(answer.body))}`;
  const cleaned = clean(withoutForeign(answer.body), '');
  const generated = JSON.stringify(cleaned).replaceAll(/"g-[0-9a-z]{5}(?=\\?")/g, '"g-<random>');
  return `${answer.status} ${answer.type} ${answer.warning}\n${generated}`;
};

/** Whether answers tell of a new revision of their object: a write that changes nothing has none. */
export class Revisions {
  readonly #last = new Map<string, string>();

  /** The body with its revision told as `<same>` or `<new>`; lists and failures as they are. */
  marked(body: Json): Json {
    const { metadata } = (body ?? {}) as { readonly metadata?: { readonly uid?: string; readonly resourceVersion?: string } };
    if (metadata?.uid === undefined || metadata.resourceVersion === undefined) return body;
    const same = this.#last.get(metadata.uid) === metadata.resourceVersion;
    this.#last.set(metadata.uid, metadata.resourceVersion);
    return { ...(body as JsonObject), metadata: { ...metadata, revision: same ? 'same' : 'new' } };
  }
}

/** The events of a watch; one that tells nothing new but a time is left out, because two servers do not share their seconds. */
export function normalisedEvents(events: readonly Json[], { bookmarks = false } = {}): readonly string[] {
  const kept: string[] = [];
  const last = new Map<string, string>();
  for (const event of events as readonly JsonObject[]) {
    const object = (event.object ?? null) as Json;
    if (foreign(object) || (event.type === 'BOOKMARK' && !bookmarks)) continue;
    const { uid = '' } = ((object as JsonObject | null)?.metadata ?? {}) as { readonly uid?: string };
    const text = JSON.stringify(clean(object, ''));
    if (event.type !== 'MODIFIED' || last.get(uid) !== text) kept.push(`\n${JSON.stringify(clean(event, ''))}`);
    last.set(uid, text);
  }
  return kept;
}
