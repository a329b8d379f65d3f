/** Helm's own flags and variables for the cluster it talks to. Source: Helm 4 pkg/cli/environment.go. */
import { resolve } from 'node:path';
import type { ClusterChoice } from '../../app/index.ts';
import type { FlagTable, FlagValues } from '../flags.ts';
import type { Io } from '../io.ts';

export const HELM_CONNECTION_FLAGS = {
  kubeconfig: { type: 'string', value: 'FILE', doc: 'The cluster to talk to; else $KUBECONFIG, else the one started here' },
  'kube-context': { type: 'string', value: 'NAME', doc: 'Context of the kubeconfig; else $HELM_KUBECONTEXT; also --context' },
  context: { type: 'string', hidden: true, doc: 'The same as --kube-context' },
  'kube-as-user': { type: 'string', value: 'NAME', doc: 'User to act as; else $HELM_KUBEASUSER' },
  'kube-as-group': { type: 'strings', value: 'NAME', doc: 'Groups to act as; else $HELM_KUBEASGROUPS, with commas' },
  'kube-apiserver': { type: 'string', value: 'URL', doc: 'Address of the API server; else $HELM_KUBEAPISERVER' },
  'kube-ca-file': { type: 'string', value: 'FILE', doc: "Who signed the server's certificate; else $HELM_KUBECAFILE" },
  'kube-tls-server-name': { type: 'string', value: 'NAME', doc: "Name in the server's certificate; else $HELM_KUBETLS_SERVER_NAME" },
  'kube-insecure-skip-tls-verify': { type: 'boolean', doc: "Do not check the server's certificate" },
  'kube-token': { type: 'string', value: 'TOKEN', doc: 'Bearer token; else $HELM_KUBETOKEN' },
} as const satisfies FlagTable;

export type HelmConnectionFlags = FlagValues<typeof HELM_CONNECTION_FLAGS>;

const isYes = (text: string | undefined): boolean => ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text ?? '');

const fields = (entries: readonly (readonly [string, string | boolean | undefined])[]): Record<string, string | boolean> =>
  Object.fromEntries(entries.filter((entry): entry is [string, string | boolean] => entry[1] !== undefined && entry[1] !== ''));

/** What the flags, else the variables, change of the kubeconfig. */
export function helmChoice(flags: HelmConnectionFlags, { cwd, env }: Io): ClusterChoice {
  const file = flags['kube-ca-file'] ?? env['HELM_KUBECAFILE'];
  const insecure = flags['kube-insecure-skip-tls-verify'] || isYes(env['HELM_KUBEINSECURE_SKIP_TLS_VERIFY']);
  const clusterFields = fields([
    ['server', flags['kube-apiserver'] ?? env['HELM_KUBEAPISERVER']],
    ['certificate-authority', file === undefined || file === '' ? undefined : resolve(cwd, file)],
    ['tls-server-name', flags['kube-tls-server-name'] ?? env['HELM_KUBETLS_SERVER_NAME']],
    ['insecure-skip-tls-verify', insecure ? true : undefined],
  ]);
  const userFields = fields([['token', flags['kube-token'] ?? env['HELM_KUBETOKEN']]]);
  const context = flags['kube-context'] ?? flags.context ?? env['HELM_KUBECONTEXT'];
  const isChanged = Object.keys({ ...clusterFields, ...userFields }).length > 0;
  return { kubeconfig: flags.kubeconfig, context, cwd, env, ...(isChanged ? { overrides: { clusterFields, userFields } } : {}) };
}

/** Whom to act as; undefined: oneself. */
export function actingAs(
  flags: HelmConnectionFlags,
  { env }: Io,
): { readonly user: string; readonly groups: readonly string[] } | undefined {
  const user = flags['kube-as-user'] ?? env['HELM_KUBEASUSER'];
  const groups = flags['kube-as-group'].length > 0 ? flags['kube-as-group'] : (env['HELM_KUBEASGROUPS'] ?? '').split(',');
  return user === undefined || user === '' ? undefined : { user, groups: groups.filter((group) => group !== '') };
}
