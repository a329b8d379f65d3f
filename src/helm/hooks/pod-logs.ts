/** The Pods of a hook or test, and what they printed last. Best effort: a log that cannot be had fails nothing. */
import { type KubeObject, isObject, refOf } from '../../core/object/index.ts';
import type { ApiResource, KubeClient } from '../../ports/index.ts';
import { decodeUtf8 } from '../../std/index.ts';

const pods: ApiResource = { group: '', version: 'v1', kind: 'Pod', resource: 'pods', namespaced: true, verbs: ['get', 'list'] };

/** Lines of one container, and bytes of all together. */
const mostLines = 50;
const mostText = 16_384;
const mostWhole = 10 * 1024 * 1024;

/** Only its own: those of an earlier Job of the same name may still be there. */
export async function podsOfJob({ client }: { readonly client: KubeClient }, job: KubeObject): Promise<readonly KubeObject[]> {
  const { namespace = '', name = '', uid } = job.metadata;
  const listed = await client.list(pods, { namespace, labelSelector: `job-name=${name}` });
  const found = listed.ok ? listed.value.items : [];
  return uid === undefined ? found : found.filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid) === true);
}

/** What one container printed. */
export interface PodLog {
  readonly pod: string;
  readonly container: string;
  readonly text: string;
}

/** What the containers of a Job's or a bare Pod's Pods printed; what cannot be read is left out. `whole`: not only the last lines. */
export async function podLogs(
  { client }: { readonly client: KubeClient },
  object: KubeObject,
  { whole = false }: { readonly whole?: boolean } = {},
): Promise<readonly PodLog[]> {
  const { kind, namespace, name } = refOf(object);
  if (kind !== 'Job' && kind !== 'Pod') return [];
  const found = kind === 'Pod' ? await onePod(client, namespace, name) : await podsOfJob({ client }, object);
  const logs: PodLog[] = [];
  const most = whole ? mostWhole : mostText;
  let size = 0;
  for (const pod of found) {
    for (const container of containersOf(pod)) {
      if (size >= most) return logs;
      const query: Record<string, string> = whole ? {} : { tailLines: String(mostLines) };
      const text = await logOf(client, { pod, container, query: { ...query, limitBytes: String(most - size) } });
      size += text.length;
      if (text !== '') logs.push({ pod: pod.metadata.name ?? '', container, text });
    }
  }
  return logs;
}

/** With a line above each that says whose it is. */
export const formatLogs = (logs: readonly PodLog[]): string =>
  logs.map(({ pod, container, text }) => `${pod} (${container}):\n${text.endsWith('\n') ? text : `${text}\n`}`).join('');

async function onePod(client: KubeClient, namespace: string, name: string): Promise<readonly KubeObject[]> {
  const found = await client.get(pods, namespace, name);
  return found.ok ? [found.value] : [];
}

function containersOf(pod: KubeObject): readonly string[] {
  const spec = pod['spec'];
  if (!isObject(spec)) return [];
  return ['initContainers', 'containers'].flatMap((field) => {
    const list = spec[field];
    return Array.isArray(list) ? list.flatMap((item) => (isObject(item) && typeof item['name'] === 'string' ? [item['name']] : [])) : [];
  });
}

interface LogRequest {
  readonly pod: KubeObject;
  readonly container: string;
  readonly query: Readonly<Record<string, string>>;
}

async function logOf(client: KubeClient, { pod, container, query }: LogRequest): Promise<string> {
  const { namespace = '', name = '' } = pod.metadata;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`;
  const answered = await client.raw({ method: 'GET', path, query: { container, ...query } });
  if (!answered.ok) return '';
  const { body } = answered.value;
  return body.kind === 'bytes' ? decodeUtf8(body.bytes) : '';
}
