/** Rules for rendered objects. Source: Helm 4 pkg/chart/v2/lint/rules/template.go, deprecations.go; apiserver pkg/endpoints/deprecation. */
import { deprecationOf } from '../kube/deprecations/index.ts';
import { type NameRule, nameProblems } from '../kube/meta/index.ts';
import { quote } from '../go/strconv/index.ts';
import { getKey, isObject, type Json } from '../object/index.ts';
import { decode, sigsYaml } from '../yaml/index.ts';
import type { LintedObject } from './documents.ts';

const nameRules: Readonly<Record<string, NameRule | 'any'>> = {
  service: 'label1035',
  namespace: 'label',
  certificatesigningrequest: 'any',
  role: 'path',
  clusterrole: 'path',
  rolebinding: 'path',
  clusterrolebinding: 'path',
};

export function objectNameProblem({ kind, name }: LintedObject): string | undefined {
  const key = kind.toLowerCase();
  const rule = Object.hasOwn(nameRules, key) ? (nameRules[key] ?? 'subdomain') : 'subdomain';
  if (rule === 'any') return undefined;
  // Helm's library counts in bytes where the API server's counts in characters; all that passes is ASCII.
  const problems = nameProblems(rule, name).map((problem) => problem.replace(/^(must be no more than \d+) characters$/, '$1 bytes'));
  if (problems.length === 0) return undefined;
  const shown = problems.map((problem) => `metadata.name: Invalid value: ${quote(name)}: ${problem}`);
  const all = shown.length === 1 ? shown.join('') : `[${shown.join(', ')}]`;
  return `object name does not conform to Kubernetes naming requirements: ${quote(name)}: ${all}`;
}

export interface ClusterVersion {
  readonly major: number;
  readonly minor: number;
}

const versionOf = (text: string): ClusterVersion => {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return { major, minor };
};

export function deprecationProblem({ apiVersion, kind }: LintedObject, cluster: ClusterVersion): string | undefined {
  const row = deprecationOf(apiVersion, kind);
  if (row === undefined) return undefined;
  const since = versionOf(row.deprecated);
  const isOlder = cluster.major < since.major || (cluster.major === since.major && cluster.minor < since.minor);
  if (isOlder && (cluster.major !== 0 || cluster.minor !== 0)) return undefined;
  const removed = row.removed === '' ? '' : `, unavailable in v${row.removed}+`;
  const replacement = row.replacement === '' ? '' : `; use ${row.replacement}`;
  return `${apiVersion} ${kind} is deprecated in v${row.deprecated}+${removed}${replacement}`;
}

/** `file`: the whole text the object is in. */
export function selectorProblem({ kind, name }: LintedObject, file: string): string | undefined {
  if (!['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet'].includes(kind)) return undefined;
  return file.includes('matchLabels') || file.includes('matchExpressions')
    ? undefined
    : `a ${kind} must contain matchLabels or matchExpressions, and ${quote(name)} does not`;
}

export function listProblem({ kind }: LintedObject, file: string): string | undefined {
  if (kind !== 'List') return undefined;
  const decoded = decode(file, { variant: sigsYaml });
  if (!decoded.ok) return `unable to parse YAML: error converting YAML to JSON: ${decoded.error.message}`;
  const items = isObject(decoded.value) ? getKey(decoded.value, 'items') : undefined;
  const keeps = (item: Json): boolean => {
    const metadata = isObject(item) ? getKey(item, 'metadata') : undefined;
    const annotations = isObject(metadata) ? getKey(metadata, 'annotations') : undefined;
    return isObject(annotations) && getKey(annotations, 'helm.sh/resource-policy') !== undefined;
  };
  return Array.isArray(items) && (items as readonly Json[]).some(keeps)
    ? "annotation 'helm.sh/resource-policy' within List objects are ignored"
    : undefined;
}

/** Text that begins indented. */
export function indentProblem(text: string): string | undefined {
  const line = text.split('\n').find((each) => each.trim() !== '');
  return line !== undefined && /^[ \t]/.test(line)
    ? `document starts with an illegal indent: ${quote(line.replace(/\r$/, ''))}, which may cause parsing problems`
    : undefined;
}
