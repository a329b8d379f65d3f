/**
 * One kustomization and everything below it, from files to resources. Source: api/internal/target/kusttarget.go.
 */
import { type Additions, withAdditions } from '../config/additions.ts';
import { configFromCrds } from '../config/crds.ts';
import { readConfig, withConfigurations } from '../config/fieldspec.ts';
import type { Kustomization } from '../config/types.ts';
import { type BuildPlace, type Loader, openRoot } from '../load/loader.ts';
import { KustomizeError, about, within, wrapped } from '../problem.ts';
import { readResources } from '../resource/factory.ts';
import { ORIGIN, type Origin, addOrigin, addTransformation, originAt, originText } from '../resource/origin.ts';
import type { Resource } from '../resource/resource.ts';
import { resourceYaml } from '../resource/text.ts';
import { inFile } from '../transform/patches.ts';
import { entrySetter } from '../transform/setters.ts';
import { visitFields } from '../transform/fields.ts';
import { fieldSpec } from '../config/fieldspec.ts';
import { rawVarText } from '../transform/vars.ts';
import type { Transformer } from '../transform/plugin.ts';
import { Accumulator } from './accumulator.ts';
import type { Build } from './build.ts';
import { DEEPEST, findKustomization, prefetch } from './files.ts';
import { ownGenerators, ownTransformers } from './own-transformers.ts';
import { loadGenerators, loadTransformers } from './plugins.ts';

const SELF_LABEL = 'validated-by';
const ANNOTATIONS = fieldSpec({ path: 'metadata/annotations', create: true });

export interface Parent {
  readonly origin: Origin | undefined;
  readonly buildMetadata: readonly string[];
  readonly helmNamespace: string;
  readonly depth: number;
}

export class Target {
  readonly #build: Build;
  readonly #loader: Loader;
  readonly #fileName: string;
  readonly #parent: Parent;
  readonly kustomization: Kustomization;
  #origin: Origin | undefined;

  constructor(build: Build, loader: Loader, { parent, additions }: { readonly parent?: Parent; readonly additions?: Additions } = {}) {
    this.#build = build;
    this.#loader = loader;
    const { name, read } = findKustomization(build, loader);
    this.#fileName = name;
    this.kustomization = additions === undefined ? read.kustomization : withAdditions(read.kustomization, additions);
    const file = loader.fileName(name);
    for (const message of read.warnings) build.warnings.push({ message, file });
    const buildMetadata = parent?.buildMetadata ?? read.kustomization.buildMetadata ?? [];
    this.#parent = parent ?? { origin: buildMetadata.length === 0 ? undefined : {}, buildMetadata, helmNamespace: '', depth: 0 };
    this.#origin = this.#parent.origin;
    this.#prefetch();
    about({ file, field: 'openapi' }, () => this.#setSchema());
  }

  /** Files that will be needed, asked for together. */
  #prefetch(): void {
    prefetch(this.#build, this.#loader, { kustomization: this.kustomization, seen: new Set(), depth: 0 });
  }

  #setSchema(): void {
    const field = new Map(Object.entries(this.kustomization.openapi ?? {}));
    const path = field.get('path');
    if (this.#build.schema.set(field, path === undefined ? undefined : this.#loader.load(path).text)) this.#build.kinds.forget();
  }

  accumulate(into: Accumulator = new Accumulator()): Accumulator {
    const { crds = [], components = [], vars = [], resources = [] } = this.kustomization;
    within(
      () => 'accumulating resources',
      () => this.#accumulateResources(into, resources),
    );
    into.mergeConfig(this.#config());
    if (crds.length > 0)
      into.mergeConfig(
        within(
          () => `loading CRDs [${crds.join(' ')}]`,
          () => configFromCrds(this.#loader, crds),
        ),
      );
    this.#generate(into);
    within(
      () => 'accumulating components',
      () => components.forEach((path) => this.#accumulateComponent(into, path)),
    );
    this.#transform(into);
    this.#validate(into);
    if (vars.length > 0) {
      within(
        () => `merging vars [${vars.map(rawVarText).join(' ')}]`,
        () => into.mergeVars(vars, this.#build.kinds),
        { file: this.#loader.fileName(this.#fileName) },
      );
    }
    return into;
  }

  #config(): Accumulator['config'] {
    const files = this.kustomization.configurations ?? [];
    const added = files.map((path) =>
      about({ file: this.#loader.fileName(path), field: 'configurations' }, () => readConfig(this.#loader.load(path).text)),
    );
    return about({ file: this.#loader.fileName(this.#fileName), field: 'configurations' }, () => withConfigurations(added));
  }

  #accumulateResources(into: Accumulator, paths: readonly string[]): void {
    for (const path of paths) {
      const problem = this.#accumulateFile(into, path);
      if (problem !== undefined) this.#accumulateBase(into, path, problem);
    }
  }

  /** Why the path is not a file of resources; undefined when it was one. */
  #accumulateFile(into: Accumulator, path: string): KustomizeError | undefined {
    try {
      const resources = within(
        () => `accumulating resources from '${path}'`,
        () => this.#readFile(path),
      );
      within(
        () => `merging resources from '${path}'`,
        () => into.map.appendAll(resources),
      );
      return undefined;
    } catch (error) {
      if (error instanceof KustomizeError) return error;
      throw error;
    }
  }

  #readFile(path: string): readonly Resource[] {
    const { text } = this.#loader.load(path);
    const file = this.#loader.fileName(path);
    const resources = about({ file }, () => {
      try {
        return readResources(text, this.#build.kinds, file);
      } catch (error) {
        throw inFile(error, path);
      }
    });
    if (this.#origin !== undefined) {
      const origin = originText(originAt(this.#origin, path));
      for (const resource of resources)
        visitFields(resource, ANNOTATIONS, { set: entrySetter(ORIGIN, origin), create: { kind: 'mapping', tag: '!!map' } });
    }
    return resources;
  }

  #accumulateBase(into: Accumulator, path: string, problem: KustomizeError): void {
    if (problem.reason === 'web') throw problem;
    let loader: Loader;
    try {
      loader = this.#loader.open(path);
    } catch (error) {
      if (problem.reason === 'malformed') throw problem;
      throw withPlaceOf(wrapped(error, `accumulation err='${problem.message}'`), problem);
    }
    within(
      () => `accumulation err='${problem.message}'`,
      () => this.#accumulateDirectory(into, loader, { path, as: 'base' }),
    );
  }

  #accumulateComponent(into: Accumulator, path: string): void {
    let loader: Loader;
    try {
      loader = this.#loader.open(path);
    } catch (error) {
      if (!(error instanceof KustomizeError)) throw error;
      throw new KustomizeError(`loader.New ${JSON.stringify(error.message)}`, { field: 'components', ...error.place });
    }
    try {
      this.#accumulateDirectory(into, loader, { path, as: 'component' });
    } catch (error) {
      if (!(error instanceof KustomizeError)) throw error;
      throw new KustomizeError(`accumulateDirectory: ${JSON.stringify(error.message)}`, error.place);
    }
  }

  #accumulateDirectory(
    into: Accumulator,
    loader: Loader,
    { path, as }: { readonly path: string; readonly as: 'base' | 'component' },
  ): void {
    const below = within(
      () => `couldn't make target for path '${loader.root}'`,
      () => new Target(this.#build, loader, { parent: this.#parentOf(path) }),
    );
    const kind = below.kustomization.kind ?? '';
    if (as === 'component' && kind !== 'Component') {
      throw new KustomizeError(`expected kind 'Component' for path '${loader.root}' but got '${kind}'`, { field: 'components' });
    }
    if (as === 'base' && kind === 'Component')
      throw new KustomizeError(`expected kind != 'Component' for path '${loader.root}'`, { field: 'resources' });
    const from = as === 'component' ? into : new Accumulator();
    within(
      () => `recursed accumulation of path '${loader.root}'`,
      () => below.accumulate(from),
    );
    within(
      () => `recursed merging from path '${loader.root}'`,
      () => (from === into ? into.map.requireDistinct() : into.absorb(from)),
    );
  }

  #parentOf(path: string): Parent {
    const { depth, helmNamespace, buildMetadata } = this.#parent;
    if (depth >= DEEPEST) throw new KustomizeError(`more than ${DEEPEST} kustomizations below each other`);
    const namespace = this.kustomization.namespace ?? '';
    return {
      origin: this.#origin === undefined ? undefined : originAt(this.#origin, path),
      buildMetadata,
      helmNamespace: namespace === '' ? helmNamespace : namespace,
      depth: depth + 1,
    };
  }

  get #own(): Parameters<typeof ownGenerators>[0] {
    return {
      build: this.#build,
      loader: this.#loader,
      kustomization: this.kustomization,
      fileName: this.#fileName,
      origin: this.#origin,
      helmNamespace: this.#parent.helmNamespace,
    };
  }

  #generate(into: Accumulator): void {
    const own = ownGenerators(this.#own);
    const external = within(
      () => 'loading generator plugins',
      () => loadGenerators(this.#pluginResources(this.kustomization.generators ?? [], 'generator'), this.#context),
    );
    for (const one of [...own, ...external]) {
      const made = one.generate();
      addOrigin(made, one.origin);
      within(
        () => 'merging from generator',
        () => into.map.absorb(made),
        { file: this.#loader.fileName(this.#fileName) },
      );
    }
  }

  get #context(): Parameters<typeof loadGenerators>[1] {
    return { build: this.#build, loader: this.#loader };
  }

  /** Configurations of plugins: texts in place, files or kustomizations. */
  #pluginResources(entries: readonly string[], as: 'generator' | 'transformer'): readonly Resource[] {
    const into = new Accumulator();
    const paths: string[] = [];
    for (const entry of entries) {
      const inline = this.#inlineResources(entry);
      if (inline === undefined) paths.push(entry);
      else
        within(
          () => `configuring external ${as}`,
          () => into.map.appendAll(inline),
        );
    }
    this.#accumulateResources(into, paths);
    return into.map.resources;
  }

  #inlineResources(text: string): readonly Resource[] | undefined {
    try {
      const resources = readResources(text, this.#build.kinds, this.#loader.fileName(this.#fileName));
      if (this.#origin !== undefined) {
        const origin = originText(originAt(this.#origin, this.#fileName));
        for (const resource of resources) resource.setAnnotations(new Map([...resource.annotations, [ORIGIN, origin]]));
      }
      return resources;
    } catch (error) {
      if (error instanceof KustomizeError) return undefined;
      throw error;
    }
  }

  #transform(into: Accumulator): void {
    const own = ownTransformers(this.#own, into.config);
    const external = loadTransformers(this.#pluginResources(this.kustomization.transformers ?? [], 'transformer'), this.#context);
    for (const one of [...own, ...external]) {
      one.transform(into.map);
      if (one.origin !== undefined) addTransformation(into.map, one.origin);
      into.map.dropEmpty();
    }
  }

  #validate(into: Accumulator): void {
    const entries = this.kustomization.validators ?? [];
    if (entries.length === 0) return;
    const validators: readonly Transformer[] = loadTransformers(this.#pluginResources(entries, 'transformer'), this.#context);
    for (const validator of validators) {
      const before = into.map.resources.map(shownWithoutMark);
      validator.transform(into.map);
      const after = into.map.resources.map(shownWithoutMark);
      if (before.length !== after.length || before.some((text, i) => text !== after[i])) {
        throw new KustomizeError("validator shouldn't modify the resource map", {
          file: this.#loader.fileName(this.#fileName),
          field: 'validators',
        });
      }
    }
  }
}

/** The label a validator may leave does not count. */
function shownWithoutMark(resource: Resource): string {
  const copy = resource.copy();
  const { labels } = copy;
  if (labels.delete(SELF_LABEL)) copy.setLabels(labels);
  return resourceYaml(copy);
}

function withPlaceOf(error: KustomizeError, other: KustomizeError): KustomizeError {
  error.place = { ...other.place, ...error.place };
  return error;
}

/** The kustomization a build begins with, and what is added to it. */
export const openTarget = (build: Build, place: BuildPlace, additions?: Additions): Target =>
  new Target(build, openRoot(build.load, place), additions === undefined ? {} : { additions });
