/** How long one hook or test may take, where its object says so. */
import { getKey } from '../../object/index.ts';
import { splitManifest } from '../manifest.ts';
import type { HookRecord } from '../record.ts';

/** On the object of a hook or test: a duration such as `90s`. */
export const timeoutAnnotation = 'lockstep.dev/timeout';

/** As it is written; undefined when the object says nothing. */
export const timeoutIn = ({ manifest }: Pick<HookRecord, 'manifest'>): string | undefined =>
  manifest.includes(timeoutAnnotation)
    ? getKey(splitManifest(manifest)[0]?.object.metadata.annotations ?? {}, timeoutAnnotation)
    : undefined;
