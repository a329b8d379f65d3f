/** What one build shares among its kustomizations. */
import type { Ask } from '../../ask/index.ts';
import { type ReadKustomization, readKustomization } from '../config/kustomization.ts';
import type { InflateChart } from '../generate/helm.ts';
import type { LoadRules } from '../load/loader.ts';
import { Kinds } from '../resource/gvk.ts';
import { SchemaState } from '../resource/scopes.ts';
import type { Schema } from '../../schema/index.ts';

export interface HelmRules {
  /** What renders charts; undefined: `helmCharts` is refused. */
  readonly inflate?: InflateChart;
  readonly kubeVersion?: string;
  readonly apiVersions?: readonly string[];
}

export interface BuildRules {
  readonly ask: Ask;
  readonly restrictions: LoadRules['restrictions'];
  readonly helm: HelmRules;
  readonly loadSchema?: () => Schema;
}

/** A note to the user that is no failure. */
export interface BuildWarning {
  readonly message: string;
  readonly file?: string;
}

export class Build {
  readonly rules: BuildRules;
  readonly load: LoadRules;
  readonly schema: SchemaState;
  readonly kinds: Kinds;
  readonly warnings: BuildWarning[] = [];
  readonly #read = new Map<string, ReadKustomization>();

  constructor(rules: BuildRules) {
    this.rules = rules;
    this.load = { ask: rules.ask, restrictions: rules.restrictions };
    this.schema = new SchemaState(rules.loadSchema);
    this.kinds = new Kinds(this.schema);
  }

  /** Reads a kustomization's text, each text once. */
  readKustomization(text: string, root: string): ReadKustomization {
    const known = this.#read.get(text);
    if (known !== undefined) return known;
    const read = readKustomization(text, root);
    this.#read.set(text, read);
    return read;
  }
}
