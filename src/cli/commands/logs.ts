/** `lockstep logs`: the logs of every Pod an App made, each line under its Pod's name. */
import type { KubeObject } from '../../core/object/index.ts';
import type { KubeClient } from '../../ports/index.ts';
import { findApp } from '../apps.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import { descendants, flatten } from '../descendants.ts';
import type { Io } from '../io.ts';
import { CLUSTER_FLAGS, NAMESPACE_FLAG, withCluster } from '../session.ts';

interface Options {
  readonly follow: boolean;
  readonly tail: number;
  readonly previous: boolean;
  readonly prefix: boolean;
}

export const logs = defineCommand({
  summary: "Print the logs of an App's Pods",
  usage: 'APP',
  examples: ['lockstep logs shop', 'lockstep logs shop --follow --tail 20'],
  flags: {
    ...CLUSTER_FLAGS,
    ...NAMESPACE_FLAG,
    follow: { type: 'boolean', short: 'f', doc: 'Go on until interrupted' },
    tail: { type: 'integer', value: 'LINES', doc: 'Lines from the end of each log', default: 100 },
    previous: { type: 'boolean', short: 'p', doc: 'Of the container before the last restart' },
  },
  args: { min: 1, max: 1 },
  run: ({ args, flags, io }) =>
    withCluster(flags, io, async (kube) => {
      const app = await findApp(kube, args[0] ?? '', flags.namespace);
      const pods = flatten(await descendants(kube, app)).flatMap(({ kind, object }) => (kind === 'Pod' && object !== null ? [object] : []));
      if (pods.length === 0)
        throw new CommandError(`${app.metadata.name} has no Pods`, `See what it has: lockstep tree ${app.metadata.name}`);
      const containers = pods.flatMap((pod) => containerNames(pod).map((container) => ({ pod, container })));
      const options = { ...flags, prefix: containers.length > 1 };
      await Promise.all(containers.map(({ pod, container }) => printLog(kube, { pod, container, options, io })));
      return 0;
    }),
});

function containerNames(pod: KubeObject): string[] {
  const spec = pod['spec'] as { readonly containers?: readonly { readonly name: string }[] } | undefined;
  return (spec?.containers ?? []).map(({ name }) => name);
}

interface Printing {
  readonly pod: KubeObject;
  readonly container: string;
  readonly options: Options;
  readonly io: Io;
}

async function printLog(kube: KubeClient, { pod, container, options, io }: Printing): Promise<void> {
  const { name = '', namespace = '' } = pod.metadata;
  const prefix = options.prefix ? `${name} ${container} | ` : '';
  const response = await kube.raw({
    method: 'GET',
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`,
    query: { container, tailLines: String(options.tail), follow: String(options.follow), previous: String(options.previous) },
    signal: io.signal,
  });
  if (!response.ok) {
    io.err(`${prefix}${response.error.message}\n`);
    return;
  }
  const { body } = response.value;
  if (body.kind === 'bytes') printLines(new TextDecoder().decode(body.bytes), prefix, io);
  if (body.kind === 'stream') await printStream(body.chunks, prefix, io);
}

function printLines(text: string, prefix: string, io: Io): void {
  for (const line of text.split('\n').slice(0, text.endsWith('\n') ? -1 : undefined)) io.out(`${prefix}${line}\n`);
}

async function printStream(chunks: AsyncIterable<Uint8Array>, prefix: string, io: Io): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) io.out(`${prefix}${line}\n`);
  }
  if (rest !== '') io.out(`${prefix}${rest}\n`);
}
