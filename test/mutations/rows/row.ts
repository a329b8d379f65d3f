/** What a row of defects in single objects is, and the changes that rows are made of. */
import { type JsonObject, objectAt } from '../../../src/core/object/index.ts';
import { at, type Delivered, listAt, podSpec, withContainer, withPod } from '../system.ts';

export interface Row {
  /** Kinds it is made in. */
  readonly kinds: readonly string[];
  readonly fits?: (one: Delivered) => boolean;
  readonly change: (value: JsonObject) => JsonObject;
  /** It hurts those who deliver objects of the kind that it defines. */
  readonly users?: true;
  /** What a failed rehearsal says. */
  readonly cause?: RegExp;
  /** A real cluster takes it without a word: the rehearsal passes and warns. */
  readonly warned?: RegExp;
}

export const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'];
export const spec = (value: JsonObject, more: JsonObject): JsonObject => ({
  ...value,
  spec: { ...(value['spec'] as JsonObject), ...more },
});
export const meta = (value: JsonObject, more: JsonObject): JsonObject => ({
  ...value,
  metadata: { ...(value['metadata'] as JsonObject), ...more },
});
export const pod = (more: JsonObject) => (value: JsonObject) => withPod(value, (old) => ({ ...old, ...more }));
export const container = (more: JsonObject) => (value: JsonObject) => withContainer(value, (old) => ({ ...old, ...more }));
/** What it asks for besides: a quota may want the rest. */
export const asks = (requests: JsonObject) => (value: JsonObject) =>
  withContainer(value, (old) => ({
    ...old,
    resources: { ...objectAt(old['resources']), requests: { ...objectAt(at(old, 'resources', 'requests')), ...requests } },
  }));
export const env = (from: JsonObject): ((value: JsonObject) => JsonObject) => container({ env: [{ name: 'ADDED', valueFrom: from }] });
export const mounted = (volume: JsonObject): ((value: JsonObject) => JsonObject) => pod({ volumes: [{ name: 'added', ...volume }] });
export const noVolumes = ({ value }: Delivered): boolean =>
  listAt(podSpec(value), 'volumes').length === 0 && listAt(value, 'spec', 'volumeClaimTemplates').length === 0;
export const selecting = ({ value }: Delivered): boolean => at(value, 'spec', 'selector') !== undefined;
export const ports = (value: JsonObject): readonly JsonObject[] => listAt(value, 'spec', 'ports') as readonly JsonObject[];
