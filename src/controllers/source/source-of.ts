/** The spec of a Source object as the informer has it, unchecked: for looking things up, not for acting. */
import type { SourceSpec } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';

export const sourceOf = (object: KubeObject | undefined): Partial<SourceSpec> | undefined =>
  (object as unknown as { readonly spec?: Partial<SourceSpec> } | undefined)?.spec;
