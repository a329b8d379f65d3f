/**
 * Encrypted files and objects of an App's source, opened in memory while it is rendered, so that every builder sees them in clear: manifests, values files,
 * what generators and patches read. Nothing decrypted is told: what was hidden is handed on as texts to mask (S18).
 */
import type { App } from '../../api/index.ts';
import type { Problem } from '../../core/problem/index.ts';
import type { GitError } from '../../ports/index.ts';
import type { TraceEntry, Tree } from '../../runtime/index.ts';
import { ok, type Result } from '../../std/index.ts';
import type { RenderedObject } from '../app/build.ts';
import type { Facts, RenderError } from '../app/facts.ts';
import { secretTexts } from '../app/secret-texts.ts';
import type { Placing } from '../sealed/unseal.ts';
import { ClearTrees } from './clear-trees.ts';
import { leaksOf } from './leak-guard.ts';
import { NamedKeys } from './named-keys.ts';
import { Plaintexts } from './plaintexts.ts';
import { stillEncrypted } from './still-encrypted.ts';
import { unsealedOf } from './unsealed.ts';

/** One render's decryption. */
export class Decryption {
  /** What was hidden and is clear now. */
  readonly secrets: Set<string>;
  /** The state of the platform's keys and rules, once the render depends on it. */
  securedBy: string | undefined;
  readonly #app: App;
  readonly #facts: Facts;
  readonly #keys: NamedKeys;
  readonly #trees: ClearTrees;
  readonly #problems: Problem[] = [];
  /** As it was when the render began: what changes meanwhile is a reason for another one. */
  readonly #state: string | undefined;

  constructor(app: App, facts: Facts, secrets: Set<string>) {
    this.#app = app;
    this.#facts = facts;
    this.#state = facts.secrets?.id();
    this.secrets = secrets;
    const plaintexts = facts.secrets?.plaintexts ?? new Plaintexts();
    this.#keys = new NamedKeys(app, facts, plaintexts);
    const { namespace, name } = app.metadata;
    const keys = app.spec.decrypt === undefined ? {} : { keys: this.#keys };
    this.#trees = new ClearTrees({ app: `${namespace}/${name}`, plaintexts, secrets, ...keys });
  }

  /** The tree of a source by its name, in clear. `hides`: git-secret may hide files in it. */
  tree(tree: Tree<GitError>, source: string, options: { readonly hides: boolean }): Tree<RenderError> {
    return this.#trees.tree(tree, source, options);
  }

  /** The Secrets that SealedSecrets stand for. `now`: the render's moment, for templates. */
  async unsealed(
    objects: readonly RenderedObject[],
    placing: Placing,
    now: number,
  ): Promise<Result<readonly RenderedObject[], RenderError>> {
    const unsealed = await unsealedOf(objects, { app: this.#app, facts: this.#facts, keys: this.#keys, placing, now });
    if (!unsealed.ok) return unsealed;
    this.#problems.push(...unsealed.value.problems);
    if (unsealed.value.sealed) this.#dependsOnPlatform();
    for (const { object } of unsealed.value.objects) for (const text of secretTexts(object)) this.secrets.add(text);
    return ok(unsealed.value.objects);
  }

  /** What was read: the files as they are in Git, and the Secrets with keys. */
  trace(trace: readonly TraceEntry[]): readonly TraceEntry[] {
    return [...this.#trees.trace(trace), ...this.#keys.lookups];
  }

  /**
   * What is wrong: files that cannot be opened first, then objects that are still encrypted, then values that stand in clear in Git. Values of Secrets
   * are masked from here on, wherever they came from (S18).
   */
  check(objects: readonly RenderedObject[], { namespace }: Placing): readonly Problem[] {
    const opening = [...this.#keys.problems, ...this.#trees.problems, ...this.#problems];
    const known = new Set(opening.map(({ file }) => file));
    const encrypted = objects.flatMap(stillEncrypted).filter(({ file }) => file === undefined || !known.has(file));
    const { plain, encrypted: hidden } = this.#trees;
    const isOfRepository = this.#app.spec.source.chart === undefined;
    const policy = isOfRepository ? (this.#facts.secrets?.plainSecrets() ?? 'allow') : 'allow';
    const leaks = leaksOf(objects, { policy, namespace, plain, encrypted: hidden, known: this.secrets });
    if (this.#keys.usesPlatform || (isOfRepository && objects.some(({ object }) => object.kind === 'Secret'))) this.#dependsOnPlatform();
    for (const { object } of objects) if (object.kind === 'Secret') for (const text of secretTexts(object)) this.secrets.add(text);
    return [...opening, ...encrypted, ...leaks];
  }

  #dependsOnPlatform(): void {
    this.securedBy = this.#state;
  }
}
