/** `Platform`: what holds for the whole installation. One object, named `default`. */
import { always, bool, by, duration, list, must, object, str, word, type Infer } from '../schema/field.ts';
import { AGE, conditionColumn, type Kind } from './kind.ts';
import { commonStatus, label, objectName, webhookFields } from './shared.table.ts';

const promQl = (doc: string) => str(doc, { maxLength: 4096 });

const platformSpec = object(
  'What holds for the whole installation.',
  {
    installation: by(
      'lockstep',
      label('Name of the installation; part of the proof of ownership on every object (S5). It cannot change once set.'),
    ),
    credentials: list(
      object('Credentials for everything below a URL.', {
        url: must(
          str('URL prefix: scheme, host and path; the longest match wins.', {
            maxLength: 2048,
            pattern: '^[a-z+]+://[^ @]+$',
            means: 'a URL without credentials',
          }),
        ),
        secretRef: must(
          object("A Secret of Lockstep's own namespace; it is never shown to Apps.", { name: must(objectName('Name of the Secret.')) }),
        ),
      }),
      'Credential catalogue, used where a Source names none.',
      { maxItems: 256, merge: ['url'] },
    ),
    allowedRemotes: list(
      str('URL prefix: scheme, host and path, ending at a step of the path.', {
        maxLength: 2048,
        pattern: '^[a-z+]+://[^ @]+$|^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[^ ]+$',
        means: 'a URL without credentials, or user@host:path',
      }),
      'Below which addresses builds may fetch what they name by URL: remote bases and files of kustomizations, charts of `helmCharts`, values. Absent: none.',
      { maxItems: 256, merge: 'set' },
    ),
    webhooks: list(
      object('One address, `/hooks/platform/<name>`.', {
        name: must(label('Name, part of the address.')),
        ...webhookFields("Secret of Lockstep's own namespace whose key `token` signs deliveries; `previousToken` counts as well."),
      }),
      'Addresses at which a whole Git host or registry announces what moved: every Source that reads it looks at once (docs/webhooks.md).',
      { maxItems: 64, merge: ['name'] },
    ),
    defaults: always(
      object('Defaults for what says nothing itself.', {
        interval: by('1m', duration('How often what builds name by URL is looked at again.', 5000)),
      }),
    ),
    retention: always(
      object('How long history is kept.', {
        ledger: by('8760h', duration('Age at which entries of the ledger go; what tells which versions run stays.', 3600000)),
      }),
    ),
    dashboard: object('Who may look, and what is shown beside Lockstep’s own.', {
      anonymous: bool(
        'Let people read without signing in, as `system:anonymous` of the group `system:unauthenticated`: RBAC says what they see.',
      ),
      oidc: object('Sign in with an OpenID Connect provider.', {
        issuer: must(str('URL of the provider.', { maxLength: 2048, pattern: '^https?://[^ @]+$', means: 'a URL without credentials' })),
        clientId: must(str('Client id.')),
        clientSecretRef: object("A Secret of Lockstep's own namespace with the key `clientSecret`; absent: a public client.", {
          name: must(objectName('Name of the Secret.')),
        }),
        scopes: list(str('Scope.', { maxLength: 128 }), 'Scopes besides `openid`; absent: `profile`, `email`, `groups`.', { merge: 'set' }),
        userClaim: by('email', str('Claim that is the Kubernetes user. An empty one is an error.')),
        groupsClaim: by('groups', str('Claim that holds the Kubernetes groups.')),
        userPrefix: str('Put before the user, so that it cannot be mistaken for another one.', { maxLength: 64 }),
        groupPrefix: str('Put before each group.', { maxLength: 64 }),
      }),
      prometheus: object(
        'Where rate, errors and duration of Apps are asked for. In queries `$namespace` is where the App runs, `$app` its name, `$pods` a pattern of the names of its Pods.',
        {
          url: must(str('URL of Prometheus.', { maxLength: 2048, pattern: '^https?://[^ @]+$', means: 'a URL without credentials' })),
          tokenSecretRef: object("A Secret of Lockstep's own namespace with the key `token`; absent: no token is sent.", {
            name: must(objectName('Name of the Secret.')),
          }),
          rate: by('sum(rate(http_requests_total{namespace="$namespace", pod=~"$pods"}[5m]))', promQl('Requests a second.')),
          errors: by(
            '100 * sum(rate(http_requests_total{namespace="$namespace", pod=~"$pods", code=~"5.."}[5m])) / sum(rate(http_requests_total{namespace="$namespace", pod=~"$pods"}[5m]))',
            promQl('Failed of them, per cent.'),
          ),
          duration: by(
            'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{namespace="$namespace", pod=~"$pods"}[5m])))',
            promQl('Duration in seconds that 95 % of them stay below.'),
          ),
        },
      ),
    }),
    secrets: always(
      object('Secrets in Git.', {
        sealedSecrets: by(
          'unseal',
          word(
            ['unseal', 'leave', 'takeOver'],
            'Who unseals SealedSecrets: Lockstep, unless the original controller runs in the cluster; whoever else does; Lockstep, which copies the keys of the original controller and scales it to zero.',
          ),
        ),
        keys: list(
          object('One key.', {
            name: must(objectName('How Apps name it.')),
            secretRef: must(
              object("A Secret of Lockstep's own namespace with private keys.", { name: must(objectName('Name of the Secret.')) }),
            ),
            allow: must(
              list(
                object('Apps.', {
                  namespace: must(str('Namespace; `*` stands for any characters.', { maxLength: 253 })),
                  app: str('Name of the App; `*` stands for any characters; absent: all of the namespace.', { maxLength: 253 }),
                }),
                'Apps that may use it; no others may.',
                { minItems: 1, maxItems: 64 },
              ),
            ),
          }),
          'Keys for SOPS and git-secret files that Apps may use without seeing them.',
          { maxItems: 64, merge: ['name'] },
        ),
        plainSecrets: by(
          'warn',
          word(['allow', 'warn', 'refuse'], 'What happens to an App when values of its Secrets stand in clear in Git.'),
        ),
        renewSealingKey: by('720h', duration('Age at which a new sealing key is made; `0s`: never. Old ones stay.', 0)),
      }),
    ),
    onEngineChange: by('approve', word(['approve', 'apply'], 'When only a new version of Lockstep changed what an App renders to (S12).')),
    supersededManagers: list(
      str('Name of a field manager.', { maxLength: 128 }),
      'Field managers of tools that Lockstep replaced: their fields become ours on first apply (S9).',
      {
        merge: 'set',
      },
    ),
  },
  {
    rules: [
      {
        rule: 'self.installation == oldSelf.installation',
        message: 'installation cannot change',
        hint: 'the name is part of the proof of ownership on every object; uninstall first',
      },
    ],
  },
);

const platformStatus = object('State of the installation.', {
  ...commonStatus,
  version: str('Version of Lockstep.', { maxLength: 64 }),
});

export type PlatformSpec = Infer<typeof platformSpec>;
export type PlatformStatus = Infer<typeof platformStatus>;

export const platformKind: Kind = {
  kind: 'Platform',
  plural: 'platforms',
  singular: 'platform',
  shortName: 'lsplatform',
  scope: 'Cluster',
  doc: 'What holds for the whole installation. Exactly one, named `default`.',
  spec: must(platformSpec),
  status: platformStatus,
  rules: [
    { rule: "self.metadata.name == 'default'", message: 'the Platform is named "default"', hint: 'there is one Platform per installation' },
  ],
  columns: [
    { name: 'Installation', type: 'string', path: '.spec.installation' },
    conditionColumn('Ready', 'Ready', 'status'),
    { name: 'Version', type: 'string', path: '.status.version' },
    AGE,
  ],
  example: `apiVersion: lockstep.dev/v1
kind: Platform
metadata: {name: default}
spec:
  installation: prod
`,
};
