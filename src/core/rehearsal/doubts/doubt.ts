/** What a doubt is: something that a cluster takes without a word and that is very likely not meant. */
import type { KubeObject } from '../../object/index.ts';
import type { Standing } from './standing.ts';

export interface Doubt {
  readonly code:
    | 'SelectsNothing'
    | 'NoSuchPort'
    | 'NoSuchBackend'
    | 'NoSuchRole'
    | 'NoSuchSubject'
    | 'NoSuchTarget'
    | 'NothingMayGo'
    | 'CutOff'
    | 'UnlikelyAmount'
    | 'CannotMeasure'
    | 'SameAddress';
  readonly message: string;
  /** What to do. */
  readonly hint: string;
}

/** What is doubtful about one object. */
export type Rule = (object: KubeObject, standing: Standing) => readonly Doubt[];
