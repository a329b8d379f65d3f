/**
 * The stored revisions of one release. What is kept in memory are summaries: bodies are read when they are needed, and a change is made to what is stored
 * now, guarded by its resourceVersion.
 */
import type { AppStatus } from '../../../api/index.ts';
import { type KubeObject, getKey, isObject } from '../../../core/object/index.ts';
import type { AppId } from '../../../core/plan/owner/index.ts';
import type { HookRecord, Release, Revision } from '../../../core/release/index.ts';
import { fromSecret, type RecordKind, recordSelector, secretName, toSecret } from '../../../core/release/store/index.ts';
import type { ApiResource, KubeClient, KubeError } from '../../../ports/index.ts';
import { type Result, err, ok } from '../../../std/index.ts';
import { type Marks, marksOf, withMarks } from './marks.ts';
import { testsIn } from './tests-in.ts';

export const secrets: ApiResource = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  resource: 'secrets',
  namespaced: true,
  verbs: ['get', 'list', 'watch', 'create', 'update', 'delete'],
};

/** Which release, and where its records are. */
export interface ReleasePlace {
  readonly name: string;
  readonly namespace: string;
  readonly storage: string;
  readonly kind: RecordKind;
}

export interface Stored {
  readonly revision: Revision;
  readonly marks: Marks | undefined;
  /** Of the newest revision, and of one that was just written: what its tests are, for the status. */
  readonly tests?: AppStatus['tests'];
  /** Of the newest revision: the name of its chart. */
  readonly chart?: string;
  /** Of the newest revision: how its objects get into the cluster. */
  readonly applyMethod?: Release['applyMethod'];
  readonly resourceVersion: string;
}

/** A record that cannot be read, or a refusal of the API server. */
export type RecordError = KubeError;

const unreadable = (message: string): RecordError => ({ code: 0, reason: 'CorruptRelease', message });

export class Records {
  readonly #client: KubeClient;
  readonly #app: AppId;
  readonly place: ReleasePlace;
  /** Tests that run by themselves after a deployment. */
  readonly #automatic: (hook: HookRecord) => boolean;

  constructor(client: KubeClient, app: AppId, place: ReleasePlace & { readonly automatic?: (hook: HookRecord) => boolean }) {
    this.#client = client;
    this.#app = app;
    this.place = place;
    this.#automatic = place.automatic ?? (() => true);
  }

  /** All revisions, ascending. */
  async list(): Promise<Result<readonly Stored[], RecordError>> {
    const { storage, name, kind } = this.place;
    const listed = await this.#client.list(secrets, { namespace: storage, labelSelector: recordSelector(name, kind) });
    if (!listed.ok) return listed;
    const sorted = listed.value.items
      .filter(({ metadata }) => metadata.name === secretName(name, versionOf(metadata.labels), kind))
      .toSorted((a, b) => versionOf(a.metadata.labels) - versionOf(b.metadata.labels));
    const last = sorted.at(-1);
    const found: Stored[] = [];
    for (const secret of sorted) {
      const read = secret === last ? fromSecret(secret) : undefined;
      if (read?.ok === false) return err(unreadable(read.error));
      found.push(this.#summary(secret, read?.value));
    }
    return ok(found);
  }

  /** The body of one revision. */
  async load(version: number): Promise<Result<Release, RecordError>> {
    const read = await this.#read(version);
    return read.ok ? ok(read.value.release) : read;
  }

  /** `AlreadyExists`: somebody else made this revision first. */
  async create(release: Release, marks: Marks, at: number): Promise<Result<Stored, RecordError>> {
    const marked = withMarks(release, this.#app, marks);
    const created = await this.#client.create(secrets, toSecret(marked, this.place.storage, { at: at / 1000, kind: this.place.kind }), {
      fieldManager: 'lockstep',
    });
    return created.ok ? ok(this.#summary(created.value, marked)) : created;
  }

  /** Changes what is stored now. A change that leaves it as it is is not written. */
  async update(version: number, change: (release: Release, marks: Marks) => Change, at: number): Promise<Result<Updated, RecordError>> {
    const read = await this.#read(version);
    if (!read.ok) return read;
    const { release, secret, marks } = read.value;
    const changed = change(release, marks);
    const marked = changed.marks === undefined ? changed.release : withMarks(changed.release, this.#app, changed.marks);
    const stored = toSecret(marked, this.place.storage, { at: at / 1000, stored: secret, kind: this.place.kind });
    const written = await this.#client.update(secrets, stored, { fieldManager: 'lockstep' });
    return written.ok ? ok({ stored: this.#summary(written.value, marked), release: marked }) : written;
  }

  async delete(version: number): Promise<Result<null, RecordError>> {
    const { storage, name, kind } = this.place;
    const deleted = await this.#client.delete(secrets, storage, secretName(name, version, kind));
    return deleted.ok || deleted.error.code === 404 ? ok(null) : deleted;
  }

  async #read(
    version: number,
  ): Promise<Result<{ readonly release: Release; readonly secret: KubeObject; readonly marks: Marks }, RecordError>> {
    const found = await this.#client.get(secrets, this.place.storage, secretName(this.place.name, version, this.place.kind));
    if (!found.ok) return found;
    const release = fromSecret(found.value);
    if (!release.ok) return err(unreadable(release.error));
    const marks = marksOf(found.value.metadata.labels ?? {}, this.#app, release.value) ?? foreign;
    return ok({ release: release.value, secret: found.value, marks });
  }

  #summary(secret: KubeObject, release: Release | undefined): Stored {
    const { labels = {}, creationTimestamp = '', resourceVersion = '' } = secret.metadata;
    const version = versionOf(labels);
    const { name, namespace } = this.place;
    const marks = marksOf(labels, this.#app, { name, namespace, version });
    const revision: Revision = {
      version,
      status: (getKey(labels, 'status') ?? 'unknown') as Revision['status'],
      at: changedAt(labels, creationTimestamp),
      ...(marks === undefined ? {} : { attempt: marks.attempt }),
      tests: this.#testsIn(release, marks),
      testTries: (marks?.tests.tries ?? 0) + 1,
      passedBefore: marks?.tests.passed === true,
    };
    const told =
      release === undefined ? {} : { tests: testsIn(release.hooks), chart: chartNameOf(release.chart), applyMethod: release.applyMethod };
    return { revision, marks, resourceVersion, ...told };
  }

  /** Tests that are under way although none of ours is open are somebody's `helm test`: what came of ours stands until theirs have ended. */
  #testsIn(release: Release | undefined, marks: Marks | undefined): Revision['tests'] {
    if (release === undefined) return outcomeOf(marks);
    const said = testsOf(release, this.#automatic);
    return said === 'untested' && marks !== undefined && marks.tests.outcome !== 'open' ? marks.tests.outcome : said;
  }
}

/** `web`; nothing for what is no chart. */
export function chartNameOf(chart: Release['chart']): string {
  const metadata = chart === null ? undefined : getKey(chart, 'metadata');
  const name = isObject(metadata) ? getKey(metadata, 'name') : undefined;
  return typeof name === 'string' ? name : '';
}

/** Helm copies the labels of one revision to the next, `modifiedAt` with them: the newest of its times is the one that is meant. */
function changedAt(labels: Readonly<Record<string, string>>, created: string): number {
  const seconds = ['modifiedAt', 'createdAt'].map((key) => Number(getKey(labels, key))).filter(Number.isFinite);
  return Math.max(Date.parse(created) || 0, ...seconds.map((each) => each * 1000));
}

export interface Change {
  readonly release: Release;
  /** Absent: as they are. */
  readonly marks?: Marks;
}

export interface Updated {
  readonly stored: Stored;
  readonly release: Release;
}

/** Stands for the marks of a record that another tool made. */
export const foreign: Marks = {
  attempt: { digest: '', action: 'upgrade', number: 1 },
  stage: 'done',
  tests: { tries: 0, outcome: 'open' },
};

const versionOf = (labels: Readonly<Record<string, string>> | undefined): number => Number(getKey(labels ?? {}, 'version')) || 0;

const outcomeOf = (marks: Marks | undefined): Revision['tests'] =>
  marks === undefined || marks.tests.outcome === 'open' ? 'none' : marks.tests.outcome;

/** What its test hooks say; `untested` as long as one that is to run has not ended. A test that was asked for is `Unknown` until it runs. */
export function testsOf({ hooks }: Pick<Release, 'hooks'>, automatic: (hook: HookRecord) => boolean): Revision['tests'] {
  const tests = hooks.filter((hook) => hook.events.includes('test') && (hook.lastRun.phase !== '' || automatic(hook)));
  if (tests.length === 0) return 'none';
  if (tests.some(({ lastRun }) => lastRun.phase !== 'Succeeded' && lastRun.phase !== 'Failed')) return 'untested';
  return tests.some(({ lastRun }) => lastRun.phase === 'Failed') ? 'failed' : 'passed';
}
