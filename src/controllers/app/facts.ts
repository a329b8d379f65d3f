/**
 * What renders of an App may know besides the files of its source: objects of the target cluster as the App's own identity sees them (S11), what the
 * cluster can do, seeded randomness (S12), files of other Sources.
 */
import type { App } from '../../api/index.ts';
import type { CapabilitiesAnswer, LookupAnswer, Request } from '../../core/ask/index.ts';
import { parseApiVersion } from '../../core/object/index.ts';
import type { GitError, KubeClient, KubeError } from '../../ports/index.ts';
import type { AnswerParts, Tree } from '../../runtime/index.ts';
import type { Remotes } from '../remotes/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { Head } from '../source/heads.ts';
import type { Served } from './cluster.ts';
import type { SecretFacts } from '../decrypt/secret-facts.ts';
import { seededBy } from '../../adapters/system/index.ts';

export type Facts = Omit<AnswerParts<RenderError>, 'tree' | 'now'> & {
  /** The revision a Source stands for; undefined: no such Source, or nothing fetched yet. */
  readonly headOf: (source: string) => Head | undefined;
  /** A tree that the answer to a remote request named. */
  readonly remoteTree?: (source: string) => Tree<GitError> | undefined;
  /** Whether another Source that was read since the last call stands for something else now. */
  readonly moved: () => boolean;
  /** The installation's key: digests of what may hold secrets are made with it. */
  readonly key: Uint8Array;
  /** What the platform opens secrets with; absent: only the App's own keys count. */
  readonly secrets?: SecretFacts;
};

/** The sources name more than is read for one render. */
interface BudgetError {
  readonly code: 'BudgetExceeded';
  readonly message: string;
}

/** A key that a Vault keeps cannot be used now. */
interface KeyAwayError {
  readonly code: 'DecryptKeyUnavailable';
  readonly message: string;
}

/** Why a render could not be made, although nothing in it may be wrong: mostly something outside that did not answer. */
export type RenderError = GitError | FactError | BudgetError | KeyAwayError;

export interface FactError {
  readonly code: 'ClusterUnreachable' | 'Forbidden';
  readonly message: string;
}

export interface FactParts {
  readonly app: App;
  /** Acts as the App. */
  readonly client: KubeClient;
  readonly served: Served;
  readonly kubeVersion: () => Promise<Result<string, KubeError>>;
  readonly headOf: (source: string) => Head | undefined;
  /** What may be read by URL; absent: nothing. */
  readonly remotes?: Remotes;
  /** The installation's key. */
  readonly key: Uint8Array;
  readonly secrets?: SecretFacts;
}

export function factsFor({ app, client, served, kubeVersion, headOf, remotes, key, secrets }: FactParts): Facts {
  const used = new Map<string, Head | undefined>();
  return {
    headOf: (source) => {
      const head = headOf(source);
      used.set(source, head);
      return head;
    },
    moved: () => {
      const moved = [...used].some(([source, head]) => headOf(source) !== head);
      used.clear();
      return moved;
    },
    lookup: (request) => lookup(request, { client, served }),
    capabilities: async () => {
      const version = await kubeVersion();
      return version.ok ? ok({ kubeVersion: version.value, apiVersions: apiVersionsOf(served) }) : err(factError(version.error));
    },
    ...(remotes === undefined ? {} : remoteFacts(remotes)),
    key,
    ...seededBy(key, `${app.metadata.namespace}/${app.metadata.name}`),
    ...(secrets === undefined ? {} : { secrets }),
  };
}

const remoteFacts = (remotes: Remotes): Pick<Facts, 'webFile' | 'gitDirectory' | 'repositoryChart' | 'remoteTree'> => ({
  webFile: (request) => remotes.webFile(request),
  gitDirectory: (request) => remotes.gitDirectory(request),
  repositoryChart: (request) => remotes.repositoryChart(request),
  remoteTree: (source) => remotes.tree(source),
});

const factError = ({ code, message }: KubeError): FactError => ({ code: code === 403 ? 'Forbidden' : 'ClusterUnreachable', message });

/** As Helm lists them: every version, and every kind in it (pkg/action/action.go GetVersionSet). */
function apiVersionsOf(served: Served): CapabilitiesAnswer['apiVersions'] {
  const found = new Set<string>();
  for (const { group, version, kind } of served.resources) {
    const groupVersion = group === '' ? version : `${group}/${version}`;
    found.add(groupVersion).add(`${groupVersion}/${kind}`);
  }
  return [...found].sort();
}

type LookupRequest = Extract<Request, { kind: 'lookup' }>;

async function lookup(
  { apiVersion, kindName, namespace, name }: LookupRequest,
  { client, served }: { readonly client: KubeClient; readonly served: Served },
): Promise<Result<LookupAnswer, FactError>> {
  const { group, version } = parseApiVersion(apiVersion);
  const resource = served.find({ group, version, kind: kindName });
  // A kind that is not there has no objects, as for Helm.
  if (resource === undefined || resource.version !== version) return ok(null);
  const where = resource.namespaced ? namespace : '';
  if (name !== '') {
    const found = await client.get(resource, where, name);
    if (found.ok) return ok(found.value);
    return found.error.code === 404 ? ok(null) : err(factError(found.error));
  }
  const listed = await client.list(resource, where === '' ? {} : { namespace: where });
  return listed.ok ? ok(listed.value.items) : err(factError(listed.error));
}
