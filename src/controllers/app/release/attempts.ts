/**
 * The work on one revision: begun by creating its record (the API server is the lock), carried on stage by stage, ended by recording what became of it.
 * Every step is a write that the next process finds. Source of the order: Helm 4 pkg/action (install.go, upgrade.go, rollback.go).
 */
import { names } from '../../../api/index.ts';
import { type KubeObject, type ObjectRef, getKey, refKey, refOf } from '../../../core/object/index.ts';
import { digestOf, keyedDigestOf, objectDigest } from '../../../core/plan/digest/index.ts';
import type { WantedObject } from '../../../core/plan/index.ts';
import { type Action, type Release, splitManifest } from '../../../core/release/index.ts';
import { selectsTest } from '../../../core/release/tests/index.ts';
import { mostData, sizeOf, toSecret } from '../../../core/release/store/index.ts';
import { type Result, ok } from '../../../std/index.ts';
import { isMissingNamespace } from '../../kube-reason.ts';
import type { Carrier } from '../carry-out.ts';
import type { Parts } from '../parts.ts';
import type { Target } from '../targets.ts';
import { releaseOf } from './draft.ts';
import { byMethod, methodFor } from './method.ts';
import { labelDigest, type Marks } from './marks.ts';
import { type RecordError, type Stored } from './records.ts';
import type { CarriedOut, ReleasePass } from './runner.ts';
import { stuck } from './stage.ts';
import { Stages } from './stages.ts';
import { testsIn } from './tests-in.ts';
import { chartOf } from './told.ts';

type Begin = Extract<Action, { kind: 'begin' }>;
type Resume = Extract<Action, { kind: 'resume' }>;
type Uninstall = Extract<Action, { kind: 'uninstall' }>;
type RollBack = Extract<Action, { kind: 'rollback' }>;

export class Attempts {
  readonly #parts: Parts;
  readonly #carrier: Carrier;
  readonly #stages: Stages;

  constructor(parts: Parts, carrier: Carrier) {
    this.#parts = parts;
    this.#carrier = carrier;
    this.#stages = new Stages(parts, carrier);
  }

  /** Nothing is begun that the plan refuses or that waits for a person. */
  async begin(scene: ReleasePass, action: Begin, stored: readonly Stored[]): Promise<CarriedOut | 'again'> {
    const { pass, records } = scene;
    const { draft } = scene;
    const method = draft.kind === 'helm' ? methodFor(pass.request.app, stored.at(-1)?.applyMethod) : 'ssa';
    const placed = await this.by(method, { ...scene, target: (await this.#rendered(scene, action)) ?? scene.target }, stored);
    if (!placed.ok) return this.#lost(scene, placed.error);
    const target = placed.value;
    const shown = await this.#carrier.preview(pass, target);
    if ('failed' in shown) return shown;
    const { plan } = shown.planned;
    if (plan.refused.length > 0 || plan.items.some(({ waits, operation }) => waits && operation !== 'prune'))
      return { ...shown, release: { complete: false } };
    const now = this.#now();
    const last = await this.#lastOf(scene, stored);
    if (!last.ok) return { failed: last.error };
    const begun = isRunning(scene, action) ? 'upgrade' : action.action;
    const release = releaseOf(pass.request.app, target, draft, {
      name: records.place.name,
      version: action.version,
      action: begun,
      firstDeployed: last.value?.firstDeployed,
      now,
      labels: last.value?.labels ?? {},
      method,
    });
    const size = sizeOf(toSecret(release, records.place.storage, { at: 0, kind: records.place.kind }));
    if (size > mostData) return { ...shown, release: { complete: false, ...tooLarge(release, size) } };
    return this.#create({ ...scene, target }, release, {
      attempt: { digest: labelDigest(scene.target.render.digest), action: begun, number: action.number },
      stage: 'before',
      tests: { tries: 0, outcome: 'open' },
    });
  }

  async #create(scene: ReleasePass, release: Release, marks: Marks): Promise<CarriedOut | 'again'> {
    const { pass, records } = scene;
    const { memory } = pass.request;
    const trimmed = await this.#makeRoom(scene);
    if (trimmed !== undefined) return { failed: trimmed };
    let created = await records.create(release, marks, this.#now());
    if (!created.ok && isMissingNamespace(created.error)) {
      const early = await this.#carrier.carryOut(pass, scene.target, { only: isNamespace(records.place.storage) });
      if ('failed' in early) return early;
      created = await records.create(release, marks, this.#now());
      if (!created.ok && isMissingNamespace(created.error)) return { ...early, release: { complete: false } };
    }
    memory.release.stored = undefined;
    if (!created.ok) return created.error.reason === 'AlreadyExists' ? 'again' : { failed: created.error };
    memory.progressing = undefined;
    this.remember(scene, release);
    return 'again';
  }

  /** As Helm does it: room for one more, the deployed revision is never removed (storage.go removeLeastRecent). */
  async #makeRoom({ pass, records }: ReleasePass): Promise<RecordError | undefined> {
    const most = pass.request.app.spec.build.helm?.maxHistory ?? 5;
    const stored = pass.request.memory.release.stored ?? [];
    if (most === 0) return undefined;
    const deployed = stored.findLast(({ revision }) => revision.status === 'deployed');
    let left = stored.length - (most - 1);
    for (const each of stored) {
      if (left <= 0) break;
      if (each === deployed || each === stored.at(-1)) continue;
      const deleted = await records.delete(each.revision.version);
      if (!deleted.ok) return deleted.error;
      left -= 1;
    }
    return undefined;
  }

  async resume(scene: ReleasePass, action: Resume, stored: readonly Stored[]): Promise<CarriedOut | 'again'> {
    const body = await scene.records.load(action.version);
    if (!body.ok) return this.#lost(scene, body.error);
    const found = stored.at(-1);
    if (found?.marks === undefined) return 'again';
    this.remember(scene, body.value);
    const forgotten = await this.#forgetUninstalled(scene, action.version, stored);
    if (forgotten !== undefined) return { failed: forgotten };
    const wanted = action.action === 'rollback' || readsRelease(scene.target) ? this.targetOf(scene, body.value) : scene.target;
    const target = await this.by(body.value.applyMethod, { ...scene, target: wanted }, stored);
    if (!target.ok) return this.#lost(scene, target.error);
    return this.#stages.carryOn({ ...scene, target: target.value }, { release: body.value, marks: found.marks }, stored);
  }

  /** The record that said that the release is to be installed anew has told all it had to, once that has begun. */
  async #forgetUninstalled({ records }: ReleasePass, version: number, stored: readonly Stored[]): Promise<RecordError | undefined> {
    for (const { revision, marks } of stored) {
      if (revision.version >= version || marks?.attempt.action !== 'reinstall') continue;
      const deleted = await records.delete(revision.version);
      if (!deleted.ok) return deleted.error;
    }
    return undefined;
  }

  async unlock(scene: ReleasePass, version: number, why: string): Promise<CarriedOut | 'again'> {
    const { memory } = scene.pass.request;
    const now = this.#now();
    const updated = await scene.records.update(
      version,
      (release) => ({ release: { ...release, status: 'failed', description: `Release ${JSON.stringify(release.name)} failed: ${why}` } }),
      now,
    );
    memory.release.stored = undefined;
    return updated.ok || updated.error.code === 404 || updated.error.code === 409 ? 'again' : { failed: updated.error };
  }

  /** A person asks for tests: those that are meant are open again. Undefined: nobody does, or it is done. */
  async askedTests({ pass, records }: ReleasePass, stored: readonly Stored[]): Promise<CarriedOut | 'again' | undefined> {
    const word = getKey(pass.request.app.metadata.annotations ?? {}, names.testAt);
    const last = stored.at(-1);
    if (word === undefined || last?.marks === undefined || last.revision.status !== 'deployed') return undefined;
    const asked = labelDigest(digestOf(word));
    if (last.marks.tests.asked === asked) return undefined;
    return this.#reopenTests({ pass, records }, last.revision.version, { patterns: patternsIn(word), asked });
  }

  /** The tests of a deployed revision run again, because their time has come (`tests.every`). */
  testsDue({ pass, records }: ReleasePass, version: number): Promise<CarriedOut | 'again'> {
    return this.#reopenTests({ pass, records }, version, { patterns: pass.request.app.spec.tests.only ?? [] });
  }

  async #reopenTests(
    { pass, records }: Pick<ReleasePass, 'pass' | 'records'>,
    version: number,
    { patterns, asked }: { readonly patterns: readonly string[]; readonly asked?: string },
  ): Promise<CarriedOut | 'again'> {
    const updated = await records.update(
      version,
      (release, marks) => ({
        release: {
          ...release,
          hooks: release.hooks.map((hook) => (selectsTest(hook, patterns) ? { ...hook, lastRun: { phase: 'Unknown' } } : hook)),
        },
        marks: {
          ...marks,
          tests: { ...marks.tests, tries: marks.tests.tries + 1, outcome: 'open', ...(asked === undefined ? {} : { asked }) },
        },
      }),
      this.#now(),
    );
    pass.request.memory.release.stored = undefined;
    if (!updated.ok) return updated.error.code === 404 || updated.error.code === 409 ? 'again' : { failed: updated.error };
    return 'again';
  }

  async test(scene: ReleasePass, version: number, stored: readonly Stored[]): Promise<CarriedOut | 'again'> {
    const body = await scene.records.load(version);
    const found = stored.at(-1);
    if (!body.ok) return this.#lost(scene, body.error);
    if (found?.marks === undefined) return 'again';
    return this.#stages.test(scene, { release: body.value, marks: found.marks }, stored);
  }

  /** The content of an earlier revision as a new one (Helm 4: pkg/action/rollback.go). */
  async rollBack(scene: ReleasePass, action: RollBack, stored: readonly Stored[]): Promise<CarriedOut | 'again'> {
    const { app } = scene.pass.request;
    const good = await scene.records.load(action.to);
    const last = await this.#lastOf(scene, stored);
    if (!good.ok) return this.#lost(scene, good.error);
    if (!last.ok) return this.#lost(scene, last.error);
    const marks = stored.find(({ revision }) => revision.version === action.to)?.marks;
    const release: Release = {
      ...good.value,
      version: action.version,
      status: 'pending-rollback',
      description: `Rollback to ${action.to}`,
      firstDeployed: last.value?.firstDeployed ?? good.value.firstDeployed,
      lastDeployed: new Date(this.#now()).toISOString(),
      deleted: '',
      applyMethod: scene.draft.kind === 'helm' ? methodFor(app, good.value.applyMethod) : 'ssa',
      hooks: good.value.hooks.map((hook) => ({ ...hook, lastRun: hook.events.includes('test') ? hook.lastRun : { phase: '' } })),
    };
    const digest = marks?.attempt.digest ?? labelDigest(keyedDigestOf(good.value.manifest, this.#parts.renderKey));
    return this.#create({ ...scene, target: this.targetOf(scene, release) }, release, {
      attempt: { digest, action: 'rollback', number: 1 },
      stage: 'before',
      tests: marks?.tests ?? { tries: 0, outcome: 'open' },
    });
  }

  /** As the record says it: merged by the server, or three-way against what the revisions before had. */
  by(method: Release['applyMethod'], scene: ReleasePass, stored: readonly Stored[]): Promise<Result<Target, RecordError>> {
    return byMethod(scene.target, scene.draft.kind === 'helm' ? method : 'ssa', { scene, stored, typeOf: this.#parts.typeOf });
  }

  /** A first install that failed for good: what it made goes, the record stays to tell; and a release that is to be installed anew. */
  async uninstall(scene: ReleasePass, { version, again }: Uninstall): Promise<CarriedOut | 'again'> {
    const now = this.#now();
    const digest = labelDigest(scene.target.render.digest);
    const attempt = (marks: Marks): Marks['attempt'] =>
      again === undefined ? { ...marks.attempt, digest, action: 'uninstall' } : { digest, action: 'reinstall', number: again };
    const updated = await scene.records.update(
      version,
      (release, marks) => ({
        release: { ...release, status: 'uninstalling', deleted: new Date(now).toISOString() },
        marks: { ...marks, attempt: attempt(marks), stage: 'before' },
      }),
      now,
    );
    scene.pass.request.memory.release.stored = undefined;
    return updated.ok ? 'again' : { failed: updated.error };
  }

  /** What a record says, as a target: no render takes part (S12). */
  targetOf({ target }: ReleasePass, release: Release): Target {
    const controllers = new Map(
      target.objects.flatMap(({ object, controller }) => (controller === undefined ? [] : [[refKey(refOf(object)), controller] as const])),
    );
    const wanted = ({ object, path }: { readonly object: KubeObject; readonly path: string }): WantedObject => ({
      object,
      digest: objectDigest(object, this.#parts.renderKey),
      ...(path === '' ? {} : { file: path }),
      ...controllerIn(controllers, object),
    });
    const objects = splitManifest(release.manifest).map(wanted);
    const hooks = release.hooks.flatMap(({ manifest, path }) => splitManifest(manifest).map(({ object }) => wanted({ object, path })));
    // CRDs are no part of a release and stay as they are.
    const crds = target.objects.filter(({ origin }) => origin === 'crds');
    return { ...target, objects: [...crds, ...objects], hooks };
  }

  /** The deployed revision as a target. Where the render cannot differ from the record, the record need not be read. */
  async asStored(scene: ReleasePass, version: number): Promise<Result<Target, RecordError>> {
    if (!readsRelease(scene.target)) return ok(scene.target);
    const { release } = scene.pass.request.memory;
    if (release.target?.version !== version) {
      const body = await scene.records.load(version);
      if (!body.ok) return body;
      this.remember(scene, body.value);
      const { objects, hooks } = this.targetOf(scene, body.value);
      release.target = { version, objects, hooks };
    }
    return ok({ ...scene.target, objects: release.target.objects, hooks: release.target.hooks });
  }

  remember({ pass }: ReleasePass, release: Release): void {
    pass.request.memory.release.told = { version: release.version, ...chartOf(release), tests: testsIn(release.hooks) };
  }

  async #rendered({ pass, target }: ReleasePass, action: Begin): Promise<Target | undefined> {
    if (!readsRelease(target)) return undefined;
    return this.#parts.targets.renderedAs(pass.request, target, { revision: action.version, isUpgrade: action.action === 'upgrade' });
  }

  async #lastOf({ records }: ReleasePass, stored: readonly Stored[]): Promise<Result<Release | undefined, RecordError>> {
    const last = stored.at(-1);
    return last === undefined ? ok(undefined) : records.load(last.revision.version);
  }

  #lost({ pass }: ReleasePass, error: RecordError): CarriedOut | 'again' {
    pass.request.memory.release.stored = undefined;
    return error.code === 404 ? 'again' : { failed: error };
  }

  #now(): number {
    return this.#parts.ports.clock.now();
  }
}

/** What follows the token: patterns with commas between them, or a JSON list of them. */
function patternsIn(word: string): readonly string[] {
  const text = word.slice(word.indexOf(' ') + 1).trim();
  if (!word.includes(' ')) return [];
  if (!text.startsWith('[')) return text.split(',').filter((one) => one !== '');
  try {
    const read = JSON.parse(text) as unknown;
    return Array.isArray(read) ? read.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

/** An App that was delivered before its first record: for its hooks that is no installation. */
const isRunning = ({ pass, draft }: ReleasePass, { action }: Begin): boolean =>
  draft.kind === 'delivery' && action === 'install' && pass.request.app.status?.applied !== undefined;

const readsRelease = (target: Target): boolean => target.render.trace.some(({ request }) => request.kind === 'release');

const isNamespace =
  (name: string) =>
  (key: string): boolean =>
    key === refKey(refOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));

/** A record does not hold which object another is made from. */
function controllerIn(controllers: ReadonlyMap<string, ObjectRef>, object: KubeObject): { readonly controller?: ObjectRef } {
  const controller = controllers.get(refKey(refOf(object)));
  return controller === undefined ? {} : { controller };
}

function tooLarge({ name }: Release, size: number): { readonly judged: ReturnType<typeof stuck> } {
  const message = `the record of release ${name} takes ${size} bytes; a Secret holds ${mostData}`;
  return { judged: stuck({ phase: 'Refused', reason: 'ReleaseTooLarge', message }) };
}
