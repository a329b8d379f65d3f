/**
 * What users may do, worked out once for each user and namespace until a role or binding changes there: every request asks, and walking all
 * bindings each time would cost more than most requests.
 */
import { type Attributes, type PolicyRule, type RoleSource, rulesFor, type Verdict, verdictOf } from '../../core/kube/rbac/index.ts';
import type { User } from '../api/request.ts';
import type { Store } from '../store/index.ts';

/** Users of a namespace, and questions of a user, that are remembered: clients choose both, so neither may grow without end. */
const REMEMBERED = 2000;

const RBAC = '.rbac.authorization.k8s.io';

/** What a question is about apart from the name in it. */
const questionOf = ({ verb, group, resource, subresource, path }: Attributes): string =>
  path === undefined ? `${verb} ${group}/${resource}/${subresource}` : `${verb} ${path}`;

/** One user in one namespace. */
class Rights {
  readonly #rules: readonly PolicyRule[];
  readonly #verdicts = new Map<string, Verdict>();

  constructor(rules: readonly PolicyRule[]) {
    this.#rules = rules;
  }

  allow(attributes: Attributes): boolean {
    const question = questionOf(attributes);
    let verdict = this.#verdicts.get(question);
    if (verdict === undefined) {
      verdict = verdictOf(this.#rules, attributes);
      if (this.#verdicts.size >= REMEMBERED) this.#verdicts.clear();
      this.#verdicts.set(question, verdict);
    }
    return typeof verdict === 'boolean' ? verdict : verdict.has(attributes.name);
  }
}

export class RightsCache {
  readonly #roles: RoleSource;
  /** By namespace (empty: the cluster), then by user. */
  readonly #known = new Map<string, Map<string, Rights>>();
  /** Users as text: name and groups, and nothing else, are what roles are bound to. */
  readonly #texts = new WeakMap<User, string>();

  constructor(roles: RoleSource, store: Store) {
    this.#roles = roles;
    store.observers.add((table, { key }) => {
      if (!table.endsWith(RBAC)) return;
      const slash = key.indexOf('/');
      const ofNamespace = table.startsWith('roles') || table.startsWith('rolebindings');
      // Roles of the cluster count in every namespace.
      if (ofNamespace && slash > 0) this.#known.delete(key.slice(0, slash));
      else this.#known.clear();
    });
  }

  allow(user: User, attributes: Attributes): boolean {
    return this.#rightsOf(user, attributes.namespace).allow(attributes);
  }

  #rightsOf(user: User, namespace: string): Rights {
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    const users = this.#known.get(namespace) ?? new Map<string, Rights>();
    this.#known.set(namespace, users);
    const who = this.#textOf(user);
    let rights = users.get(who);
    if (rights === undefined) {
      rights = new Rights([...rulesFor(user, namespace, this.#roles)]);
      if (users.size >= REMEMBERED) users.clear();
      users.set(who, rights);
    }
    return rights;
  }

  #textOf(user: User): string {
    const known = this.#texts.get(user);
    if (known !== undefined) return known;
    const text = JSON.stringify([user.name, user.groups]);
    this.#texts.set(user, text);
    return text;
  }
}
