/** Held at an earlier revision because a newer one failed for good (S7), as the status tells it. */
import type { App, AppStatus } from '../../api/index.ts';
import type { ReleaseResult } from './release/stage.ts';
import type { Render } from './render.ts';

export interface Pin {
  /** What is held to. */
  readonly revision: string;
  /** What failed: as people read it, and the digest of its manifests, by which it is known again. */
  readonly rejected: string;
  readonly digest: string;
  readonly reason: string;
}

/** What became of the revert. */
export type Reverted = NonNullable<NonNullable<AppStatus['pinned']>['revert']>;

/** What the book of revisions says about the revision that is wished for. */
export function pinOf(app: App, render: Render, release: ReleaseResult | undefined): Pin | undefined {
  if (release?.pinned === undefined) return undefined;
  const { rejected, reason } = release.pinned;
  return { revision: app.status?.applied?.inputs[0]?.revision ?? '', rejected, reason, digest: render.digest };
}
