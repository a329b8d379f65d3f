/** Who is looking, what they keep, what they do, and how the one stream of changes speaks. */
import { bool, free, list, must, object, str, time, word } from '../schema/field.ts';
import { ACTIONS } from './apps.table.ts';
import { short, text, texts, yes } from './shared.table.ts';

export const sessionView = object('Who is looking.', {
  user: must(short('Kubernetes user; empty: nobody is signed in.')),
  groups: must(texts('Kubernetes groups.')),
  name: must(short('Name for people.')),
  anonymous: yes('Nobody is signed in, and reading without it is allowed.'),
  method: must(word(['local', 'oidc', 'link', 'token', 'anonymous', 'none'], 'How they signed in.')),
  expiresAt: time('When it ends.'),
  csrf: must(short('Send as the header `x-lockstep-csrf` with every request that changes something.')),
  methods: must(
    list(
      object('A way to sign in.', {
        kind: must(word(['local', 'oidc', 'link'], '`link`: the link that the command printed.')),
        name: must(short('Name for the button.')),
      }),
      'Ways to sign in.',
    ),
  ),
  version: must(short('Version of Lockstep.')),
  installation: must(short('Name of the installation.')),
  simulated: yes('Whether this is the embedded cluster, where health is simulated.'),
  prometheus: yes('Whether traffic figures are configured.'),
});

const rights = object('What the visitor may do in one namespace.', {
  namespace: must(short('Namespace; empty: everywhere.')),
  see: must(bool('List Apps.')),
  change: must(bool('Change Apps: sync, suspend, resume.')),
  approve: must(bool('Create Approvals.')),
  logs: must(bool('Read logs of Pods.')),
  secrets: must(bool('Read Secrets; their values stay masked here.')),
});

export const accessView = object('Who may come in, and what the visitor may do: Kubernetes RBAC, asked as the visitor.', {
  rights: must(list(rights, 'Namespaces with Apps in which the visitor may do anything.', { maxItems: 201 })),
  truncated: yes('More namespaces have Apps than were asked about.'),
  users: must(
    object('Local users.', {
      known: yes('Whether the visitor may see who they are.'),
      items: must(
        list(object('A local user.', { name: must(short('Name.')), groups: must(texts('Kubernetes groups.')) }), 'By name.', {
          maxItems: 1000,
        }),
      ),
    }),
  ),
  oidc: object('The OpenID Connect provider.', {
    issuer: must(short('URL.')),
    clientId: must(short('Client id.')),
    user: must(short('What a person is to Kubernetes: prefix and claim.')),
    groups: must(short('What their groups are: prefix and claim.')),
  }),
  anonymous: yes('Whether people may read without signing in.'),
  home: must(short('Namespace of Lockstep itself.')),
});

export const signIn = object('A local user.', {
  user: must(str('Name.', { maxLength: 256 })),
  password: must(str('Password.', { maxLength: 1024 })),
});

export const savedView = object('A saved view: a name for a query.', {
  name: must(str('Name.', { maxLength: 100 })),
  query: must(short('Query string of `/apps` or `/matrix`.')),
  shared: bool('Shown to everybody; only whoever saved it changes it.'),
  owner: short('Who saved it; set by the server.'),
});

export const savedViews = object('Saved views: own ones and shared ones.', { items: must(list(savedView, 'Views.', { maxItems: 200 })) });

const effect = object('One thing an action does.', {
  text: must(text('A sentence.')),
  danger: yes('Whether it takes something away.'),
});

export const actionRequest = object(
  'Without `confirm` nothing is done and the answer is the plan; with it the plan is carried out if it still stands.',
  {
    confirm: short('`digest` of the plan that was shown.'),
    reason: text('Why, for the ledger.'),
    until: time('For `suspend`: when it resumes by itself.'),
    revision: short('For `rollback`: the revision to go back to.'),
    once: bool('For `sync`: run once although it is suspended.'),
    plan: short('For `approve`: the digest of the App’s plan; absent: the one that waits.'),
  },
);

export const fieldRequest = object('A field of an object. Without `confirm` nothing is done and the answer is the plan.', {
  group: must(short('API group; empty for the core group.')),
  kind: must(short('Kind.')),
  objectNamespace: must(short('Namespace of the object; empty for cluster-scoped ones.')),
  object: must(short('Name of the object.')),
  path: must(short('Field path, as the difference shows it.')),
  confirm: short('`digest` of the plan that was shown.'),
  reason: text('Why, for the commit.'),
});

export const actionPlan = object('What an action does, or did.', {
  action: must(word([...ACTIONS, 'ignore', 'adopt'], 'Which.')),
  app: must(short('`namespace/name`')),
  effects: must(list(effect, 'What happens, in order.')),
  digest: must(short('Send it back as `confirm`.')),
  done: yes('Whether it was carried out now.'),
  result: text('What came of it.'),
  command: must(text('The same as a command.')),
});

export const topicsRequest = object('What a stream tells about.', {
  topics: must(list(str('Topic.', { maxLength: 2048 }), 'Topics; replaces those before.', { maxItems: 20 })),
});

export const streamMessage = object(
  'One message of the stream; `event` is `snapshot`, `delta`, `gone`, `failed` or `hello`, `id` is what to resume from.',
  {
    topic: must(short('Topic it is about; empty for `hello`.')),
    stream: short('In `hello`: the id of this stream, for `PUT /stream/{stream}`.'),
    items: list(free('An item of the topic’s view.'), 'snapshot: all items, in order. delta: items that are new or differ.', {
      maxItems: 5000,
    }),
    gone: list(short('Key.'), 'delta: keys of items that left.', { maxItems: 5000 }),
    order: list(short('Key.'), 'Keys of all items in order, when the order changed.', { maxItems: 5000 }),
    meta: free('The view without its items, when it changed.'),
    error: free('failed: the error, as in an error answer.'),
  },
);

export const errorView = object('What went wrong, and what to do.', {
  error: must(
    object('The error.', {
      code: must(str('Stable word, for example `NotFound`.')),
      message: must(text('A sentence.')),
      hint: text('The next step.'),
      field: short('Field of the query or body that is wrong.'),
    }),
  ),
});
