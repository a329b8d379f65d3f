/** `lockstep plan`: the plan of an App made here, from its Source or from a folder on this machine, without touching anything. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createGitMirrors } from '../adapters/git/index.ts';
import { silentLog } from '../adapters/log/index.ts';
import { systemClock, systemRandom } from '../adapters/system/index.ts';
import type { App, Source } from '../api/index.ts';
import { authOf, formatPreviewError, previewApp } from '../controllers/index.ts';
import type { Plan } from '../core/plan/index.ts';
import { importFolder } from '../githost/index.ts';
import type { ApiResource, GitMirror, GitRef, GitRepository, KubeClient } from '../ports/index.ts';
import { err, ok, type Result } from '../std/index.ts';
import { SYSTEM_NAMESPACE } from '../api/install/index.ts';
import { readInstallation } from './installation.ts';

export interface PreviewChoice {
  readonly kube: KubeClient;
  readonly app: App;
  /** A folder that stands in for the Source's repository, changes not committed yet included. */
  readonly folder?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const SOURCES: ApiResource = { group: 'lockstep.dev', version: 'v1', kind: 'Source', resource: 'sources', namespaced: true, verbs: [] };

/** The error is a text for a person: what is wrong, with file and line where there is one. */
export async function preview(choice: PreviewChoice): Promise<Result<Plan, string>> {
  const scratch = await mkdtemp(join(tmpdir(), 'lockstep-plan-'));
  const mirrors = createGitMirrors({
    root: join(scratch, 'mirrors'),
    clock: systemClock(),
    log: silentLog(),
    environment: choice.env,
    allowLocal: true,
  });
  try {
    const origin = await originOf(choice, scratch);
    if (!origin.ok) return origin;
    const mirror = await mirrors.open(origin.value.repository);
    if (!mirror.ok) return err(mirror.error.message);
    return await planFrom(choice, { mirror: mirror.value, ...origin.value });
  } finally {
    await mirrors.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

interface Origin {
  readonly repository: GitRepository;
  readonly ref: GitRef;
  readonly ignore: string;
}

async function originOf({ kube, app, folder }: PreviewChoice, scratch: string): Promise<Result<Origin, string>> {
  const { name } = app.spec.source;
  const found = await kube.get(SOURCES, app.metadata.namespace, name);
  if (!found.ok) return err(found.error.code === 404 ? `there is no Source ${app.metadata.namespace}/${name}` : found.error.message);
  const source = found.value as unknown as Source;
  const git = source.spec.git;
  if (git === undefined)
    return err(`Source ${app.metadata.namespace}/${name} is not a Git repository; only those can be planned from here`);
  const ignore = git.ignore ?? '';
  if (folder !== undefined) {
    const copy = join(scratch, 'folder.git');
    await importFolder(copy, folder, { message: 'what is in the folder now' });
    return ok({ repository: { url: pathToFileURL(copy).href }, ref: { branch: 'main' }, ignore });
  }
  const auth = await authOf(source, kube, []);
  if (!auth.ok) return err(auth.error.message);
  const repository = { url: git.url, ...(auth.value === undefined ? {} : { auth: auth.value }) };
  return ok({ repository, ref: app.spec.source.ref ?? git.ref ?? {}, ignore });
}

async function planFrom(
  { kube, app }: PreviewChoice,
  { mirror, ref, ignore }: Origin & { readonly mirror: GitMirror },
): Promise<Result<Plan, string>> {
  const revision = await mirror.fetch(ref);
  if (!revision.ok) return err(revision.error.message);
  const installation = await readInstallation(kube, systemRandom());
  if (!installation.ok) return err(installation.error.message);
  const plan = await previewApp(
    app,
    { kube, clock: systemClock(), mirror },
    {
      namespace: SYSTEM_NAMESPACE,
      installation: installation.value.name,
      maskKey: installation.value.key,
      revision: revision.value,
      ignore,
    },
  );
  return plan.ok ? plan : err(formatPreviewError(plan.error));
}
