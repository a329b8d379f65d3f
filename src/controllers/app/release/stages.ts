/**
 * One revision from its record to its end: hooks before, objects, hooks after, deployed, tested. Where something has to be awaited, the pass ends with what
 * is awaited; what failed is recorded, and the next turn decides what becomes of it.
 */
import { type ReasonCode, reasons } from '../../../api/index.ts';
import { type KubeObject, refKey, refOf } from '../../../core/object/index.ts';
import { digestOf } from '../../../core/plan/digest/index.ts';
import { stampOwner } from '../../../core/plan/owner/index.ts';
import type { HookRecord, HookRun, Release } from '../../../core/release/index.ts';
import { hooksOf } from '../../../core/release/hooks/index.ts';
import { formatLogs, type HookEnd, HookRunner } from '../../../helm/index.ts';
import type { KubeError } from '../../../ports/index.ts';
import type { Carrier } from '../carry-out.ts';
import { managerFor } from '../managers.ts';
import type { Parts } from '../parts.ts';
import { maskText } from '../secret-texts.ts';
import { automaticOf, hookTimeoutOf } from './draft.ts';
import type { Marks, Stage } from './marks.ts';
import { testsOf, type Change, type Stored } from './records.ts';
import type { CarriedOut, ReleasePass } from './runner.ts';
import { type ReleaseResult, running } from './stage.ts';
import { testsIn } from './tests-in.ts';
import { statusOf } from './told.ts';

/** A revision that is worked on. */
export interface Current {
  readonly release: Release;
  readonly marks: Marks;
}

type Turned = CarriedOut | 'again';

const lookAgain = 5000;

/** The moment of hooks for failures. */
const onFailure = 'sync-fail';

export class Stages {
  readonly #parts: Parts;
  readonly #carrier: Carrier;

  constructor(parts: Parts, carrier: Carrier) {
    this.#parts = parts;
    this.#carrier = carrier;
  }

  async carryOn(scene: ReleasePass, current: Current, stored: readonly Stored[]): Promise<Turned> {
    const { stage, attempt } = current.marks;
    if (attempt.action === 'uninstall' || attempt.action === 'reinstall') return this.#uninstall(scene, current, stored);
    switch (stage) {
      case 'before':
        return this.#before(scene, current, stored);
      case 'objects':
        return this.#objects(scene, current, stored);
      case 'after':
        return this.#after(scene, current, stored);
      case 'done':
        return this.#seal(scene, current, stored);
      case 'failing':
        return this.#afterFailure(scene, current, stored);
    }
  }

  async #before(scene: ReleasePass, current: Current, stored: readonly Stored[]): Promise<Turned> {
    const crds = new Set(scene.target.objects.filter(({ origin }) => origin === 'crds').map(({ object }) => refKey(refOf(object))));
    if (crds.size > 0) {
      const early = await this.#carrier.carryOut(scene.pass, scene.target, { only: (key) => crds.has(key) });
      if ('failed' in early) return early;
      const failure = early.result?.failures[0];
      if (failure !== undefined)
        return failure.transient ? early : this.#fail(scene, current, { code: failure.code, message: failure.message });
      if ((early.result?.waiting.length ?? 0) > 0) return { ...early, release: { complete: false } };
    }
    const ended = await this.#hooks(scene, current, `pre-${current.marks.attempt.action}`);
    return this.#go(scene, { ...current, ended, stored }, 'objects');
  }

  async #objects(scene: ReleasePass, current: Current, stored: readonly Stored[]): Promise<Turned> {
    const done = await this.#carrier.carryOut(scene.pass, scene.target);
    if ('failed' in done) return done;
    const failure = done.result?.failures[0];
    if (failure !== undefined && !failure.transient) return this.#fail(scene, current, { code: failure.code, message: failure.message });
    const judged = scene.judge(done);
    if (judged.verdict.reason === 'HealthTimeout')
      return this.#fail(scene, current, { code: 'HealthTimeout', message: judged.verdict.message });
    const prunesWait = judged.verdict.reason === 'PruneNeedsApproval' || judged.verdict.reason === 'PruneRefused';
    if (judged.verdict.ready === 'True' || prunesWait) return this.#enter(scene, current, 'after');
    return { ...done, release: { complete: false, ...statusOf(scene.pass.request.app, stored, scene.pass.request.memory) } };
  }

  async #after(scene: ReleasePass, current: Current, stored: readonly Stored[]): Promise<Turned> {
    const ended = await this.#hooks(scene, current, `post-${current.marks.attempt.action}`);
    return this.#go(scene, { ...current, ended, stored }, 'done');
  }

  /** Earlier deployments are superseded first, as Helm does it: there is never more than one deployed revision that is newest. */
  async #seal(scene: ReleasePass, current: Current, stored: readonly Stored[]): Promise<Turned> {
    const { version } = current.release;
    for (const { revision } of stored) {
      if (revision.version === version || revision.status !== 'deployed') continue;
      const written = await this.#update(scene, revision.version, (release) => ({ release: { ...release, status: 'superseded' } }));
      if (written !== undefined) return written;
    }
    const written = await this.#update(scene, version, (release) => ({
      release: { ...release, status: 'deployed', description: doneText(current) },
    }));
    if (written !== undefined) return written;
    this.#tell(scene, current, { type: told[current.marks.attempt.action], message: doneText(current) });
    return 'again';
  }

  async test(scene: ReleasePass, current: Current, stored: readonly Stored[]): Promise<Turned> {
    const { release, marks } = current;
    const automatic = automaticOf(scene.pass.request.app);
    if (testsOf(release, automatic) === 'failed') return this.#testAgain(scene, current);
    const ended = await this.#hooks(scene, current, 'test');
    if (ended.state === 'waiting' || ended.state === 'error') return this.#awaited(scene, { ...current, ended, stored });
    const outcome = ended.state === 'failed' ? 'failed' : 'passed';
    const written = await this.#update(scene, release.version, (now) => ({
      release: now,
      marks: { ...marks, tests: { ...marks.tests, outcome, ...(outcome === 'passed' ? { passed: true } : {}) } },
    }));
    if (written !== undefined) return written;
    const message =
      ended.state === 'failed' ? `test ${ended.hook.name} failed: ${ended.message}` : `the tests of revision ${release.version} succeeded`;
    this.#tell(scene, current, { type: outcome === 'failed' ? 'TestFailed' : 'TestsSucceeded', message, warning: outcome === 'failed' });
    return 'again';
  }

  async #testAgain(scene: ReleasePass, { release, marks }: Current): Promise<Turned> {
    const written = await this.#update(scene, release.version, (now) => ({
      release: {
        ...now,
        hooks: now.hooks.map((hook) =>
          hook.events.includes('test') && hook.lastRun.phase === 'Failed' ? { ...hook, lastRun: { phase: 'Unknown' } } : hook,
        ),
      },
      marks: { ...marks, tests: { ...marks.tests, tries: marks.tests.tries + 1, outcome: 'open' } },
    }));
    return written ?? 'again';
  }

  /** Its objects go, with the hooks for that; its record stays to tell why. A hook that fails holds nothing up: nobody would get any further. */
  async #uninstall(scene: ReleasePass, current: Current, stored: readonly Stored[]): Promise<Turned> {
    const { stage } = current.marks;
    if (stage === 'objects') return this.#removeAll(scene, current);
    const ended = await this.#hooks(scene, current, stage === 'before' ? 'pre-delete' : 'post-delete');
    if (ended.state === 'waiting' || ended.state === 'error') return this.#awaited(scene, { ...current, ended, stored });
    return stage === 'before' ? this.#enter(scene, current, 'objects') : this.#uninstalled(scene, current, stored);
  }

  async #removeAll(scene: ReleasePass, current: Current): Promise<Turned> {
    const empty = { ...scene.target, objects: [], hooks: [], cause: 'deletion' as const };
    const done = await this.#carrier.carryOut(scene.pass, empty);
    if ('failed' in done) return done;
    const waiting = done.result?.waiting ?? [];
    if (waiting.length > 0 || (done.result?.failures.length ?? 0) > 0) return { ...done, release: { complete: false } };
    return this.#enter(scene, current, 'after');
  }

  /** What is installed anew keeps no history of what was before. */
  async #uninstalled(scene: ReleasePass, current: Current, stored: readonly Stored[]): Promise<Turned> {
    const { version, description } = current.release;
    const anew = current.marks.attempt.action === 'reinstall';
    for (const { revision } of anew ? stored : []) {
      const deleted = revision.version < version ? await scene.records.delete(revision.version) : undefined;
      if (deleted?.ok === false) return { failed: deleted.error };
    }
    const written = await this.#update(scene, version, (release) => ({ release: { ...release, status: 'uninstalled' } }));
    if (written !== undefined) return written;
    const message = anew ? `revision ${version} was uninstalled, to be installed anew` : `the failed install was removed: ${description}`;
    this.#tell(scene, current, { type: 'Uninstalled', message, warning: true });
    return 'again';
  }

  #hooks(scene: ReleasePass, { release, marks }: Current, event: string): Promise<HookEnd> {
    const { pass, records } = scene;
    const { app } = pass.request;
    const name = `${records.place.storage}/${release.name}.v${release.version}`;
    const runner = new HookRunner(
      { client: pass.client, served: pass.served, live: this.#parts.live, clock: this.#parts.ports.clock },
      {
        stamp: (object) => stampOwner(object, pass.owner),
        fieldManager: managerFor(records.place.kind),
        namespace: release.namespace,
        hooks: event === 'test' ? release.hooks.filter((hook) => hook.lastRun.phase !== '' || automaticOf(app)(hook)) : release.hooks,
        event,
        run: digestOf([name, event, event === 'test' ? marks.tests.tries : 0]).slice(7, 39),
        timeout: (hook) => hookTimeoutOf(app, hook),
        stopsAtFailure: event !== 'test',
        note: (hook, run) => this.#note(scene, { version: release.version, hook, run }),
        told: (hook, news) => {
          if (news.state === 'started') return;
          if (news.state === 'failed') pass.request.memory.release.failures.set(hook.name, news.message.slice(0, 1000));
          else pass.request.memory.release.failures.delete(hook.name);
          const message = `${event} hook ${hook.kind} ${hook.name} ${news.state}${news.message === '' ? '' : `: ${news.message}`}`;
          const logs = news.logs === undefined ? '' : `\n${maskText(formatLogs(news.logs), scene.target.render.secrets)}`;
          this.#tell(
            scene,
            { release, marks },
            {
              type: news.state === 'failed' ? 'HookFailed' : 'HookSucceeded',
              message: message + logs,
              warning: news.state === 'failed',
              more: `${event}/${hook.name}/${marks.tests.tries}`,
            },
          );
        },
      },
    );
    return runner.run();
  }

  async #note(
    scene: ReleasePass,
    { version, hook, run }: { readonly version: number; readonly hook: HookRecord; readonly run: HookRun },
  ): Promise<KubeError | undefined> {
    const same = (other: HookRecord): boolean => other.name === hook.name && other.kind === hook.kind && other.path === hook.path;
    const updated = await scene.records.update(
      version,
      (release) => ({ release: { ...release, hooks: release.hooks.map((each) => (same(each) ? { ...each, lastRun: run } : each)) } }),
      this.#now(),
    );
    const { release } = scene.pass.request.memory;
    release.stored = undefined;
    if (!updated.ok) return updated.error;
    if (release.told?.version === version) release.told = { ...release.told, tests: testsIn(updated.value.release.hooks) };
    return undefined;
  }

  #go(scene: ReleasePass, current: Awaited, next: Stage): Promise<Turned> | Turned {
    const { ended } = current;
    if (ended.state === 'done') return this.#enter(scene, current, next);
    if (ended.state !== 'failed') return this.#awaited(scene, current);
    const stage = current.marks.stage === 'before' ? 'pre' : 'post';
    const message = `failed ${stage}-${current.marks.attempt.action}: ${ended.hook.kind} ${ended.hook.name}: ${ended.message}`;
    return this.#fail(scene, current, { code: 'HookFailed', message });
  }

  /** Hooks of the next moment that ran at an earlier one are open again. */
  async #enter(scene: ReleasePass, { release, marks }: Current, stage: Stage): Promise<Turned> {
    const event = `post-${marks.attempt.action}`;
    const reopened = (hook: HookRecord): HookRecord =>
      stage === 'after' && hook.events.includes(event) && hook.lastRun.phase !== '' ? { ...hook, lastRun: { phase: '' } } : hook;
    const written = await this.#update(scene, release.version, (now) => ({
      release: { ...now, hooks: now.hooks.map(reopened) },
      marks: { ...marks, stage },
    }));
    return written ?? 'again';
  }

  async #awaited(scene: ReleasePass, { ended, stored }: Awaited): Promise<Turned> {
    if (ended.state === 'error') return { failed: ended.error };
    const { app, memory } = scene.pass.request;
    const shown = await this.#carrier.preview(scene.pass, scene.target);
    if ('failed' in shown || ended.state !== 'waiting') return shown;
    const isTest = ended.hook.events.includes('test') && stored.at(-1)?.revision.status === 'deployed';
    const reason: ReasonCode = isTest ? 'TestsRunning' : 'HooksRunning';
    const message = `waiting for ${isTest ? 'test' : 'hook'} ${ended.about}: ${ended.message}`;
    const judged = running(
      { phase: isTest ? 'Testing' : 'Applying', reason, message, about: ended.about },
      {
        now: this.#now(),
        look: ended.until === undefined ? 1000 : lookAgain,
        ...(ended.until === undefined ? {} : { until: ended.until }),
      },
    );
    const release: ReleaseResult = { complete: false, judged, ...statusOf(app, stored, memory) };
    return { ...shown, release };
  }

  async #fail(scene: ReleasePass, current: Current, why: { readonly code: string; readonly message: string }): Promise<Turned> {
    const { release, marks } = current;
    const verb = marks.attempt.action === 'install' ? 'Release' : marks.attempt.action === 'upgrade' ? 'Upgrade' : 'Rollback';
    const description = `${verb} ${JSON.stringify(release.name)} failed: ${maskText(why.message, scene.target.render.secrets)}`.slice(
      0,
      2000,
    );
    const reason = why.code in reasons ? why.code : 'ReleaseFailed';
    if (marks.stage !== 'failing' && hooksOf(release.hooks, onFailure).length > 0)
      return this.#enterFailing(scene, current, { description, reason });
    const written = await this.#update(scene, release.version, (now) => ({
      release: { ...now, status: 'failed', description },
      marks: { ...marks, reason },
    }));
    if (written !== undefined) return written;
    scene.pass.request.memory.progressing = undefined;
    this.#tell(scene, current, { type: 'ReleaseFailed', message: description, warning: true });
    return 'again';
  }

  /** Hooks for failures (Argo CD: SyncFail) run before the revision counts as failed: the record says until then what failed. */
  async #enterFailing(
    scene: ReleasePass,
    { release, marks }: Current,
    { description, reason }: { readonly description: string; readonly reason: string },
  ): Promise<Turned> {
    const written = await this.#update(scene, release.version, (now) => ({
      release: { ...now, description },
      marks: { ...marks, stage: 'failing', reason },
    }));
    return written ?? 'again';
  }

  /** What its hooks for failures did changes nothing: the revision has failed. */
  async #afterFailure(scene: ReleasePass, current: Current, stored: readonly Stored[]): Promise<Turned> {
    const ended = await this.#hooks(scene, current, onFailure);
    if (ended.state === 'waiting' || ended.state === 'error') return this.#awaited(scene, { ...current, ended, stored });
    const { release } = current;
    const written = await this.#update(scene, release.version, (now) => ({ release: { ...now, status: 'failed' } }));
    if (written !== undefined) return written;
    scene.pass.request.memory.progressing = undefined;
    this.#tell(scene, current, { type: 'ReleaseFailed', message: release.description, warning: true });
    return 'again';
  }

  /** Undefined: written. A record that is gone, or that somebody changed meanwhile, is looked at again. */
  async #update(scene: ReleasePass, version: number, change: (release: Release, marks: Marks) => Change): Promise<Turned | undefined> {
    const updated = await scene.records.update(version, change, this.#now());
    scene.pass.request.memory.release.stored = undefined;
    if (updated.ok) return undefined;
    return updated.error.code === 404 || updated.error.code === 409 ? 'again' : { failed: updated.error };
  }

  #tell(
    { pass, target }: ReleasePass,
    { release }: Current,
    entry: { readonly type: string; readonly message: string; readonly warning?: boolean; readonly more?: string },
  ): void {
    const { type, message, warning = false, more = '' } = entry;
    const { revision } = target.render;
    const step = `${release.name}.v${release.version}/${type}/${more}`;
    this.#parts.journal.record(pass.request.app as unknown as KubeObject, { type, message, warning, step, revision });
  }

  #now(): number {
    return this.#parts.ports.clock.now();
  }
}

interface Awaited extends Current {
  readonly ended: HookEnd;
  readonly stored: readonly Stored[];
}

const told = {
  install: 'Installed',
  upgrade: 'Upgraded',
  rollback: 'RolledBack',
  uninstall: 'Uninstalled',
  reinstall: 'Uninstalled',
} as const;

const doneText = ({ release, marks }: Current): string =>
  marks.attempt.action === 'install' ? 'Install complete' : marks.attempt.action === 'upgrade' ? 'Upgrade complete' : release.description;
