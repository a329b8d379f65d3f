/** Where a claim's first contents come from: an old field and a new one that say the same. Kubernetes: pkg/api/persistentvolumeclaim NormalizeDataSources. */
import { isSet, type JsonObject, type KubeObject, objectAt } from '../../object/index.ts';

/** All that the old field could ever name. */
function known({ kind, apiGroup }: JsonObject): boolean {
  return kind === 'PersistentVolumeClaim'
    ? !isSet(apiGroup) || apiGroup === ''
    : kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io';
}

const reference = ({ apiGroup, kind, name }: JsonObject): JsonObject => ({
  apiGroup: apiGroup ?? null,
  kind: kind ?? '',
  name: name ?? '',
});

/** The claim with both fields where one is set; what the old one cannot name is dropped, as it always was. */
export function withSources(claim: KubeObject, live: KubeObject | undefined): KubeObject {
  const { dataSource, ...rest } = objectAt(claim.spec);
  const { dataSourceRef } = rest;
  const before = objectAt(live?.spec);
  const dropped = isSet(dataSource) && !isSet(dataSourceRef) && !isSet(before.dataSource) && !known(objectAt(dataSource));
  if (dropped) return { ...claim, spec: rest };
  if (isSet(dataSource) === isSet(dataSourceRef)) return claim;
  if (isSet(dataSource)) return { ...claim, spec: { ...objectAt(claim.spec), dataSourceRef: reference(objectAt(dataSource)) } };
  const namespace = objectAt(dataSourceRef).namespace;
  if (isSet(namespace) && namespace !== '') return claim;
  return { ...claim, spec: { ...rest, dataSource: reference(objectAt(dataSourceRef)) } };
}
