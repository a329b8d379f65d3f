/** The dashboard as a running part: its page found beside the program, its ports wired, its first link made out to the holder of the kubeconfig. */
import { dirname, join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { systemClock, systemRandom } from '../adapters/system/index.ts';
import type { ApiResource, KubeClient, Ledger, Log, Metrics } from '../ports/index.ts';
import { maskText, maskValue, secretTexts, untold } from '../controllers/index.ts';
import { identityOf, startDashboard, type Dashboard, type River } from '../server/index.ts';
import { err, ok, type Result } from '../std/index.ts';
import { SYSTEM_NAMESPACE } from '../api/install/index.ts';
import type { Installation } from './installation.ts';

export interface DashboardChoice {
  /** 0 chooses a free one. */
  readonly port: number;
  /** Default: loopback. */
  readonly host?: string;
  /** Under which browsers reach it, when not by this address. */
  readonly url?: string;
  /** The program's own entry file: the built page lies beside it. */
  readonly program: string;
}

export interface DashboardParts {
  readonly kube: KubeClient;
  readonly ledger: Ledger;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly river: River;
  readonly installation: Installation;
  /** The embedded cluster simulates health. */
  readonly simulated: boolean;
}

/** Rejects when the address is taken. */
export function openDashboard({ port, host = '127.0.0.1', url, program }: DashboardChoice, parts: DashboardParts): Promise<Dashboard> {
  const { installation, simulated, ...ports } = parts;
  const masking = { secretTexts, untold, maskText, maskValue, key: installation.key };
  return startDashboard(
    { ...ports, masking, clock: systemClock(), random: systemRandom() },
    {
      host,
      port,
      ...(url === undefined ? {} : { url }),
      assets: join(dirname(program), '../ui'),
      version: packageJson.version,
      namespace: SYSTEM_NAMESPACE,
      installation: installation.name,
      simulated,
    },
  );
}

const SELF_REVIEWS: ApiResource = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  resource: 'selfsubjectreviews',
  namespaced: false,
  verbs: ['create'],
};

/** An address that lets its first visitor in as whoever `kube` is; the error says why the cluster does not tell who that is. */
export async function linkFor(dashboard: Dashboard, kube: KubeClient): Promise<Result<string, string>> {
  const review = await kube.create(SELF_REVIEWS, { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: {} });
  if (!review.ok) return err(review.error.message);
  const status = review.value['status'] as { readonly userInfo?: never } | undefined;
  const identity = identityOf(status?.userInfo);
  return identity.ok ? ok(dashboard.link(identity.value)) : err(identity.error.message);
}
