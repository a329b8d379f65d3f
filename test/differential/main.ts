/**
 * Sends the same random requests to a real API server and to the embedded cluster and compares every answer.
 * Usage: `--against KUBECONFIG [--count 10000] [--seed N] [--show 20]`. The real server is used through curl-like HTTPS with the kubeconfig's token.
 */
import { readFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { createCluster } from '../../src/apiserver/index.ts';
import { silentLog } from '../../src/adapters/log/index.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/index.ts';
import type { Json } from '../../src/core/object/index.ts';
import { kinds, nextRequest, seeded, type Sent, widgetDefinition } from './generator.ts';
import { normalised } from './normal.ts';

interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly warning: string;
}

type Client = (sent: Sent) => Promise<Answer>;

const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
};

function client(server: string, token: string): Client {
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  return (sent) =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        'user-agent': 'differential/1',
        ...(sent.contentType === undefined ? {} : { 'content-type': sent.contentType }),
      };
      const request = httpsRequest(`${server}${sent.path}`, { method: sent.method, agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const warning = String(response.headers.warning ?? '');
          resolve({ status: response.statusCode ?? 0, body: text.startsWith('{') ? (JSON.parse(text) as Json) : text, warning });
        });
      });
      request.on('error', reject);
      request.end(sent.body === undefined ? undefined : JSON.stringify(sent.body));
    });
}

function credentials(path: string): { readonly server: string; readonly token: string } {
  const text = readFileSync(path, 'utf8');
  return { server: /server: "?([^",}\s]+)/.exec(text)?.[1] ?? '', token: /token: "?([^",}\s]+)/.exec(text)?.[1] ?? '' };
}

async function prepare(send: Client, namespace: string): Promise<void> {
  await send({ method: 'POST', path: '/api/v1/namespaces', contentType: 'application/json', body: { metadata: { name: namespace } } });
  await send({
    method: 'POST',
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    contentType: 'application/json',
    body: widgetDefinition,
  });
  for (let tries = 0; tries < 50; tries++) {
    const { status } = await send({ method: 'GET', path: kinds.at(-1)?.path(namespace) ?? '' });
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Takes away the object a request was about, so that a difference is not seen again in what follows. */
async function reset(send: Client, sent: Sent): Promise<void> {
  const [path = ''] = sent.path.split('?');
  const body = sent.body as { readonly metadata?: { readonly name?: string } } | undefined;
  const item = sent.method === 'POST' ? `${path}/${body?.metadata?.name ?? ''}` : path.replace(/\/status$/, '');
  if (sent.method === 'GET' && path.split('/').length < 7) return;
  await send({ method: 'PATCH', path: item, contentType: 'application/merge-patch+json', body: { metadata: { finalizers: null } } });
  await send({ method: 'DELETE', path: `${item}?gracePeriodSeconds=0` });
}

/** The leaves in which two answers differ. */
function leaves(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) into.set(path, JSON.stringify(value));
  else for (const [key, inner] of Object.entries(value)) leaves(inner, `${path}.${key}`, into);
  return into;
}

function explain(real: string, own: string): string {
  const parse = (text: string): Map<string, string> => {
    const at = text.indexOf('{');
    return leaves(at < 0 ? text : JSON.parse(text.slice(at)), '', new Map([['head', at < 0 ? text : text.slice(0, at)]]));
  };
  const [left, right] = [parse(real), parse(own)];
  const lines: string[] = [];
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    if (left.get(key) !== right.get(key)) lines.push(`  ${key}: real ${left.get(key) ?? '-'} own ${right.get(key) ?? '-'}`);
  }
  return lines.slice(0, 14).join('\n');
}

async function main(): Promise<number> {
  const seed = Number(option('seed', String(Math.floor(Math.random() * 1e9))));
  const count = Number(option('count', '10000'));
  const show = Number(option('show', '20'));
  const { server, token } = credentials(option('against', ''));
  const real = client(server, token);
  const cluster = await createCluster({
    clock: systemClock(),
    random: systemRandom(),
    log: silentLog(),
    storage: 'memory',
    simulate: false,
  });
  const { url } = await cluster.listen();
  const config = JSON.parse(cluster.kubeconfig(url)) as { readonly users: readonly { readonly user: { readonly token: string } }[] };
  const own = client(url, config.users[0]?.user.token ?? '');
  const namespace = `diff-${seed}-${Date.now().toString(36)}`;
  console.log(`seed ${seed}, namespace ${namespace}`);
  await Promise.all([prepare(real, namespace), prepare(own, namespace)]);
  const draw = seeded(seed);
  const groups = new Map<string, { count: number; example: string }>();
  for (let i = 0; i < count; i++) {
    const sent = nextRequest(draw, namespace);
    const [expected, actual] = await Promise.all([real(sent), own(sent)]);
    const left = normalised(expected);
    const right = normalised(actual);
    if (left === right) continue;
    await Promise.all([reset(real, sent), reset(own, sent)]);
    const key = `${sent.method} ${sent.contentType ?? ''} ${sent.path.split('?')[0]?.split('/').slice(-2, -1)[0]} ${expected.status}/${actual.status}`;
    const known = groups.get(key);
    if (known !== undefined) known.count++;
    else
      groups.set(key, {
        count: 1,
        example: `#${i} ${sent.method} ${sent.path}\n  sent ${JSON.stringify(sent.body)}\n  ${explain(left, right)}`,
      });
  }
  await cluster.close();
  const total = [...groups.values()].reduce((sum, group) => sum + group.count, 0);
  for (const [key, group] of [...groups].sort((a, b) => b[1].count - a[1].count).slice(0, show))
    console.log(`\n== ${key}: ${group.count}\n${group.example}`);
  console.log(`\nseed ${seed}: ${count} requests, ${total} differences`);
  return total === 0 ? 0 : 1;
}

process.exitCode = await main();
