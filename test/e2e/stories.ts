/** Manifests that the stories are told with. */

const lines = (entries: Readonly<Record<string, string>>, indent: string): string =>
  Object.entries(entries)
    .map(([key, value]) => `${indent}${JSON.stringify(key)}: ${JSON.stringify(value)}\n`)
    .join('');

export interface Extra {
  readonly namespace?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

const metadata = (name: string, { namespace, annotations, labels }: Extra = {}): string =>
  `metadata:\n  name: ${JSON.stringify(name)}\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}${
    annotations === undefined ? '' : `  annotations:\n${lines(annotations, '    ')}`
  }${labels === undefined ? '' : `  labels:\n${lines(labels, '    ')}`}`;

export const configMap = (name: string, data: Readonly<Record<string, string>> = { a: '1' }, extra?: Extra): string =>
  `apiVersion: v1\nkind: ConfigMap\n${metadata(name, extra)}data:\n${lines(data, '  ')}`;

export const secret = (name: string, data: Readonly<Record<string, string>>): string =>
  `apiVersion: v1\nkind: Secret\n${metadata(name)}stringData:\n${lines(data, '  ')}`;

export const namespace = (name: string, extra?: Extra): string => `apiVersion: v1\nkind: Namespace\n${metadata(name, extra)}`;

export const deployment = (
  name: string,
  options: { readonly replicas?: number; readonly image?: string; readonly extra?: Extra } = {},
): string =>
  `apiVersion: apps/v1\nkind: Deployment\n${metadata(name, options.extra)}spec:\n${
    options.replicas === undefined ? '' : `  replicas: ${options.replicas}\n`
  }  selector:\n    matchLabels: {app: ${name}}\n  template:\n    metadata:\n      labels: {app: ${name}}\n    spec:\n      containers:\n      - name: main\n        image: ${
    options.image ?? 'nginx:1'
  }\n`;

export const job = (name: string, image = 'migrate:1'): string =>
  `apiVersion: batch/v1\nkind: Job\n${metadata(name)}spec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n      - name: main\n        image: ${image}\n`;

export const claim = (name: string, extra?: Extra, size = '1Gi'): string =>
  `apiVersion: v1\nkind: PersistentVolumeClaim\n${metadata(name, extra)}spec:\n  accessModes: [ReadWriteOnce]\n  resources:\n    requests: {storage: ${size}}\n`;

export const crd = (kind: string, group = 'example.com'): string => {
  const plural = `${kind.toLowerCase()}s`;
  return `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ${plural}.${group}}\nspec:\n  group: ${group}\n  scope: Namespaced\n  names: {kind: ${kind}, plural: ${plural}, singular: ${kind.toLowerCase()}}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}\n`;
};

export const custom = (kind: string, name: string, group = 'example.com'): string =>
  `apiVersion: ${group}/v1\nkind: ${kind}\n${metadata(name)}spec: {size: 1}\n`;

export const autoscaler = (name: string, target: string): string =>
  `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n${metadata(name)}spec:\n  minReplicas: 1\n  maxReplicas: 5\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ${target}}\n`;

export const appManifest = (name: string, path: string, extra?: Extra): string =>
  `apiVersion: lockstep.dev/v1\nkind: App\n${metadata(name, extra)}spec:\n  source: {name: config, path: ${path}}\n`;
