/** `Source`: where desired state comes from. */
import { bool, by, duration, int, list, must, object, str, time, word, type Infer } from '../schema/field.ts';
import { AGE, conditionColumn, type Kind } from './kind.ts';
import { commonStatus, gitRef, secretRef, webhookFields } from './shared.table.ts';

const gitUrl = str('URL of the repository: https://, ssh:// or user@host:path. Credentials do not belong in it.', {
  maxLength: 2048,
  rules: [
    {
      rule: "self.matches('^(https?|ssh|git|file)://[^ ]+$') || self.matches('^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[^ ]+$')",
      message: 'must be an https://, ssh:// or user@host:path URL',
    },
    {
      rule: "!self.matches('^https?://[^/@]*@')",
      message: 'must not contain credentials',
      hint: 'put user name and password (or token) into a Secret and name it in spec.auth.secretRef',
    },
  ],
});

const git = object(
  'A Git repository.',
  {
    url: must(gitUrl),
    ref: gitRef('Which commit; absent: the head of the default branch.'),
    allowedRefs: list(str('A name pattern such as `main` or `release/*`.'), 'Refs an App may choose with `spec.source.ref`; absent: any.', {
      maxItems: 64,
    }),
    ignore: str('Files to leave out, in .gitignore syntax, one pattern per line.', { maxLength: 16384 }),
    onRewrite: word(['follow', 'hold'], 'What happens when history was rewritten. Default: `hold` when `verify` is set, else `follow`.'),
    verify: object('Only signed revisions are used (S17).', {
      mode: by('head', word(['head', 'tag'], 'What has to be signed: the commit at the head, or the tag.')),
      keysFrom: must(
        list(
          object('One set of keys.', {
            secretRef: must(secretRef('Secret whose entries are public keys: `*.pub` (SSH) or `*.asc` (PGP).')),
          }),
          'Keys that are trusted.',
          { minItems: 1, maxItems: 32 },
        ),
      ),
    }),
  },
  {
    rules: [
      {
        rule: "!has(self.verify) || self.verify.mode != 'tag' || (has(self.ref) && (has(self.ref.tag) || has(self.ref.semver)))",
        message: 'verify.mode: tag needs ref.tag or ref.semver',
        hint: 'a branch has no tag to verify; use verify.mode: head',
      },
    ],
  },
);

const chartSignatures = object("The charts' own signatures: the `.prov` file beside an archive, in a registry its layer.", {
  keysFrom: must(
    list(
      object('One set of keys.', { secretRef: must(secretRef('Secret whose `*.asc` entries are public PGP keys.')) }),
      'Keys that are trusted.',
      { minItems: 1, maxItems: 32 },
    ),
  ),
});

const oci = object('An OCI repository: charts, or manifests packed as an artifact.', {
  url: must(str('oci://registry/repository', { maxLength: 2048, pattern: '^oci://[^ @]+$', means: 'an oci:// URL without credentials' })),
  ref: object(
    'Which artifact; absent: `latest`. A chart names its version in the App instead.',
    {
      tag: str('This tag.', { maxLength: 128 }),
      semver: str('The newest tag in this range.'),
      digest: str('This digest.', { maxLength: 128, pattern: '^sha(256|512):[0-9a-f]{64,128}$', means: 'a digest such as sha256:…' }),
    },
    { atMostOne: ['tag', 'semver', 'digest'] },
  ),
  verify: object(
    'Only signed artifacts are used.',
    {
      cosign: object('Sigstore cosign signatures by a key (`cosign sign --key`); signatures without a key are refused by this version.', {
        keysFrom: list(
          object('One set of keys.', { secretRef: must(secretRef('Secret whose `*.pub` entries are public keys.')) }),
          'Keys that are trusted.',
          {
            maxItems: 32,
          },
        ),
      }),
      provenance: chartSignatures,
      notation: object('Notary Project signatures; refused by this version.', {
        keysFrom: list(
          object('One set of keys.', { secretRef: must(secretRef('Secret whose `*.crt` entries are certificates.')) }),
          'Certificates that are trusted.',
          {
            maxItems: 32,
          },
        ),
      }),
    },
    { exactlyOne: ['cosign', 'provenance', 'notation'] },
  ),
});

const helm = object('A Helm chart repository: an index of charts.', {
  url: must(
    str('URL of the repository, without `/index.yaml`.', {
      maxLength: 2048,
      pattern: '^https?://[^ @]+$',
      means: 'an http(s):// URL without credentials',
    }),
  ),
  verify: object('Only signed charts are used (S17).', { provenance: must(chartSignatures) }),
});

const sourceSpec = object(
  'Where desired state comes from. Exactly one of `git`, `oci`, `helm`.',
  {
    git,
    oci,
    helm,
    auth: object("Credentials; absent: the Platform's catalogue, by longest URL match. They never follow a redirect to another host.", {
      secretRef: must(
        secretRef(
          'Secret with `username` and `password`, or `bearerToken`, or `identity` (SSH key) with `known_hosts`; `ca.crt` for a private certificate authority.',
        ),
      ),
    }),
    webhook: object(
      'Pushes are announced to the address in `status.webhookPath`, so that the Source looks at once (docs/webhooks.md).',
      webhookFields('Secret in the same namespace whose key `token` signs deliveries; `previousToken` counts as well.'),
    ),
    interval: by('1m', duration('How often to look when nobody tells us of a push.', 5000)),
    suspend: by(false, bool('Stop fetching.')),
  },
  { exactlyOne: ['git', 'oci', 'helm'] },
);

const sourceStatus = object('What is known of the source.', {
  ...commonStatus,
  refs: list(
    object('One ref that somebody uses.', {
      ref: must(str('As asked for: `branch/main`, `tag/v1`, `semver/>=1`, `commit/…`, `head`.', { maxLength: 512 })),
      revision: must(str('What it stands for: `main@sha1:…`.', { maxLength: 512 })),
      verified: bool('Whether its signature was checked and found good.'),
      at: must(time('When it took this revision.')),
    }),
    'Refs in use and their revisions.',
    { maxItems: 256, merge: ['ref'] },
  ),
  lastFetch: object('The last successful fetch.', {
    at: must(time('When.')),
    duration: str('How long it took, a Go duration.', { maxLength: 32 }),
    bytes: int('How much was transferred.', 0, 9007199254740991),
  }),
  webhookPath: str('Path under which a push can be announced, where `spec.webhook` is set.', { maxLength: 256 }),
});

export type SourceSpec = Infer<typeof sourceSpec>;
export type SourceStatus = Infer<typeof sourceStatus>;

export const sourceKind: Kind = {
  kind: 'Source',
  plural: 'sources',
  singular: 'source',
  shortName: 'lssrc',
  scope: 'Namespaced',
  doc: 'Where desired state comes from: a Git repository, an OCI repository, a Helm chart repository.',
  spec: must(sourceSpec),
  status: sourceStatus,
  columns: [
    { name: 'URL', type: 'string', path: '.spec.git.url' },
    conditionColumn('Ready', 'Ready', 'status'),
    conditionColumn('Reason', 'Ready', 'reason'),
    { name: 'Revision', type: 'string', path: '.status.refs[0].revision' },
    conditionColumn('Message', 'Ready', 'message'),
    AGE,
  ],
  example: `apiVersion: lockstep.dev/v1
kind: Source
metadata: {name: shop-config, namespace: team-shop}
spec:
  git: {url: "https://git.example.com/shop/config.git", ref: {branch: main}}
`,
};
