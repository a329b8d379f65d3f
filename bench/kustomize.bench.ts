/**
 * Kustomizations: 1,000 and 2,000 sets of four resources tied by name references, with prefix, namespace, labels and an image; and one Service.
 * The original (kubectl 1.32) took 35–53 s for the first on two cores; where it is installed it is run beside on a tenth, which it builds in about a second.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ask, FileAnswer } from '../src/core/ask/index.ts';
import { buildKustomization, formatOutput } from '../src/core/kustomize/index.ts';
import { builtinSchema } from '../src/core/schema/index.ts';
import { type Figure, medianTime } from './figure.ts';

const set = (i: number): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web-${i}, labels: {app: web-${i}}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web-${i}}}
  template:
    metadata: {labels: {app: web-${i}}}
    spec:
      serviceAccountName: sa-${i}
      containers:
      - name: main
        image: nginx:1.19
        ports:
        - containerPort: 8080
        envFrom:
        - configMapRef: {name: cm-${i}}
        volumeMounts:
        - {name: config, mountPath: /etc/config}
      volumes:
      - name: config
        configMap: {name: cm-${i}}
---
apiVersion: v1
kind: Service
metadata: {name: svc-${i}}
spec:
  selector: {app: web-${i}}
  ports:
  - {port: 80, targetPort: 8080}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: sa-${i}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: cm-${i}}
data: {key: value-${i}, other: "true"}
`;

const KUSTOMIZATION = `namePrefix: pre-
namespace: shop
resources: [resources.yaml]
labels:
- pairs: {team: a}
  includeSelectors: true
images:
- {name: nginx, newTag: "1.25"}
`;

const filesFor = (sets: number): Record<string, string> => ({
  'kustomization.yaml': KUSTOMIZATION,
  'resources.yaml': Array.from({ length: sets }, (_, i) => set(i)).join('---\n'),
});

function memory(files: Record<string, string>): Ask {
  const answers = new Map<string, FileAnswer>(
    Object.entries(files).map(([path, text]) => [path, { found: 'file', id: path, bytes: Buffer.from(text), text }]),
  );
  return ((request: { readonly kind: string; readonly path: string }) =>
    request.kind === 'file' ? (answers.get(request.path) ?? { found: 'nothing' }) : null) as Ask;
}

const schema = builtinSchema();

function build(ask: Ask): string {
  const { value, problems } = buildKustomization(ask, { source: '', path: '' }, { loadSchema: () => schema });
  if (problems.length > 0) throw new Error(problems[0]?.message);
  return formatOutput(value);
}

/** Milliseconds of one run of the original; undefined where it is not installed. */
function original(sets: number): number | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'kustomize-bench-'));
  for (const [name, text] of Object.entries(filesFor(sets))) writeFileSync(join(folder, name), text);
  const started = performance.now();
  const run = spawnSync('kubectl', ['kustomize', folder], { maxBuffer: 1 << 30 });
  const took = performance.now() - started;
  rmSync(folder, { recursive: true });
  return run.status === 0 ? took : undefined;
}

export async function run(): Promise<Figure[]> {
  const [small, large] = [memory(filesFor(1000)), memory(filesFor(2000))];
  const one = memory({
    'kustomization.yaml': 'namePrefix: x-\nresources: [s.yaml]\n',
    's.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\n',
  });
  const smallTime = await medianTime(7, () => build(small));
  const largeTime = await medianTime(5, () => build(large));
  const oneTime = await medianTime(50, () => build(one));
  const tenth = memory(filesFor(100));
  const tenthTime = await medianTime(7, () => build(tenth));
  const theirs = original(100);
  return [
    {
      name: 'kustomize, 400 resources',
      value: tenthTime,
      unit: 'ms',
      ...(theirs === undefined
        ? { note: 'kubectl is not installed' }
        : { baseline: { name: 'kubectl kustomize, its start included', value: theirs } }),
    },
    { name: 'kustomize, 4,000 resources', value: smallTime, unit: 'ms', baseline: { name: 'goal', value: 600 } },
    {
      name: 'kustomize, 8,000 resources',
      value: largeTime,
      unit: 'ms',
      baseline: { name: '4,000 resources', value: smallTime },
      note: 'goal: at most 2.2 times',
    },
    { name: 'kustomize, one Service', value: oneTime, unit: 'ms' },
  ];
}
