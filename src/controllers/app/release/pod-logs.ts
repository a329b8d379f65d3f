/** The Pods of a hook or test, and what they printed last. Best effort: a log that cannot be had fails nothing. */
import { type KubeObject, isObject, refOf } from '../../../core/object/index.ts';
import type { ApiResource, KubeClient } from '../../../ports/index.ts';
import { decodeUtf8 } from '../../../std/index.ts';

const pods: ApiResource = { group: '', version: 'v1', kind: 'Pod', resource: 'pods', namespaced: true, verbs: ['get', 'list'] };

/** Lines of one container, and bytes of all together. */
const mostLines = 50;
const mostText = 16_384;

/** Only its own: those of an earlier Job of the same name may still be there. */
export async function podsOfJob({ client }: { readonly client: KubeClient }, job: KubeObject): Promise<readonly KubeObject[]> {
  const { namespace = '', name = '', uid } = job.metadata;
  const listed = await client.list(pods, { namespace, labelSelector: `job-name=${name}` });
  const found = listed.ok ? listed.value.items : [];
  return uid === undefined ? found : found.filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid) === true);
}

/** What the containers of a Job's or a bare Pod's Pods printed last; empty when nothing can be read. */
export async function podLogs(ports: { readonly client: KubeClient }, object: KubeObject): Promise<string> {
  const { kind, namespace, name } = refOf(object);
  if (kind !== 'Job' && kind !== 'Pod') return '';
  const names = kind === 'Pod' ? await onePod(ports.client, namespace, name) : await podsOfJob(ports, object);
  let text = '';
  for (const pod of names) {
    for (const container of containersOf(pod)) {
      if (text.length > mostText) return `${text.slice(0, mostText)}\n…`;
      text += await logOf(ports.client, pod, container);
    }
  }
  return text;
}

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

async function logOf(client: KubeClient, pod: KubeObject, container: string): Promise<string> {
  const { namespace = '', name = '' } = pod.metadata;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`;
  const answered = await client.raw({
    method: 'GET',
    path,
    query: { container, tailLines: String(mostLines), limitBytes: String(mostText) },
  });
  if (!answered.ok) return '';
  const { body } = answered.value;
  const text = body.kind === 'bytes' ? decodeUtf8(body.bytes) : '';
  return text === '' ? '' : `${name} (${container}):\n${text.endsWith('\n') ? text : `${text}\n`}`;
}
