/**
 * As whom an App is applied (S11): a ServiceAccount of the App's own namespace, by impersonation. Only in Lockstep's own namespace may the controller's
 * rights be used: there an App acts as the ServiceAccount `lockstep` of an installation, and with the controllers' own rights where there is none.
 */
import type { App } from '../../api/index.ts';
import type { Clock, KubeClient, KubeError } from '../../ports/index.ts';
import { serviceAccounts } from './cluster.ts';

export type IdentityAnswer =
  | { readonly kind: 'client'; readonly client: KubeClient; readonly user: string }
  | { readonly kind: 'missing'; readonly message: string }
  | { readonly kind: 'failed'; readonly error: KubeError };

/** Milliseconds. */
const ASKED_AGAIN_AFTER = 10_000;

export class Identities {
  readonly #kube: KubeClient;
  readonly #ownNamespace: string;
  /** ServiceAccounts that were found; asked again once the API server calls the user forbidden. */
  readonly #known = new Map<string, KubeClient>();
  readonly #clock: Clock;
  /** Until when (monotonic milliseconds) an installation without the ServiceAccount `lockstep` is taken to have none. */
  #ownAbsentUntil = 0;

  constructor(kube: KubeClient, ownNamespace: string, clock: Clock) {
    this.#kube = kube;
    this.#ownNamespace = ownNamespace;
    this.#clock = clock;
  }

  async of(app: App): Promise<IdentityAnswer> {
    const { namespace } = app.metadata;
    const name = app.spec.serviceAccountName;
    if (name === '' || namespace === '') return { kind: 'missing', message: 'serviceAccountName is empty; a request must act as somebody' };
    const user = `system:serviceaccount:${namespace}:${name}`;
    const known = this.#known.get(user);
    if (known !== undefined) return { kind: 'client', client: known, user };
    const own = namespace === this.#ownNamespace && name === 'lockstep';
    const itself = { kind: 'client', client: this.#kube, user: 'lockstep' } as const;
    if (own && this.#clock.monotonic() < this.#ownAbsentUntil) return itself;
    const found = await this.#kube.get(serviceAccounts, namespace, name);
    if (!found.ok && found.error.code !== 404) return { kind: 'failed', error: found.error };
    if (!found.ok && own) {
      this.#ownAbsentUntil = this.#clock.monotonic() + ASKED_AGAIN_AFTER;
      return itself;
    }
    if (!found.ok) return { kind: 'missing', message: `there is no ServiceAccount ${name} in namespace ${namespace}` };
    // Without groups: the API server derives those of a ServiceAccount, and the right to impersonate any group need not be given to the controllers.
    const client = this.#kube.as({ user });
    this.#known.set(user, client);
    return { kind: 'client', client, user };
  }

  /** The next use asks again whether the ServiceAccount exists. */
  forget(user: string): void {
    this.#known.delete(user);
  }
}
