/**
 * Sends the same random requests to a real API server and to the embedded cluster and compares every answer and every watch event.
 * Usage: `--against KUBECONFIG [--requests 10000] [--seed N] [--show 20] [--deep]`. The real server should run without controllers, which would write too.
 */
import type { Json, JsonObject } from '../../src/core/object/index.ts';
import { type Client, clientOf } from './client.ts';
import { differences } from './compare.ts';
import { gizmoDefinition, widgetDefinition } from './definitions.ts';
import { deepRequest } from './deep.ts';
import { seeded } from './draw.ts';
import { explanationOf } from './explained.ts';
import { kinds, nextRequest, type Sent } from './generator.ts';
import { normalised, normalisedEvents, Revisions } from './normal.ts';
import { ownCluster } from './own-cluster.ts';

const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
};

const post = (path: string, body: JsonObject): Sent => ({ method: 'POST', path, contentType: 'application/json', body });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function prepare({ send }: Client, namespace: string): Promise<void> {
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  await send(post('/api/v1/namespaces', { metadata: { name: namespace } }));
  const security = (mode: string): string => `pod-security.kubernetes.io/${mode}`;
  const strict = { [security('enforce')]: 'restricted', [security('warn')]: 'baseline', [security('warn-version')]: 'v1.28' };
  const lax = { [security('enforce')]: 'baseline', [security('enforce-version')]: 'v1.30', [security('warn')]: 'restricted' };
  for (const [kind, labels] of Object.entries({ strict, lax })) {
    await send(post('/api/v1/namespaces', { metadata: { name: `${namespace}-${kind}`, labels } }));
    await send(post(`/api/v1/namespaces/${namespace}-${kind}/serviceaccounts`, { metadata: { name: 'default' } }));
  }
  await send(post(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'default' } }));
  await send(post(definitions, widgetDefinition));
  await send(post(definitions, gizmoDefinition));
  const rules = [{ apiGroups: ['', 'apps'], resources: ['configmaps', 'deployments'], verbs: ['get', 'list', 'patch'] }];
  await send(post(`${rbac}/roles`, { metadata: { name: 'eves' }, rules }));
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'eves' };
  await send(post(`${rbac}/rolebindings`, { metadata: { name: 'eves' }, roleRef, subjects: [{ kind: 'User', name: 'eve' }] }));
  for (const kind of kinds.filter(({ custom }) => custom)) {
    for (let tries = 0; tries < 50; tries++) {
      if ((await send({ method: 'GET', path: kind.path(namespace) })).status === 200) break;
      await pause(200);
    }
  }
  // A custom type takes its first objects a little later than it can be listed.
  await pause(2500);
}

/** Takes away the object a request was about, so that a difference is not seen again in what follows. */
async function reset({ send }: Client, sent: Sent): Promise<void> {
  const [path = ''] = sent.path.split('?');
  const body = sent.body as { readonly metadata?: { readonly name?: string } } | undefined;
  const item = sent.method === 'POST' ? `${path}/${String(body?.metadata?.name ?? '')}` : path.replace(/\/(status|scale)$/, '');
  // A namespace would take everything in it along, and on the real server nobody would end it.
  if (/^\/api\/v1\/namespaces\/[^/]*$/.test(item)) return;
  // A name that is missing would be the whole collection.
  if (item.endsWith('/') || item.endsWith('/undefined')) return;
  if (sent.method === 'GET' && !/\/[abc]$|-[abc]$/.test(path)) return;
  await send({ method: 'PATCH', path: item, contentType: 'application/merge-patch+json', body: { metadata: { finalizers: null } } });
  await send({ method: 'DELETE', path: `${item}?gracePeriodSeconds=0&propagationPolicy=Background` });
}

/** Ends a namespace as its controller would, which the real server does not have here. */
async function endNamespace({ send }: Client, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${name}`;
  await send({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body: { metadata: { finalizers: null } } });
  await send({ method: 'DELETE', path });
  await send({ method: 'PUT', path: `${path}/finalize`, contentType: 'application/json', body: { metadata: { name }, spec: {} } });
}

class Report {
  readonly #groups = new Map<string, { count: number; example: string }>();
  readonly explained = new Map<string, number>();

  add(key: string, example: string): void {
    const known = this.#groups.get(key);
    if (known === undefined) this.#groups.set(key, { count: 1, example });
    else known.count++;
  }

  print(show: number): number {
    for (const [key, group] of [...this.#groups].sort((a, b) => b[1].count - a[1].count).slice(0, show))
      console.log(`\n== ${key}: ${group.count}\n${group.example}`);
    for (const [reason, count] of this.explained) console.log(`explained (docs/cluster-differences.md, ${reason}): ${count}`);
    return [...this.#groups.values()].reduce((sum, group) => sum + group.count, 0);
  }
}

const revisions = { real: new Revisions(), own: new Revisions() };

/** A write that sets nothing but a time is new in another second only: sent again in the next one, both servers have to agree. */
async function settles(sent: Sent, clients: Clients): Promise<boolean> {
  for (let tries = 0; tries < 2; tries++) {
    await pause(1100 - (Date.now() % 1000));
    const [real, own] = await Promise.all([clients.real.send(sent), clients.own.send(sent)]);
    const marks = [revisions.real.marked(real.body), revisions.own.marked(own.body)] as {
      readonly metadata?: { readonly revision?: string };
    }[];
    if (marks[0]?.metadata?.revision === marks[1]?.metadata?.revision) return true;
  }
  return false;
}

interface Clients {
  readonly real: Client;
  readonly own: Client;
}

async function compare(sent: Sent, clients: Clients, report: Report, index: number): Promise<void> {
  const before = historyOf(sent, index);
  const [expected, actual] = await Promise.all([clients.real.send(sent), clients.own.send(sent)]);
  const left = normalised({ ...expected, body: revisions.real.marked(expected.body) });
  const right = normalised({ ...actual, body: revisions.own.marked(actual.body) });
  if (left === right) return;
  if (differences(left, right).every((line) => line.startsWith('.metadata.revision:')) && (await settles(sent, clients))) return;
  await Promise.all([reset(clients.real, sent), reset(clients.own, sent)]);
  const lines = differences(left, right);
  const reason = explanationOf(sent, lines);
  if (reason !== undefined) {
    report.explained.set(reason, (report.explained.get(reason) ?? 0) + 1);
    return;
  }
  const where =
    sent.path
      .split('?')[0]
      ?.split('/')
      .slice(-3)
      .filter((part) => !/^diff-|-?[abc]$/.test(part))
      .join('/') ?? '';
  const key = `${sent.method} ${sent.contentType ?? ''} ${where} ${expected.status}/${actual.status} ${(lines[0] ?? '').replace(/:.*/, '')}`;
  report.add(
    key,
    [`#${index} ${shown(sent)}`, ...lines.slice(0, 14), ...before.slice(-6, -1).map((line) => `before: ${line.slice(0, 500)}`)].join(
      '\n  ',
    ),
  );
}

const shown = (sent: Sent): string =>
  `${sent.method} ${sent.path} ${sent.as ?? ''} ${sent.contentType ?? ''} ${JSON.stringify(sent.body ?? sent.edit)}`;

/** What was sent about each object, newest last: a difference may have its cause in an earlier request. */
const histories = new Map<string, string[]>();

function historyOf(sent: Sent, index: number): readonly string[] {
  const [path = ''] = sent.path.split('?');
  const name = (sent.body as { readonly metadata?: { readonly name?: Json } } | undefined)?.metadata?.name;
  const item = sent.method === 'POST' ? `${path}/${String(name)}` : path.replace(/\/(status|scale)$/, '');
  const history = histories.get(item) ?? [];
  histories.set(item, history);
  history.push(`#${index} ${shown(sent)}`);
  return history;
}

function compareWatches(kind: string, real: readonly Json[], own: readonly Json[], report: Report): void {
  const left = normalisedEvents(real);
  const right = normalisedEvents(own);
  const length = Math.max(left.length, right.length);
  for (let at = 0; at < length; at++) {
    if (left[at] === right[at]) continue;
    const lines = differences(left[at] ?? 'none', right[at] ?? 'none');
    const reason = explanationOf(undefined, lines);
    if (reason === undefined) {
      report.add(`watch ${kind}`, `event ${at} of ${left.length}/${right.length}\n  ${lines.slice(0, 14).join('\n  ')}`);
      if (lines.some((line) => line.startsWith('head') || /\.(type|object\.metadata\.name):/.test(line))) return;
    } else report.explained.set(reason, (report.explained.get(reason) ?? 0) + 1);
  }
}

async function main(): Promise<number> {
  const seed = Number(option('seed', String(Math.floor(Math.random() * 1e9))));
  const count = Number(option('requests', '10000'));
  const own = await ownCluster();
  const clients = { real: clientOf(option('against', '')), own: own.client };
  const namespace = `diff-${seed}-${Date.now().toString(36)}`;
  console.log(`seed ${seed}, namespace ${namespace}`);
  await Promise.all([prepare(clients.real, namespace), prepare(clients.own, namespace)]);
  const report = new Report();
  const watched = kinds.filter((kind) => kind.path(namespace).includes('/namespaces/'));
  const watches = watched.map((kind) => {
    const path = `${kind.path(namespace)}?watch=true`;
    return { kind: kind.kind, real: clients.real.watch(path), own: clients.own.watch(path) };
  });
  await pause(500);
  const draw = seeded(seed);
  const next = process.argv.includes('--deep') ? deepRequest : nextRequest;
  for (let at = 0; at < count; at++) await compare(next(draw, namespace), clients, report, at);
  await pause(1000);
  let events = 0;
  for (const { kind, real, own } of watches) {
    events += real.events.length;
    compareWatches(kind, real.events, own.events, report);
    real.stop();
    own.stop();
  }
  // What is not in the namespace would be seen by the next run.
  for (const kind of kinds.filter((one) => !one.path(namespace).includes('/namespaces/')))
    for (const name of [`${namespace}-a`, `${namespace}-b`, `${namespace}-c`, 'other'])
      await reset(clients.real, { method: 'PUT', path: `${kind.path(namespace)}/${name}` });
  for (const end of ['', '-strict', '-lax', '-a', '-b', '-c']) await endNamespace(clients.real, `${namespace}${end}`);
  await own.close();
  const total = report.print(Number(option('show', '20')));
  console.log(`\nseed ${seed}: ${count} requests, ${events} watch events, ${total} unexplained differences`);
  return total === 0 ? 0 : 1;
}

process.exitCode = await main();
