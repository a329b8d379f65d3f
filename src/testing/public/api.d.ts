/** `lockstep/testing`: integration tests of systems, in memory and on a clock of their own. This file is what is published; a test checks the code against it. */

/** A Kubernetes object. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  // A test looks into objects of any kind, and says itself what it expects there.
  // oxlint-disable-next-line no-explicit-any
  readonly [field: string]: any;
}

export interface WorldOptions {
  /** Version of the Kubernetes API: `1.33`. */
  readonly kubeVersion?: string;
  /** Trouble, as a scenario file says it (YAML). */
  readonly scenario?: string;
  /** Other numbers where something is drawn. Default 1. */
  readonly seed?: number;
}

/** What is delivered: a chart, a kustomization, or a folder of manifests. */
export interface Delivery {
  /** Folder, relative to the working directory. */
  readonly path: string;
  /** Name of the App and of its release. Default: the folder's name. */
  readonly name?: string;
  /** Where objects without a namespace go; created. Default `default`. */
  readonly namespace?: string;
  /** Values of a chart. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Values files below `path`. */
  readonly valueFiles?: readonly string[];
  /** Anything else of an App's spec: `dependsOn`, `requires`, `sync`, … */
  readonly spec?: Readonly<Record<string, unknown>>;
  /** Whether to wait until it is ready. Default true. */
  readonly wait?: boolean;
  /** How long, in time of the world: `5m`. Default 10 minutes. */
  readonly timeout?: string;
}

export interface Deployed {
  readonly ready: boolean;
  readonly reason: string;
  readonly message: string;
  /** Milliseconds of the world from the request to Ready, or until it was given up. */
  readonly took: number;
  /** What it owns, as it is now. */
  readonly objects: readonly KubeObject[];
  /** Restarts of the containers of its Pods. */
  readonly restarts: number;
  readonly tests: readonly { readonly name: string; readonly passed: boolean; readonly message: string }[];
}

/** An embedded cluster with Lockstep's controllers, whose time moves only when it is told to. */
export interface World {
  /** Milliseconds since the world began. */
  readonly now: number;
  /** `Deployment/shop/web`, `Namespace/shop`. Throws when it is not there. */
  get(name: string): Promise<KubeObject>;
  find(name: string): Promise<KubeObject | undefined>;
  list(kind: string, where?: { readonly namespace?: string; readonly labelSelector?: string }): Promise<readonly KubeObject[]>;
  /** Applies an object, or documents of YAML, as an administrator would. */
  apply(objects: KubeObject | string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Lets this much time pass, with everything that happens in it: `30s`, `5m`. */
  advance(time: string): Promise<void>;
  /** Lets time pass until `holds` is true. Throws when it is not true after `timeout` (default `10m`). */
  until(holds: () => boolean | Promise<boolean>, timeout?: string): Promise<void>;
  /** Another scenario from now on; undefined: all is well. */
  setScenario(scenario: string | undefined): void;
  close(): Promise<void>;
}

/** A world with nothing in it. Close it afterwards. */
export function world(options?: WorldOptions): Promise<World>;

/** Delivers something into a world as an App, or delivers its new state. Throws with the reason when it does not get ready, unless `wait` is false. */
export function deploy(world: World, delivery: Delivery): Promise<Deployed>;

export interface RenderOptions {
  /** A chart's folder. */
  readonly chart: string;
  /** Name of the release. Default: the folder's name. */
  readonly name?: string;
  readonly namespace?: string;
  readonly values?: Readonly<Record<string, unknown>>;
  /** Values files, relative to the working directory. */
  readonly valueFiles?: readonly string[];
  readonly kubeVersion?: string;
}

/** The objects of a chart, without any cluster. Throws with the chart's own error. */
export function render(options: RenderOptions): Promise<readonly KubeObject[]>;

export interface RehearseOptions {
  /** Folder or URL. */
  readonly repository: string;
  readonly rev?: string;
  readonly path?: string;
  readonly environment?: string;
  /** A scenario (YAML). */
  readonly scenario?: string;
  readonly kubeVersion?: string;
  /** Kinds whose health may be assumed: `Kind.group`. */
  readonly assume?: readonly string[];
  /** False: nothing waits for what it depends on. */
  readonly ordered?: boolean;
}

export interface Report {
  readonly passed: boolean;
  readonly converged: boolean;
  readonly duration: number;
  readonly objects: number;
  readonly apps: readonly {
    readonly app: string;
    readonly ready: boolean;
    readonly startedAt?: number;
    readonly readyAt?: number;
    readonly limbo: number;
    readonly restarts: number;
    readonly reason: string;
    readonly message: string;
  }[];
  readonly critical: { readonly path: readonly string[]; readonly total: number };
  /** What a cluster takes without a word and what is very likely not meant. */
  readonly warnings: readonly {
    readonly app: string;
    readonly object: string;
    readonly code: string;
    readonly message: string;
    readonly hint: string;
  }[];
  readonly trouble: readonly {
    readonly app: string;
    readonly reason: string;
    readonly message: string;
    readonly hint: string;
    readonly delays: readonly string[];
  }[];
  readonly assumed: readonly { readonly what: string; readonly count: number; readonly allowed: boolean }[];
}

/** What `lockstep rehearse -o json` prints. */
export function rehearse(options: RehearseOptions): Promise<Report>;

/** Every combination: `matrix({kubeVersion: ['1.32', '1.33'], replicas: [1, 3]})` gives four. For `test.each`. */
export function matrix<T extends Readonly<Record<string, readonly unknown[]>>>(
  axes: T,
): readonly { readonly [K in keyof T]: T[K][number] }[];
