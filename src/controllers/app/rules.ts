/** CEL rules that people write into Apps, as functions. The engine is plugged in from outside; without one, an App that has such rules is refused. */
import type { App, IgnoreRule } from '../../api/index.ts';
import type { CustomChecks } from '../../core/health/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { Problem } from '../../core/problem/index.ts';

export interface Rules {
  /** What does not compile, or is not supported. */
  problems(app: App): readonly Problem[];
  checksOf(app: App): CustomChecks;
  ignoreHolds(rule: IgnoreRule, live: KubeObject): boolean;
  /** True, false, or the text of an error. */
  dependencyReady(rule: string, app: KubeObject, dependency: KubeObject): boolean | string;
}

/** Refuses every CEL rule by name. */
export const noRules: Rules = {
  problems: (app) => {
    const fields = [
      ...((app.spec.health.checks ?? []).length > 0 ? ['spec.health.checks'] : []),
      ...((app.spec.sync.ignore ?? []).some(({ cel }) => cel !== undefined) ? ['spec.sync.ignore'] : []),
      ...((app.spec.dependsOn ?? []).some(({ ready }) => ready !== undefined) ? ['spec.dependsOn'] : []),
    ];
    return fields.map((field) => ({ code: 'Unsupported', field, message: 'CEL rules are not supported here' }));
  },
  checksOf: () => [],
  ignoreHolds: () => false,
  dependencyReady: () => 'CEL rules are not supported here',
};
