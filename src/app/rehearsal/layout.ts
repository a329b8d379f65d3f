/** Where in a repository the system begins: the folder of Apps that a bootstrap would apply, and the Sources it would have to bring. */
import { type App, parseApp, type Source } from '../../api/index.ts';
import { isObject, type KubeObject } from '../../core/object/index.ts';
import { decodeManifests } from '../../core/yaml/index.ts';
import type { GitMirror } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { SYSTEM_NAMESPACE } from '../../api/install/index.ts';

export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

export interface Layout {
  /** Folder that the root App applies; empty: the top. */
  readonly root: string;
  /** Sources that Apps name and the repository does not define: they stand for the repository itself. */
  readonly missing: readonly NamespacedName[];
  readonly apps: readonly App[];
  readonly sources: readonly Source[];
}

const LARGEST_FILE = 2 << 20;
const BATCH = 500;

interface Found {
  readonly folder: string;
  readonly object: KubeObject;
}

/** The error is a sentence for a person. */
export async function readLayout(mirror: GitMirror, tree: string, { path }: { readonly path?: string }): Promise<Result<Layout, string>> {
  const found = await nativeObjects(mirror, tree);
  if (!found.ok) return found;
  const ofKind = (kind: string): readonly Found[] => found.value.filter(({ object }) => object.kind === kind);
  const apps = ofKind('App').flatMap(({ folder, object }) => {
    const { value } = parseApp(withNamespace(object));
    return value === null ? [] : [{ folder, app: value }];
  });
  const sources = ofKind('Source').map(({ object }) => withNamespace(object) as unknown as Source);
  const root = path === undefined ? rootOf(apps) : ok(path.replace(/^\.?\/+|\/+$/g, ''));
  if (!root.ok) return root;
  const all = apps.map(({ app }) => app);
  return ok({ root: root.value, missing: missingSources(all, sources), apps: all, sources });
}

/** An App without a namespace lands in that of the App that delivers it; a root App lives in ours. */
const withNamespace = (object: KubeObject): KubeObject =>
  object.metadata.namespace === undefined ? { ...object, metadata: { ...object.metadata, namespace: SYSTEM_NAMESPACE } } : object;

/** Documents of our kinds that stand as they are in a YAML file. Files that cannot be read are somebody else's: whoever applies them says why. */
async function nativeObjects(mirror: GitMirror, tree: string): Promise<Result<readonly Found[], string>> {
  const listed = await mirror.list(tree, '', { recursive: true });
  if (!listed.ok) return err(listed.error.message);
  const paths = (listed.value?.entries ?? [])
    .filter(({ path, type, size }) => type === 'file' && /\.ya?ml$/.test(path) && (size ?? 0) <= LARGEST_FILE)
    .map(({ path }) => path);
  const found: Found[] = [];
  for (let at = 0; at < paths.length; at += BATCH) {
    const batch = paths.slice(at, at + BATCH);
    const read = await mirror.readMany(tree, batch);
    if (!read.ok) return err(read.error.message);
    for (const [index, answer] of read.value.entries())
      if (answer.found === 'file' && answer.text?.includes('lockstep.dev/v1') === true)
        found.push(...objectsIn(batch[index] ?? '', answer.text));
  }
  return ok(found);
}

const objectsIn = (path: string, text: string): readonly Found[] =>
  decodeManifests(text).value.flatMap(({ object }) => {
    if (!isObject(object) || object['apiVersion'] !== 'lockstep.dev/v1' || !isObject(object['metadata'])) return [];
    return [{ folder: path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '', object: object as unknown as KubeObject }];
  });

interface PlacedApp {
  readonly folder: string;
  readonly app: App;
}

const isInside = (path: string, folder: string): boolean => folder === '' || path === folder || path.startsWith(`${folder}/`);
const pathOf = ({ spec }: App): string => (spec.source.path ?? '').replace(/^\.?\/+|\/+$/g, '');

/** The one folder with Apps that no App delivers; or that of an App that delivers itself. Without Apps: the top. */
function rootOf(apps: readonly PlacedApp[]): Result<string, string> {
  if (apps.length === 0) return ok('');
  const itself = apps.filter(
    ({ folder, app }) => app.spec.source.chart === undefined && pathOf(app) !== '' && isInside(folder, pathOf(app)),
  );
  const roots = itself.length > 0 ? itself.map(({ app }) => pathOf(app)) : undelivered(apps);
  const top = [...new Set(roots)].filter((folder) => !roots.some((other) => other !== folder && isInside(folder, other))).toSorted();
  const [only] = top;
  if (only === undefined) return ok('');
  if (top.length === 1) return ok(only);
  return err(`Apps are in several folders that nothing delivers: ${top.map((folder) => folder || '.').join(', ')}; choose one with --path`);
}

function undelivered(apps: readonly PlacedApp[]): readonly string[] {
  const delivered = apps.map(({ app }) => pathOf(app)).filter((path) => path !== '');
  return apps.map(({ folder }) => folder).filter((folder) => !delivered.some((path) => isInside(folder, path)));
}

function missingSources(apps: readonly App[], sources: readonly Source[]): readonly NamespacedName[] {
  const known = new Set(sources.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  const wanted = new Map<string, NamespacedName & { readonly uses: number }>();
  for (const { metadata, spec } of apps) {
    const { namespace } = metadata;
    // A chart comes from a repository of charts, which this one is not.
    const names = [...(spec.source.chart === undefined ? [spec.source.name] : []), ...valueSources(spec)];
    for (const name of names) {
      const key = `${namespace}/${name}`;
      if (!known.has(key)) wanted.set(key, { namespace, name, uses: (wanted.get(key)?.uses ?? 0) + 1 });
    }
  }
  const all = [...wanted.values()];
  return all
    .filter((one) => !isSlip(one, all))
    .map(({ namespace, name }) => ({ namespace, name }))
    .toSorted((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1));
}

/** A name that one App uses, where others in its namespace agree on another one: nobody has two bootstrap Sources side by side by accident. */
function isSlip(
  { namespace, name, uses }: NamespacedName & { readonly uses: number },
  all: readonly (NamespacedName & { readonly uses: number })[],
): boolean {
  return uses === 1 && all.some((other) => other.namespace === namespace && other.name !== name && other.uses >= 3);
}

const valueSources = (spec: App['spec']): readonly string[] =>
  (spec.build.helm?.valuesFrom ?? []).flatMap(({ source }) => (source?.name === undefined ? [] : [source.name]));
