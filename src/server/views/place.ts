/** Which column and which row of the matrix an App belongs to. */
import { type App, environmentOf, targetOf } from '../../api/index.ts';
import { getKey } from '../../core/object/index.ts';

export interface Place {
  readonly environment: string;
  readonly cluster: string;
  readonly project: string;
  readonly folder: string;
  readonly title: string;
}

const TITLE_LABELS = ['lockstep.dev/title', 'app.kubernetes.io/name'] as const;
const PROJECT_LABELS = ['lockstep.dev/project', 'app.kubernetes.io/part-of'] as const;

function labelOf(app: App, names: readonly string[]): string | undefined {
  const labels = app.metadata.labels ?? {};
  return names.map((name) => getKey(labels, name)).find((value) => value !== undefined && value !== '');
}

/** `ofCluster`: what a target cluster says about itself; undefined: nothing. */
export function placeOf(app: App, ofCluster: (cluster: string) => string | undefined): Place {
  const cluster = targetOf(app).cluster ?? '';
  const path = (app.spec.source.path ?? '').replace(/^\.?\/+|\/+$/g, '');
  const environment = environmentOf(app, ofCluster);
  return {
    environment,
    cluster,
    project: labelOf(app, PROJECT_LABELS) ?? '',
    folder: folderOf(path),
    title: labelOf(app, TITLE_LABELS) ?? withoutEnvironment(app.metadata.name, environment),
  };
}

const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '');

/** `shop-staging` and `staging-shop` are both `shop` in staging. */
function withoutEnvironment(name: string, environment: string): string {
  if (environment === '') return name;
  if (name.endsWith(`-${environment}`)) return name.slice(0, -environment.length - 1);
  return name.startsWith(`${environment}-`) ? name.slice(environment.length + 1) : name;
}

/** The order of delivery, as far as names tell; others stand between, by name. */
const STAGES: readonly (readonly [RegExp, number])[] = [
  [/^(?:local|sandbox|dev|develop|development)\b/, 0],
  [/^(?:ci|test|testing|qa|int|integration)\b/, 1],
  [/^(?:preview|uat|stage|staging|preprod|pre-prod)\b/, 2],
  [/^canary\b/, 4],
  [/^(?:prod|production|live)\b/, 5],
];

export const stageRank = (environment: string): number => {
  if (environment === '') return 6;
  return STAGES.find(([pattern]) => pattern.test(environment.toLowerCase()))?.[1] ?? 3;
};
