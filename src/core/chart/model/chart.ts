/** A chart as it lies in its files. Immutable: what processing changes is a copy. Source: Helm 4 pkg/chart/v2. */
import { escapeUtf8 } from '../../../std/index.ts';
import type { GoRecord } from '../../go/value/index.ts';
import type { Json } from '../../object/index.ts';

/** A file of a chart; its text is made on first use. */
export class ChartFile {
  /** Relative to the chart. */
  readonly name: string;
  readonly bytes: Uint8Array;
  #text: string | undefined;

  constructor(name: string, bytes: Uint8Array, text?: string) {
    this.name = name;
    this.bytes = bytes;
    this.#text = text;
  }

  /** The bytes as text; bytes that are no UTF-8 are escaped (see std). */
  get text(): string {
    return (this.#text ??= escapeUtf8(this.bytes));
  }
}

export interface Maintainer {
  readonly name: string;
  readonly email: string;
  readonly url: string;
}

export interface Dependency {
  readonly name: string;
  readonly version: string;
  readonly repository: string;
  readonly condition: string;
  readonly tags: readonly string[];
  readonly enabled: boolean;
  readonly importValues: readonly Json[];
  readonly alias: string;
}

/** Chart.yaml. Fields that are not there are empty. */
export interface Metadata {
  readonly name: string;
  readonly home: string;
  readonly sources: readonly string[];
  readonly version: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly maintainers: readonly Maintainer[];
  readonly icon: string;
  readonly apiVersion: string;
  readonly condition: string;
  readonly tags: string;
  readonly appVersion: string;
  readonly deprecated: boolean;
  readonly annotations: Readonly<Record<string, string>> | undefined;
  readonly kubeVersion: string;
  /** Undefined when the field is not there; an empty list is something else. */
  readonly dependencies: readonly Dependency[] | undefined;
  readonly type: string;
}

export interface Lock {
  readonly generated: string;
  readonly digest: string;
  readonly dependencies: readonly Dependency[];
}

export interface Chart {
  readonly metadata: Metadata;
  readonly lock: Lock | undefined;
  readonly templates: readonly ChartFile[];
  /** Everything that has no place of its own: README, crds/, files for `.Files`. */
  readonly files: readonly ChartFile[];
  /** Default values; undefined without values.yaml. Numbers are float64. Never changed. */
  readonly values: GoRecord | undefined;
  /** values.yaml as it was written. */
  readonly valuesFile?: ChartFile;
  /** values.schema.json */
  readonly schema: string | undefined;
  readonly dependencies: readonly Chart[];
}

/** Where a chart stands below the root, in paths of templates: `parent/charts/child`. */
export const childPath = (parent: string, name: string): string => `${parent}/charts/${name}`;

export const isLibrary = (chart: Chart): boolean => chart.metadata.type.toLowerCase() === 'library';
