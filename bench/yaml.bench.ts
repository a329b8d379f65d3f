/** YAML beside js-yaml: a 5 MB stream of Deployments read and printed, and the library's own two ways of reading. */
import { dump, loadAll } from 'js-yaml';
import type { Json } from '../src/core/object/index.ts';
import { decodeManifests, encode, kyaml, parseDocuments, sigsYaml } from '../src/core/yaml/index.ts';
import { encodeDocuments } from '../src/core/yaml/node/index.ts';
import { type Figure, medianTime } from './figure.ts';

const deployment = (i: number): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-${i}
  namespace: team-${i % 17}
  labels:
    app.kubernetes.io/name: web
    app.kubernetes.io/instance: web-${i}
  annotations:
    description: "the front of shop ${i}"
spec:
  replicas: ${i % 7}
  selector:
    matchLabels:
      app.kubernetes.io/instance: web-${i}
  template:
    metadata:
      labels:
        app.kubernetes.io/instance: web-${i}
    spec:
      containers:
      - name: web
        image: registry.example.com/shop/web:1.${i % 40}.2
        args: ["--listen=:8080", "--log-level=info"]
        ports:
        - containerPort: 8080
          name: http
        env:
        - name: SHOP_ID
          value: "${i}"
        - name: GREETING
          value: hello from shop number ${i}
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
          limits:
            memory: 256Mi
        readinessProbe:
          httpGet:
            path: /healthz
            port: http
`;

/** Enough Deployments for `size` characters. */
function stream(size: number): string {
  const parts: string[] = [];
  for (let length = 0, i = 0; length < size; i++) {
    const text = deployment(i);
    parts.push(text);
    length += text.length + 4;
  }
  return parts.join('---\n');
}

export async function run(): Promise<readonly Figure[]> {
  const text = stream(5_000_000);
  const objects = decodeManifests(text).value.map(({ object }) => object);
  const trees = parseDocuments(text, { variant: kyaml });
  const documents = trees.ok ? trees.value : [];
  const theirs = loadAll(text);
  const printAll = (values: readonly Json[]): number =>
    values.reduce<number>((length, value) => length + encode(value, { variant: sigsYaml }).length, 0);
  const read = await medianTime(5, () => decodeManifests(text));
  const readTheirs = await medianTime(5, () => loadAll(text));
  const print = await medianTime(5, () => printAll(objects));
  const printTheirs = await medianTime(5, () => theirs.reduce<number>((length, value) => length + dump(value).length, 0));
  const tree = await medianTime(5, () => parseDocuments(text, { variant: kyaml }));
  const reprint = await medianTime(5, () => encodeDocuments(documents, kyaml));
  return [
    {
      name: `read ${objects.length} Deployments (5 MB) as manifests`,
      value: read,
      unit: 'ms',
      baseline: { name: 'js-yaml', value: readTheirs },
    },
    { name: 'print them', value: print, unit: 'ms', baseline: { name: 'js-yaml', value: printTheirs } },
    { name: 'read them as trees with comments', value: tree, unit: 'ms', baseline: { name: 'js-yaml', value: readTheirs } },
    { name: 'print the trees', value: reprint, unit: 'ms', baseline: { name: 'js-yaml', value: printTheirs } },
  ];
}
