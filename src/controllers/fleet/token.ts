/**
 * Who Lockstep is in another cluster, where that is a token that ends: one that its own cluster issues for a ServiceAccount (the other cluster trusts the
 * issuer), or one that the platform projects into the Pod and rotates.
 */
import type { TargetCluster } from '../../api/index.ts';
import { getKey, isObject, type Json } from '../../core/object/index.ts';
import type { Clock, KubeClient, TokenSource } from '../../ports/index.ts';
import { type Result, err, ok } from '../../std/index.ts';

/** Seconds; the API server may shorten it. */
const wishedLife = 3600;
/** A token is used for this share of its life, as a kubelet does, so that one under way does not end on the way. */
const usedShare = 0.8;
const shortest = 10_000;

/** Undefined: the kubeconfig says so itself. The error is for the TargetCluster's status. */
export function tokenOf(
  { metadata: { namespace }, spec: { token } }: TargetCluster,
  { kube, clock, ownNamespace }: { readonly kube: KubeClient; readonly clock: Clock; readonly ownNamespace: string },
): Result<TokenSource | undefined, string> {
  if (token?.file !== undefined) {
    if (namespace !== ownNamespace) return err(`spec.token.file: only in namespace ${ownNamespace}: the file is Lockstep's own`);
    return ok({ kind: 'file', name: token.file });
  }
  const account = token?.serviceAccount;
  if (account === undefined) return ok(undefined);
  return ok({ kind: 'asked', ask: () => requestToken({ ...account, namespace }, { kube, clock }) });
}

async function requestToken(
  { namespace, name, audiences }: { readonly namespace: string; readonly name: string; readonly audiences: readonly string[] },
  { kube, clock }: { readonly kube: KubeClient; readonly clock: Clock },
): Promise<{ readonly token: string; readonly life: number }> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(name)}/token`;
  const spec = { audiences, expirationSeconds: wishedLife };
  const value = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
  const answered = await kube.raw({ method: 'POST', path, body: { kind: 'json', value } });
  if (!answered.ok) throw new Error(`no token for ServiceAccount ${namespace}/${name}: ${answered.error.message}`);
  const { body } = answered.value;
  const status = body.kind === 'json' && isObject(body.value) ? getKey(body.value, 'status') : undefined;
  const text = (field: string): Json | undefined => (isObject(status) ? getKey(status, field) : undefined);
  const token = text('token');
  if (typeof token !== 'string' || token === '') throw new Error(`the API server gave no token for ServiceAccount ${namespace}/${name}`);
  const left = Date.parse(String(text('expirationTimestamp'))) - clock.now();
  return { token, life: Math.max(shortest, (Number.isNaN(left) ? wishedLife * 1000 : left) * usedShare) };
}
