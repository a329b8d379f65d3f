/** How Helm marks what belongs to a release. Source: Helm 4 pkg/action/validate.go, pkg/action/resource_policy.go. */
import { type KubeObject, getKey, record } from '../../object/index.ts';

export interface ReleaseId {
  readonly name: string;
  readonly namespace: string;
}

const managedBy = 'app.kubernetes.io/managed-by';
const releaseName = 'meta.helm.sh/release-name';
const releaseNamespace = 'meta.helm.sh/release-namespace';

/** The object with the marks, over whatever the chart wrote there (setMetadataVisitor with force). */
export function markedAs(object: KubeObject, { name, namespace }: ReleaseId): KubeObject {
  const { metadata } = object;
  const labels = record<string>([...Object.entries(metadata.labels ?? {}), [managedBy, 'Helm']]);
  const annotations = record<string>([...Object.entries(metadata.annotations ?? {}), [releaseName, name], [releaseNamespace, namespace]]);
  return { ...object, metadata: { ...metadata, labels, annotations } };
}

/** Why a living object is not of this release, in Helm's words; undefined when it is. */
export function ownershipProblem({ metadata }: KubeObject, { name, namespace }: ReleaseId): string | undefined {
  const problems = [
    mismatch('label', metadata.labels, [managedBy, 'Helm']),
    mismatch('annotation', metadata.annotations, [releaseName, name]),
    mismatch('annotation', metadata.annotations, [releaseNamespace, namespace]),
  ].filter((problem) => problem !== undefined);
  return problems.length === 0 ? undefined : `invalid ownership metadata; ${problems.join('; ')}`;
}

function mismatch(
  kind: string,
  found: Readonly<Record<string, string>> | undefined,
  [key, value]: readonly [string, string],
): string | undefined {
  const text = JSON.stringify;
  const actual = getKey(found ?? {}, key);
  if (actual === value) return undefined;
  const why =
    actual === undefined
      ? `missing key ${text(key)}: must be set to ${text(value)}`
      : `key ${text(key)} must equal ${text(value)}: current value is ${text(actual)}`;
  return `${kind} validation error: ${why}`;
}

/** `helm.sh/resource-policy: keep`: it outlives its release. */
export const isKept = ({ metadata }: KubeObject): boolean =>
  getKey(metadata.annotations ?? {}, 'helm.sh/resource-policy')
    ?.trim()
    .toLowerCase() === 'keep';
