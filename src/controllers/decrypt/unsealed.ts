/** The Secrets that the SealedSecrets of a render stand for: opened with the platform's sealing keys, then with those the App names. */
import type { App } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { Problem } from '../../core/problem/index.ts';
import { isSealedSecret } from '../../core/secrets/sealed/index.ts';
import type { Keyring } from '../../ports/index.ts';
import { answer, composeAnswerer } from '../../runtime/index.ts';
import { ok, type Result } from '../../std/index.ts';
import type { RenderedObject } from '../app/build.ts';
import type { Facts, RenderError } from '../app/facts.ts';
import { type Answering, placedSealed, type Placing, unsealOne } from '../sealed/unseal.ts';
import type { NamedKeys } from './named-keys.ts';

export interface UnsealRequest {
  readonly app: App;
  readonly facts: Facts;
  readonly keys: NamedKeys;
  readonly placing: Placing;
  /** The render's moment, for templates. */
  readonly now: number;
}

export interface Unsealed {
  readonly objects: readonly RenderedObject[];
  readonly problems: readonly Problem[];
  /** There was something to open, so that another state of the platform's keys is a reason to render again. */
  readonly sealed: boolean;
}

const nothing: Unsealed = { objects: [], problems: [], sealed: false };

/** One value that cannot be opened is a problem that stops the App. */
export async function unsealedOf(objects: readonly RenderedObject[], request: UnsealRequest): Promise<Result<Unsealed, RenderError>> {
  const { app, facts, keys, placing, now } = request;
  const sealed = objects.filter(({ object }) => isSealedSecret(object));
  if (sealed.length === 0) return ok(nothing);
  const platform = (await facts.secrets?.sealing?.unsealing()) ?? { by: 'other' };
  if (platform.by === 'nobody') {
    const problem = { code: 'SealedSecretsContested', message: platform.message, hint: platform.hint };
    return ok({ objects: [], problems: [problem], sealed: true });
  }
  const own = await ownRings(app, keys);
  if (!own.ok) return own;
  const rings = [...(platform.by === 'lockstep' ? [platform.ring] : []), ...own.value];
  if (rings.length === 0) return ok({ ...nothing, sealed: true });
  const answering: Answering = async (run) => {
    const answered = await answer(run, composeAnswerer<RenderError>({ ...facts, tree: () => undefined, now }));
    if (!answered.ok) throw new Error('templates of SealedSecrets ask for nothing outside');
    return answered.value.value;
  };
  const opened = await Promise.all(
    sealed.map(async (rendered) => {
      const placed = placedSealed(rendered.object, placing);
      return outcomeOf(rendered, placed, await unsealOne(placed, rings, answering));
    }),
  );
  return ok({ objects: opened.flatMap((one) => one.objects), problems: opened.flatMap((one) => one.problems), sealed: true });
}

function outcomeOf(
  rendered: RenderedObject,
  placed: KubeObject,
  result: Awaited<ReturnType<typeof unsealOne>>,
): Pick<Unsealed, 'objects' | 'problems'> {
  if (result.ok) {
    const { secret, controller } = result.value;
    return { objects: [{ ...rendered, object: secret, ...(controller === undefined ? {} : { controller }) }], problems: [] };
  }
  const object = `SealedSecret/${placed.metadata.namespace ?? ''}/${placed.metadata.name ?? ''}`;
  const where = rendered.file === undefined ? {} : { file: rendered.file };
  return { objects: [], problems: [{ code: 'UnsealFailed', object, message: result.error.message, ...where }] };
}

/** The App's own keys, if one of them is an RSA key. */
async function ownRings(app: App, keys: NamedKeys): Promise<Result<readonly Keyring[], RenderError>> {
  if (app.spec.decrypt === undefined) return ok([]);
  const named = await keys.ring();
  if (!named.ok) return named;
  const { ring } = named.value;
  return ok(ring.names.some((name) => name.startsWith('SHA256:')) ? [ring] : []);
}
