/** What generators and transformers are to a build. */
import type { ResMap } from '../resource/res-map.ts';
import type { Resource } from '../resource/resource.ts';
import type { Origin } from '../resource/origin.ts';

export interface Transformer {
  readonly origin?: Origin | undefined;
  transform(map: ResMap): void;
}

export interface Generator {
  readonly origin?: Origin | undefined;
  generate(): readonly Resource[];
}
