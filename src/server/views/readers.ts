/** Every view that can be read once or followed: from route name to how it is read, as one visitor may see it. */
import type { AnswerOf, QueryOf, RouteName } from '../../api/http/index.ts';
import type { Result } from '../../std/index.ts';
import type { Visitor } from '../access/visitor.ts';
import type { Refused } from '../http/refused.ts';
import type { View } from './view.ts';

export interface Reading<N extends RouteName> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: QueryOf<N>;
  readonly visitor: Visitor;
}

export type Reader<N extends RouteName> = (reading: Reading<N>) => Promise<Result<View<AnswerOf<N>>, Refused>>;

export type ViewName = 'apps' | 'matrix';

export type Readers = { readonly [N in ViewName]: Reader<N> };
