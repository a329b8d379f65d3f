/**
 * What one person may do, as Kubernetes RBAC says: asked by SelfSubjectAccessReview as that person, remembered for a few seconds. An answer that cannot be
 * had is a refusal, never a yes.
 */
import { getKey, isObject } from '../../core/object/index.ts';
import type { ApiResource, Clock, Identity, KubeClient, KubeError } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';

export interface Wish {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Empty: all namespaces, or a cluster-scoped object. */
  readonly namespace: string;
  readonly name?: string;
}

const SELF_REVIEWS: ApiResource = {
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  resource: 'selfsubjectaccessreviews',
  namespaced: false,
  verbs: ['create'],
};

const REVIEWS: ApiResource = { ...SELF_REVIEWS, kind: 'SubjectAccessReview', resource: 'subjectaccessreviews' };

/** How long an answer counts. A right that was taken away ends within this time. */
const REMEMBERED = 10_000;
const MOST_REMEMBERED = 5000;

interface Remembered {
  readonly until: number;
  readonly answer: Promise<Result<boolean, KubeError>>;
}

export class Access {
  readonly #client: KubeClient;
  readonly #about: Identity | undefined;
  readonly #clock: Clock;
  readonly #remembered = new Map<string, Remembered>();

  /** `client` acts as the person; or it is the server's and asks `about` somebody who may not even ask what they may: Kubernetes gives nobody that right. */
  constructor(client: KubeClient, clock: Clock, about?: Identity) {
    this.#client = client;
    this.#about = about;
    this.#clock = clock;
  }

  may(wish: Wish): Promise<Result<boolean, KubeError>> {
    const key = [wish.verb, wish.group, wish.resource, wish.subresource ?? '', wish.namespace, wish.name ?? ''].join('\0');
    const now = this.#clock.monotonic();
    const known = this.#remembered.get(key);
    if (known !== undefined && known.until > now) return known.answer;
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear();
    const answer = this.#ask(wish);
    this.#remembered.set(key, { until: now + REMEMBERED, answer });
    // A review that failed says nothing about the next one.
    void answer.then((result) => !result.ok && this.#remembered.get(key)?.answer === answer && this.#remembered.delete(key));
    return answer;
  }

  /** Which of these namespaces hold something of `resource` that the person may list. */
  async namespaces(resource: Pick<ApiResource, 'group' | 'resource'>, all: () => Iterable<string>): Promise<Result<Visible, KubeError>> {
    const wish = (namespace: string): Wish => ({ verb: 'list', group: resource.group, resource: resource.resource, namespace });
    const everywhere = await this.may(wish(''));
    if (!everywhere.ok) return everywhere;
    if (everywhere.value) return ok(() => true);
    const names = [...all()];
    const answers = await Promise.all(names.map((namespace) => this.may(wish(namespace))));
    const failed = answers.find((answer) => !answer.ok);
    if (failed !== undefined && !failed.ok) return failed;
    const visible = new Set(names.filter((_, index) => answers[index]?.ok === true && answers[index].value));
    return ok((namespace) => visible.has(namespace));
  }

  async #ask({ verb, group, resource, subresource, namespace, name }: Wish): Promise<Result<boolean, KubeError>> {
    const resourceAttributes = {
      verb,
      group,
      resource,
      namespace,
      ...(subresource === undefined ? {} : { subresource }),
      ...(name === undefined ? {} : { name }),
    };
    const about = this.#about;
    const review = about === undefined ? SELF_REVIEWS : REVIEWS;
    const answer = await this.#client.create(review, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: review.kind,
      metadata: {},
      spec: { resourceAttributes, ...(about === undefined ? {} : { user: about.user, groups: about.groups ?? [] }) },
    });
    if (!answer.ok) return err(answer.error);
    const status = answer.value['status'];
    return ok(isObject(status) && getKey(status, 'allowed') === true);
  }
}

export type Visible = (namespace: string) => boolean;
