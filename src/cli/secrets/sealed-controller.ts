/** Asks whoever unseals in a cluster, Lockstep or the original controller, through the API server's service proxy. Source: kubeseal OpenCertFromController. */
import { setTimeout } from 'node:timers/promises';
import type { JsonObject } from '../../core/object/index.ts';
import type { KubeBody, KubeRequest } from '../../ports/index.ts';
import { decodeUtf8, encodeUtf8 } from '../../std/index.ts';
import { CommandError } from '../errors.ts';
import type { FlagTable, FlagValues } from '../flags.ts';
import type { Io } from '../io.ts';
import { CLUSTER_FLAGS, withCluster } from '../session.ts';

export const CONTROLLER_FLAGS = {
  ...CLUSTER_FLAGS,
  'controller-name': {
    type: 'string',
    value: 'NAME',
    default: 'sealed-secrets-controller',
    doc: 'Service of whoever unseals in the cluster',
  },
  'controller-namespace': { type: 'string', value: 'NAMESPACE', default: 'kube-system', doc: 'Namespace of that Service' },
} as const satisfies FlagTable;

type ControllerFlags = FlagValues<typeof CONTROLLER_FLAGS>;

interface Asked {
  readonly method: KubeRequest['method'];
  /** `v1/cert.pem` */
  readonly path: string;
  readonly body?: string;
}

/** The answer's status and text. @throws CommandError when nobody answers */
export async function askController(
  flags: ControllerFlags,
  io: Io,
  { method, path, body }: Asked,
): Promise<{ readonly status: number; readonly text: string }> {
  const [namespace, name] = [flags['controller-namespace'], flags['controller-name']].map(encodeURIComponent);
  const bytes: KubeBody | undefined = body === undefined ? undefined : { kind: 'bytes', bytes: encodeUtf8(body) };
  const answered = await withCluster({ kubeconfig: flags.kubeconfig, context: flags.context }, io, (kube) =>
    kube.raw({
      method,
      path: `/api/v1/namespaces/${namespace ?? ''}/services/http:${name ?? ''}:/proxy/${path}`,
      ...(bytes === undefined ? {} : { body: bytes }),
    }),
  );
  if (!answered.ok) return { status: answered.error.code, text: answered.error.message };
  const { status, body: content } = answered.value;
  if (content.kind === 'json') return { status, text: JSON.stringify(content.value) };
  return { status, text: content.kind === 'bytes' ? decodeUtf8(content.bytes) : '' };
}

/** The certificate to seal with. @throws CommandError */
export async function certificateFromCluster(flags: ControllerFlags, io: Io): Promise<string> {
  const { status, text } = await askController(flags, io, { method: 'GET', path: 'v1/cert.pem' });
  if (status === 200 && text.includes('CERTIFICATE')) return text;
  const where = `${flags['controller-namespace']}/${flags['controller-name']}`;
  throw new CommandError(`the certificate cannot be fetched from Service ${where}: ${text}`, 'give a file with --cert FILE');
}

/** Anybody may ask, so that the cluster answers two of these a second. */
const pause = 500;
const mostTries = 600;

/** A SealedSecret sealed again by the cluster, as JSON. @throws CommandError */
export async function resealByController(flags: ControllerFlags, io: Io, object: JsonObject): Promise<string> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const { status, text } = await askController(flags, io, { method: 'POST', path: 'v1/rotate', body: JSON.stringify(object) });
    if (status === 200) return text;
    if (status !== 429) throw new CommandError(`the cluster cannot seal it again: ${text.trim()}`);
    await setTimeout(pause, undefined, { signal: io.signal });
  }
  throw new CommandError('the cluster is too busy to seal it again');
}
