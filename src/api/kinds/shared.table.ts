/** Field rows that several kinds share: names, references, conditions. */
import { int, list, must, object, str, time, word } from '../schema/field.ts';

const DNS_LABEL = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$';
const DNS_NAME = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';

/** The name of a Kubernetes object. */
export const objectName = (doc: string) =>
  str(doc, { maxLength: 253, pattern: DNS_NAME, means: 'a Kubernetes object name (lower case, digits, "-" and ".")' });

/** The name of a namespace, or of anything else that has to be a DNS label. */
export const label = (doc: string) => str(doc, { maxLength: 63, pattern: DNS_LABEL, means: 'a DNS label (lower case, digits and "-")' });

/** A path inside a source: relative, never leaving it. */
export const sourcePath = (doc: string) =>
  str(doc, {
    maxLength: 1024,
    rules: [
      {
        rule: "!self.startsWith('/') && !self.contains('\\\\') && !self.split('/').exists(part, part == '..')",
        message: 'must be a relative path that stays inside the source',
        hint: 'write the path from the root of the repository, without ".." and without a leading "/"',
      },
    ],
  });

export const secretRef = (doc: string) => object(doc, { name: must(objectName('Name of a Secret in the same namespace.')) });

/** Fields that say how a host announces that something moved. */
export const webhookFields = (secretDoc: string) => ({
  secretRef: must(object(secretDoc, { name: must(objectName('Name of the Secret.')) })),
  sender: word(
    ['github', 'gitlab', 'gitea', 'bitbucket', 'dockerhub', 'harbor', 'quay', 'acr', 'nexus', 'distribution', 'cdevents', 'generic'],
    'Who sends. Absent: told by the headers, which dockerhub, harbor, quay and acr do not have.',
  ),
});

/** CEL text. */
export const cel = (doc: string) => str(doc, { maxLength: 4096 });

/** Which commit of a Git source. */
export const gitRef = (doc: string) =>
  object(
    doc,
    {
      branch: str('The head of this branch.'),
      tag: str('This tag.'),
      semver: str('The newest tag in this range, for example `>=1.2 <2`.'),
      commit: str('This commit.', {
        maxLength: 64,
        pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$',
        means: 'a full commit id (40 or 64 hex digits)',
      }),
    },
    { atMostOne: ['branch', 'tag', 'semver', 'commit'] },
  );

/** Labels or annotations. */
export const metadataText = (doc: string) => str(doc, { minLength: 0, maxLength: 4096 });

/** The exact versions something was made from. */
export const inputs = (doc: string) =>
  list(
    object('One input.', {
      source: must(str('Name of the Source (or of the chart, or values object) it came from.')),
      revision: must(str('The revision, for example `main@sha1:1f2e…`.', { maxLength: 512 })),
      digest: str('Digest of what was read.', { maxLength: 128 }),
    }),
    doc,
  );

/** The Kubernetes condition. */
const condition = object('One condition, in the Kubernetes convention.', {
  type: must(str('Name of the condition.', { maxLength: 316 })),
  status: must(word(['True', 'False', 'Unknown'], 'Whether it holds.')),
  reason: must(
    str('Why: a stable word from the reason table.', {
      maxLength: 1024,
      pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
      means: 'a CamelCase word',
    }),
  ),
  message: must(str('A sentence for people.', { minLength: 0, maxLength: 32768 })),
  lastTransitionTime: must(time('When the status last changed.')),
  observedGeneration: int('The generation this was said about.', 0, 9007199254740991),
});

/** The part of a status that every reconciled kind has. */
export const commonStatus = {
  observedGeneration: int('The generation the status speaks about.', 0, 9007199254740991),
  lastHandledReconcileAt: str('The last `lockstep.dev/reconcileAt` token that was acted on.', { maxLength: 256 }),
  conditions: list(condition, 'Where things stand.', { maxItems: 32, merge: ['type'] }),
};

export const objectRefFields = {
  group: str('API group; empty for the core group.', { minLength: 0 }),
  kind: must(str('Kind.', { maxLength: 63 })),
  namespace: str('Namespace; empty for a cluster-scoped object.', { minLength: 0, maxLength: 63 }),
  name: must(str('Name.')),
};
