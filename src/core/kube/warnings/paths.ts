/** Files of one volume that cover each other. Kubernetes: pkg/api/pod/warnings.go warningsForOverlappingVirtualPaths. */
import { isSet, type JsonObject, objectAt, objects, text } from '../../object/index.ts';

interface Place {
  readonly path: string;
  readonly source: string;
}

const shown = ({ path, source }: Place): string => (source === '' ? JSON.stringify(path) : `${JSON.stringify(path)} (${source})`);

const below = (path: string, other: string): boolean => `${path}/`.startsWith(`${other}/`);

/** Each pair of places of which one covers the other, the later one first. */
function overlaps(places: readonly Place[]): readonly string[] {
  const before: Place[] = [];
  return places.flatMap((place) => {
    const own = { ...place, path: place.path.replace(/\/+$/, '') };
    const covered = own.path === '' ? [] : before.filter(({ path }) => path !== '' && (below(path, own.path) || below(own.path, path)));
    before.push(own);
    return covered.map((other) => `${shown(own)} with ${shown(other)}`);
  });
}

const items = (source: JsonObject, from: string): readonly Place[] =>
  objects(source.items).map(({ path }) => ({ path: text(path), source: from }));

function projected(source: JsonObject): readonly Place[] {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle } = source;
  if (isSet(configMap)) return items(objectAt(configMap), `ConfigMap ${JSON.stringify(text(objectAt(configMap).name))}`);
  if (isSet(secret)) return items(objectAt(secret), `Secret ${JSON.stringify(text(objectAt(secret).name))}`);
  if (isSet(downwardAPI)) return items(objectAt(downwardAPI), 'DownwardAPI');
  if (isSet(serviceAccountToken)) return [{ path: text(objectAt(serviceAccountToken).path), source: 'ServiceAccountToken' }];
  if (!isSet(clusterTrustBundle)) return [];
  const { name, signerName, path } = objectAt(clusterTrustBundle);
  return [{ path: text(path), source: `ClusterTrustBundle ${JSON.stringify(text(name) || text(signerName))}` }];
}

export function pathWarnings(volumes: readonly JsonObject[]): readonly string[] {
  return volumes.flatMap((volume) => {
    const name = JSON.stringify(text(volume.name));
    const say = (what: string, found: readonly string[]): readonly string[] =>
      found.map((pair) => `volume ${name} (${what}): overlapping paths: ${pair}`);
    const { configMap, secret, downwardAPI } = volume;
    const sources = objects(objectAt(volume.projected).sources);
    return [
      ...say(`ConfigMap ${JSON.stringify(text(objectAt(configMap).name))}`, overlaps(items(objectAt(configMap), ''))),
      ...say(`Secret ${JSON.stringify(text(objectAt(secret).secretName))}`, overlaps(items(objectAt(secret), ''))),
      ...say('DownwardAPI', overlaps(items(objectAt(downwardAPI), ''))),
      ...sources.filter((source) => Object.keys(source).length === 0).map(() => `volume ${name} (Projected) has no sources provided`),
      ...say('Projected', overlaps(sources.flatMap(projected))),
    ];
  });
}
