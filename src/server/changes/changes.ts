/** The change, worked out once, and what may become of it: a text to take along, or a commit after somebody saw what it would be. */
import { createHash } from 'node:crypto';
import type { App } from '../../api/index.ts';
import type { ActionPlan, Proposal } from '../../api/http/index.ts';
import { unifiedDiff } from '../../core/diff/index.ts';
import { formatRef, getKey, isObject, type Json, type JsonObject, type KubeObject, refKey, refOf } from '../../core/object/index.ts';
import { provenOwner } from '../../core/plan/owner/index.ts';
import type { WantedObject } from '../../core/plan/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { Visitor } from '../access/visitor.ts';
import { authorOf, mayChange, toldOf } from '../actions/index.ts';
import { badInput, refused, type Refused } from '../http/refused.ts';
import type { SourceFile } from '../ports.ts';
import { type Found, findPath, followPath, type Opened } from '../views/object/index.ts';
import type { Scene } from '../views/scene.ts';
import { type Amend, amended, sameValue, withValueAt } from './edit.ts';
import { adoptTexts, ignoreRule, ignoreTexts, type Told } from './texts.ts';

export const PROPOSALS = ['ignore', 'adopt'] as const;
export type ProposalName = (typeof PROPOSALS)[number];

/** One field of one object, as somebody may see it. */
export interface Asked {
  readonly name: ProposalName;
  readonly app: App;
  readonly visitor: Visitor;
  readonly opened: Opened;
  /** As the difference shows it. */
  readonly path: string;
}

/** Where the change is written, and as what. */
interface Edit {
  /** The App whose source holds the file. */
  readonly app: App;
  readonly file: SourceFile;
  readonly text: string;
  readonly patch: string;
}

interface Draft extends Told {
  readonly title: string;
  /** Where it is written, as far as that is known. */
  readonly file: string;
  /** The error says why it is not known, or cannot be changed there. */
  readonly edit: Result<Edit, string>;
}

export class Changes {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  async proposal(asked: Asked): Promise<Result<Proposal, Refused>> {
    const draft = await this.#draft(asked);
    if (!draft.ok) return draft;
    const { title, file, yaml, command, edit } = draft.value;
    return ok({ title, file, yaml, command, patch: edit.ok ? edit.value.patch : '', why: edit.ok ? '' : edit.error });
  }

  /** Without `confirm` it says what it would do. */
  async commit(
    asked: Asked,
    { confirm, reason }: { readonly confirm?: string; readonly reason?: string },
  ): Promise<Result<ActionPlan, Refused>> {
    const draft = await this.#draft(asked);
    if (!draft.ok) return draft;
    const { title, edit } = draft.value;
    if (!edit.ok) return err(refused.conflict(edit.error, 'take the YAML along and put it where the manifest is made'));
    const { app, file, text, patch } = edit.value;
    const key = `${asked.app.metadata.namespace}/${asked.app.metadata.name}`;
    const digest = `sha256:${createHash('sha256')
      .update(JSON.stringify([asked.name, key, file.path, file.text, text]))
      .digest('hex')}`;
    const effects = [
      { text: `A commit to ${app.spec.source.name} changes ${file.path}`, danger: false },
      { text: title, danger: false },
    ];
    const plan = { action: asked.name, app: key, effects, digest, command: `git apply <<'END'\n${patch}END` } as const;
    if (confirm === undefined) return ok({ ...plan, done: false });
    if (confirm !== digest) return err(refused.planStale('the file has changed since', 'look at the new change and confirm that'));
    const may = await mayChange(asked.visitor, app);
    if (may !== undefined) return err(may);
    const written = await file.write(text, { author: authorOf(asked.visitor.identity), message: title, reason });
    if (!written.ok) return err(refused.conflict(written.error.message, written.error.hint));
    return ok({ ...plan, done: true, result: toldOf(written.value) });
  }

  #draft(asked: Asked): Promise<Result<Draft, Refused>> {
    return asked.name === 'ignore' ? this.#ignore(asked) : this.#adopt(asked);
  }

  async #ignore({ app, visitor, opened: { ref, live }, path }: Asked): Promise<Result<Draft, Refused>> {
    const found = live === undefined ? undefined : findPath(live as unknown as Json, path);
    if (found === undefined) return err(noSuchField(path));
    const rule = ignoreRule(ref, found.pointer);
    const title = `Ignore ${path} of ${formatRef(ref)}`;
    const parent = await this.#parentOf(app, visitor);
    const wanted = parent === undefined ? undefined : this.#wanted(parent, app as unknown as KubeObject);
    const why = 'no other App delivers this one, so it is not known where it is written';
    const edit =
      parent === undefined || wanted === undefined
        ? err(why)
        : await this.#edit(parent, wanted, (document) => withRule(document, wanted.object, rule));
    return ok({ title, file: wanted?.file ?? '', ...ignoreTexts(app, rule), edit });
  }

  /** The live value, written where the manifest of the object is. */
  async #adopt({ app, opened, path }: Asked): Promise<Result<Draft, Refused>> {
    const { ref, live, mask } = opened;
    const masked = live === undefined ? undefined : findPath(mask.object(live) as unknown as Json, path);
    if (live === undefined || masked?.value === undefined) return err(noSuchField(path));
    if (JSON.stringify(masked.value).includes('masked:'))
      return err(refused.unsupported('this value is a secret', 'change it where the secret is kept'));
    const wanted = this.#wanted(app, live);
    const edit =
      wanted === undefined ? err('its source does not say this object') : await this.#edit(app, wanted, adoption(wanted, path, masked));
    return ok({ title: `Adopt ${path} of ${formatRef(ref)}`, file: wanted?.file ?? '', ...adoptTexts(live, ref, masked), edit });
  }

  /** The App that delivers this one, if the visitor may see it. */
  async #parentOf(app: App, { access }: Visitor): Promise<App | undefined> {
    const owner = provenOwner(app as unknown as KubeObject);
    const found = owner === undefined ? undefined : this.#scene.apps.get(`${owner.namespace}/${owner.name}`)?.app;
    if (found === undefined) return undefined;
    const may = await access.may({ verb: 'get', group: 'lockstep.dev', resource: 'apps', ...placeOf(found) });
    return may.ok && may.value ? found : undefined;
  }

  #wanted(app: App, object: KubeObject): WantedObject | undefined {
    const key = refKey(refOf(object));
    return this.#scene.river.wanted(app.metadata)?.objects.find((one) => refKey(refOf(one.object)) === key);
  }

  /** A patch that would show a secret, be it only in the lines around, is not made. */
  async #edit(app: App, { object, file: path }: WantedObject, amend: Amend): Promise<Result<Edit, string>> {
    if (path === undefined) return err('it is not known which file it is made from');
    const file = await this.#scene.river.file(app, path);
    if (!file.ok) return err(file.error.message);
    const text = amended(file.value.text, object, amend);
    if (!text.ok) return text;
    const patch = unifiedDiff(file.value.text, text.value, { from: `a/${path}`, to: `b/${path}` });
    const mask = await this.#scene.masks.of(app);
    if (mask.text(patch) !== patch || /^.?kind: *['"]?Secret\b/m.test(patch)) return err(`a secret stands beside it in ${path}`);
    return ok({ app, file: file.value, text: text.value, patch });
  }
}

const noSuchField = (path: string): Refused => badInput({ field: 'path', message: `leads nowhere in this object: ${path}` });

const placeOf = ({ metadata: { namespace, name } }: App): Pick<App['metadata'], 'namespace' | 'name'> => ({ namespace, name });

/** The same field of the file, whose lists may be in another order than those of the cluster. */
const adoption =
  ({ object }: WantedObject, path: string, { steps, value }: Found): Amend =>
  (document) => {
    const there = followPath(document, path);
    const missing = steps.slice(there.steps.length);
    const rendered = findPath(object as unknown as Json, path)?.value;
    if (!sameValue(missing.length === 0 ? there.value : undefined, rendered)) return undefined;
    return value === undefined ? undefined : withValueAt(document, [...there.steps, ...missing], value);
  };

function withRule(document: Json, rendered: KubeObject, rule: JsonObject): Json | undefined {
  const [own, made] = [rulesOf(document), rulesOf(rendered as unknown as Json)];
  if (!sameValue(own, made)) return undefined;
  return withValueAt(document, ['spec', 'sync', 'ignore'], [...(Array.isArray(own) ? (own as readonly Json[]) : []), rule]);
}

function rulesOf(app: Json): Json | undefined {
  let value: Json | undefined = app;
  for (const step of ['spec', 'sync', 'ignore']) value = isObject(value) ? getKey(value, step) : undefined;
  return value;
}
