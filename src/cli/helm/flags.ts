/** Flags that Helm's commands share, as tables. */
import type { FlagTable } from '../flags.ts';

export const VALUES_FLAGS = {
  values: { type: 'strings', short: 'f', value: 'FILE', doc: 'Values in a YAML file or at a URL; later ones win' },
  set: { type: 'strings', value: 'KEY=VALUE', doc: 'Values: a.b=1,list={x,y},list[0]=z' },
  'set-string': { type: 'strings', value: 'KEY=VALUE', doc: 'Values that are strings' },
  'set-json': { type: 'strings', value: 'KEY=JSON', doc: 'Values in JSON, or a whole JSON object' },
  'set-file': { type: 'strings', value: 'KEY=FILE', doc: 'Values read from files' },
  'set-literal': { type: 'strings', value: 'KEY=TEXT', doc: 'A value taken exactly as it is' },
} as const satisfies FlagTable;

export const CLUSTER_VERSION_FLAGS = {
  'kube-version': { type: 'string', value: 'VERSION', doc: 'Kubernetes version for .Capabilities.KubeVersion' },
  'api-versions': {
    type: 'strings',
    short: 'a',
    value: 'VERSION',
    doc: 'API versions added to .Capabilities.APIVersions, separated by commas',
  },
} as const satisfies FlagTable;

export const HELM_VERSION_FLAG = {
  'helm-version': {
    type: 'string',
    default: '4',
    choices: ['4', '4.2.0', '3'],
    value: 'VERSION',
    doc: 'The Helm whose rules are followed',
  },
} as const satisfies FlagTable;

export const NAMESPACE_FLAG = {
  namespace: { type: 'string', short: 'n', value: 'NAMESPACE', default: 'default', doc: 'Namespace of the release' },
} as const satisfies FlagTable;

const ignored = { type: 'string', hidden: true, doc: 'Understood; no cluster is asked' } as const;

/** Flags that every command of Helm takes. They are about its cluster and its folders, which nothing here uses. */
export const GLOBAL_FLAGS = {
  'burst-limit': ignored,
  qps: ignored,
  color: { type: 'string', hidden: true, doc: 'Coloured output: never, auto or always; else $HELM_COLOR' },
  colour: { type: 'string', hidden: true, doc: 'The same as --color' },
  'kube-apiserver': ignored,
  'kube-as-group': { type: 'strings', hidden: true, doc: 'Understood; no cluster is asked' },
  'kube-as-user': ignored,
  'kube-ca-file': ignored,
  'kube-context': ignored,
  'kube-insecure-skip-tls-verify': { type: 'boolean', hidden: true, doc: 'Understood; no cluster is asked' },
  'kube-tls-server-name': ignored,
  'kube-token': ignored,
  kubeconfig: ignored,
  'content-cache': { type: 'string', hidden: true, doc: 'Understood; LOCKSTEP_CACHE_HOME says where charts are kept' },
  'registry-config': { type: 'string', value: 'FILE', hidden: true, doc: 'Credentials of registries' },
  'repository-cache': { type: 'string', hidden: true, doc: 'Understood; LOCKSTEP_CACHE_HOME says where charts are kept' },
  'repository-config': { type: 'string', hidden: true, doc: 'Understood; repositories are named by URL' },
} as const satisfies FlagTable;

/** For commands that use neither a namespace nor more words when they are asked for them. */
export const UNUSED_GLOBAL_FLAGS = {
  ...GLOBAL_FLAGS,
  namespace: { type: 'string', short: 'n', hidden: true, doc: 'Understood; no cluster is asked' },
  debug: { type: 'boolean', hidden: true, doc: 'Understood; nothing more is printed' },
} as const satisfies FlagTable;

/** Accepted so that Helm's command lines work unchanged; they say something about installing, which rendering does not do. */
export const WITHOUT_EFFECT_FLAGS = {
  'create-namespace': { type: 'boolean', doc: 'Accepted for compatibility; has no effect here' },
  'dependency-update': { type: 'boolean', doc: 'Fetch the dependencies that charts/ lacks first' },
  description: { type: 'string', value: 'TEXT', doc: 'Accepted for compatibility; has no effect here' },
  'disable-openapi-validation': { type: 'boolean', doc: 'Accepted for compatibility; has no effect here' },
  'enable-dns': { type: 'boolean', doc: 'Accepted for compatibility; names are never looked up' },
  'hide-notes': { type: 'boolean', doc: 'Accepted for compatibility; has no effect here' },
  labels: { type: 'string', short: 'l', value: 'LABELS', doc: 'Accepted for compatibility; has no effect here' },
  replace: { type: 'boolean', doc: 'Accepted for compatibility; has no effect here' },
  'rollback-on-failure': { type: 'boolean', doc: 'Accepted for compatibility; has no effect here' },
  atomic: { type: 'boolean', doc: 'Accepted for compatibility; has no effect here' },
  'skip-crds': { type: 'boolean', doc: 'Accepted for compatibility; CRDs are printed with --include-crds only' },
  'take-ownership': { type: 'boolean', doc: 'Accepted for compatibility; has no effect here' },
  timeout: { type: 'duration', value: 'DURATION', doc: 'Accepted for compatibility; has no effect here' },
  'wait-for-jobs': { type: 'boolean', doc: 'Accepted for compatibility; has no effect here' },
  wait: { type: 'string', alone: 'watcher', value: 'STRATEGY', doc: 'Accepted for compatibility; has no effect here' },
  force: { type: 'boolean', doc: 'Accepted for compatibility; has no effect here' },
  'force-conflicts': { type: 'boolean', doc: 'Accepted for compatibility; has no effect here' },
  'force-replace': { type: 'boolean', doc: 'Accepted for compatibility; has no effect here' },
  'server-side': { type: 'boolean', default: true, doc: 'Accepted for compatibility; has no effect here' },
} as const satisfies FlagTable;

/** Flags of Helm that would do something which Lockstep does not: using them is an error that says what to do instead. */
export const REFUSED_FLAGS = {
  'post-renderer': { type: 'string', value: 'PROGRAM', doc: 'Refused: programs are never started; use patches of the App' },
  'post-renderer-args': { type: 'strings', value: 'ARGUMENT', doc: 'Refused, as --post-renderer' },
} as const satisfies FlagTable;
