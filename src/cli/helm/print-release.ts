/** What install and upgrade print of the release they made: as `helm status`, with hooks and manifest after a dry run. */
import { type KubeObject, isObject } from '../../core/object/index.ts';
import { joinManifests, type Release, releaseToJson, splitManifest } from '../../core/release/index.ts';
import { CommandError } from '../errors.ts';
import type { Paint } from './paint.ts';
import { formatData, formatStatus } from './releases.ts';

export interface PrintFlags {
  readonly output: string;
  readonly 'hide-notes': boolean;
  readonly 'hide-secret': boolean;
  readonly debug: boolean;
}

export function printRelease(release: Release, flags: PrintFlags, paint: Paint): string {
  const shown = flags['hide-secret'] ? withoutSecrets(release) : release;
  if (flags.output !== 'table') return formatData(releaseToJson(shown), flags.output as 'json');
  return formatStatus(flags['hide-notes'] ? { ...shown, notes: '' } : shown, { detail: flags.debug ? 'debug' : 'short', paint });
}

/** @throws CommandError in Helm's words */
export function checkHideSecret(hide: boolean, dryRun: boolean, before: string): void {
  if (hide && !dryRun) throw new CommandError(`${before}hiding Kubernetes secrets requires a dry-run mode`);
}

const withoutSecrets = (release: Release): Release => {
  const parts = splitManifest(release.manifest);
  if (!parts.some(({ object }) => isSecret(object))) return release;
  const shown = parts.map(({ path, object }) =>
    isSecret(object) ? `---\n# Source: ${path}\n# HIDDEN: The Secret output has been suppressed\n` : joinManifests([{ path, object }]),
  );
  return { ...release, manifest: shown.join('') };
};

const isSecret = (object: KubeObject): boolean => isObject(object) && object.kind === 'Secret' && object.apiVersion === 'v1';
