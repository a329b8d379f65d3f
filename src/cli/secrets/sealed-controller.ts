/** Asks whoever unseals in a cluster, Lockstep or the original controller, through the API server's service proxy. Source: kubeseal OpenCertFromController. */
import { setTimeout } from 'node:timers/promises';
import { SEALING_SERVICE, SYSTEM_NAMESPACE } from '../../api/install/index.ts';
import { isObject, type Json, type JsonObject, type KubeObject } from '../../core/object/index.ts';
import type { ApiResource, KubeBody, KubeClient, KubeRequest } from '../../ports/index.ts';
import { decodeUtf8, encodeUtf8 } from '../../std/index.ts';
import { CONNECTION_FLAGS, timeoutOf, withConnection } from '../connection-flags.ts';
import { CommandError } from '../errors.ts';
import type { FlagTable, FlagValues } from '../flags.ts';
import type { Io } from '../io.ts';

export const CONTROLLER_FLAGS = {
  ...CONNECTION_FLAGS,
  'controller-name': {
    type: 'string',
    value: 'NAME',
    doc: `Service of whoever unseals in the cluster; default: $SEALED_SECRETS_CONTROLLER_NAME, else ${SEALING_SERVICE}`,
  },
  'controller-namespace': {
    type: 'string',
    value: 'NAMESPACE',
    doc: `Namespace of that Service; default: $SEALED_SECRETS_CONTROLLER_NAMESPACE, else ${SYSTEM_NAMESPACE}, then kube-system`,
  },
} as const satisfies FlagTable;

export type ControllerFlags = FlagValues<typeof CONTROLLER_FLAGS>;

interface Asked {
  readonly method: KubeRequest['method'];
  /** `v1/cert.pem` */
  readonly path: string;
  readonly body?: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  /** The Service that answered: `kube-system/sealed-secrets-controller`. */
  readonly service: string;
}

const SERVICES: ApiResource = { group: '', version: 'v1', kind: 'Service', resource: 'services', namespaced: true, verbs: ['get'] };

/** The Services that may answer, in order. */
function servicesOf(flags: ControllerFlags, { env }: Io): readonly { readonly namespace: string; readonly name: string }[] {
  const name = flags['controller-name'] ?? env['SEALED_SECRETS_CONTROLLER_NAME'] ?? SEALING_SERVICE;
  const namespace = flags['controller-namespace'] ?? env['SEALED_SECRETS_CONTROLLER_NAMESPACE'];
  return (namespace === undefined ? [SYSTEM_NAMESPACE, 'kube-system'] : [namespace]).map((each) => ({ namespace: each, name }));
}

/** Another Service may still answer: this one is not there, has nobody behind it, or is none of the caller's business. */
const isElsewhere = ({ status }: Answer): boolean => [403, 404, 503].includes(status);

/** The answer of the first Service that has one, else what each of them said. @throws CommandError when the cluster cannot be reached */
export async function askController(flags: ControllerFlags, io: Io, asked: Asked): Promise<Answer> {
  return withConnection(flags, io, async (kube) => {
    const refusals: Answer[] = [];
    for (const service of servicesOf(flags, io)) {
      const answer = await askService(kube, service, { asked, signal: timeoutOf(flags) });
      if (!isElsewhere(answer)) return answer;
      refusals.push(answer);
    }
    const [first] = refusals;
    return {
      status: refusals.find(({ status }) => status !== 404)?.status ?? first?.status ?? 404,
      text: refusals.map(({ service, text }) => `${service}: ${text}`).join('; '),
      service: refusals.map(({ service }) => service).join(' or '),
    };
  });
}

async function askService(
  kube: KubeClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { asked, signal }: { readonly asked: Asked; readonly signal: AbortSignal | undefined },
): Promise<Answer> {
  const service = `Service ${namespace}/${name}`;
  const found = await kube.get(SERVICES, namespace, name);
  if (!found.ok) return { status: found.error.code, text: found.error.message, service };
  const { method, path, body } = asked;
  const bytes: KubeBody | undefined = body === undefined ? undefined : { kind: 'bytes', bytes: encodeUtf8(body) };
  const target = ['http', name, portOf(found.value)].map(encodeURIComponent).join(':');
  const answered = await kube.raw({
    method,
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${target}/proxy/${path}`,
    ...(bytes === undefined ? {} : { body: bytes }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { ...textOf(answered), service };
}

/** The name of the first port, as kubeseal takes it: the proxy knows ports by it. */
function portOf(service: KubeObject): string {
  const spec = service['spec'];
  const ports = isObject(spec) ? spec['ports'] : undefined;
  const first = Array.isArray(ports) ? (ports as readonly Json[])[0] : undefined;
  const name = isObject(first) ? first['name'] : undefined;
  return typeof name === 'string' ? name : '';
}

function textOf(answered: Awaited<ReturnType<KubeClient['raw']>>): Pick<Answer, 'status' | 'text'> {
  if (!answered.ok) return { status: answered.error.code, text: answered.error.message };
  const { status, body } = answered.value;
  if (body.kind === 'json') return { status, text: JSON.stringify(body.value) };
  return { status, text: body.kind === 'bytes' ? decodeUtf8(body.bytes) : '' };
}

/** The certificate to seal with. @throws CommandError */
export async function certificateFromCluster(flags: ControllerFlags, io: Io): Promise<string> {
  const { status, text } = await askController(flags, io, { method: 'GET', path: 'v1/cert.pem' });
  if (status === 200 && text.includes('CERTIFICATE')) return text;
  throw new CommandError(
    `the certificate cannot be fetched from the cluster: ${text}`,
    'name the Service with --controller-namespace and --controller-name, or give a certificate with --cert FILE',
  );
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
