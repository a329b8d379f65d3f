/** What runs the builders: this thread, or others, so that a long render keeps nobody waiting. */
import type { Ask } from '../../core/ask/index.ts';
import type { ChartLimits } from '../../core/chart/index.ts';
import { type Answered, answer, type Answerer } from '../../runtime/index.ts';
import type { Result } from '../../std/index.ts';
import { build, type Builders, type BuildInput, type Built, plainBuilder } from './build.ts';
import { helmBuilder } from './helm.ts';
import { kustomizeBuilder } from './kustomize.ts';

export type Ran = Pick<Answered<Built>, 'value' | 'trace'>;

export interface Engine {
  /** Errors of the answerer are returned. What ends a render from outside, such as its limits, is a problem of what was built. */
  run<E>(input: BuildInput, answerer: Answerer<E>): Promise<Result<Ran, E>>;
}

/** Every builder there is. They keep what they parsed: one set for all Apps. `limits`: what one render may spend; absent: the defaults. */
export const standardBuilders = (limits?: ChartLimits): Builders => ({
  plain: plainBuilder,
  helm: helmBuilder(limits),
  kustomize: kustomizeBuilder(limits),
});

/** Builds in this thread: for tests, and for programs that do nothing else meanwhile. */
export const engineHere = (builders: Builders): Engine => ({
  run: (input, answerer) => answer((ask: Ask) => build(ask, input, builders), answerer),
});
