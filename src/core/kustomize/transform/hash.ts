/** Content hashes behind the names of generated objects. Source: api/internal/builtins/HashTransformer.go. */
import { resourceHash } from '../resource/hash.ts';
import type { Transformer } from './plugin.ts';

export const hashTransformer: Transformer = Object.freeze({
  transform: (map: Parameters<Transformer['transform']>[0]) => {
    for (const resource of map.resources) {
      if (!resource.needsHash) continue;
      const hash = resourceHash(resource.node);
      resource.storePreviousId();
      resource.setName(`${resource.name}-${hash}`);
    }
    map.touch();
  },
});
