/** The settings of an installation that is there, so that an upgrade keeps what was chosen once. */
import { getKey, isObject, type Json, type KubeObject } from '../../core/object/index.ts';
import type { InstallSettings, SettingName } from './settings.table.ts';

export interface InstalledObjects {
  readonly deployment: KubeObject | undefined;
  readonly claim: KubeObject | undefined;
  /** ClusterRoleBinding of the root account. */
  readonly rootBinding: KubeObject | undefined;
  /** ClusterRoleBinding that lets the controllers act as people. */
  readonly actingBinding: KubeObject | undefined;
}

/** Only what differs from what would be installed anyway; empty when nothing is there. */
export function settingsOf({
  deployment,
  claim,
  rootBinding,
  actingBinding,
}: InstalledObjects): Partial<Pick<InstallSettings, SettingName>> {
  if (deployment === undefined) return {};
  const pod = at(deployment['spec'], 'template', 'spec');
  const container = first(at(pod, 'containers'));
  const image = text(at(container, 'image'));
  return {
    // The image that goes with a version is not a choice.
    ...(image === undefined || /^lockstep:[^/]+$/.test(image) ? {} : { image }),
    ...present('memory', at(container, 'resources', 'limits', 'memory')),
    ...present('pullSecret', at(first(at(pod, 'imagePullSecrets')), 'name')),
    ...present('storageSize', at(claim?.['spec'], 'resources', 'requests', 'storage')),
    ...(classWasChosen(claim) ? present('storageClass', at(claim?.['spec'], 'storageClassName')) : {}),
    ...present('dashboardUrl', after('--dashboard-url=', at(container, 'args'))),
    people: actingBinding === undefined ? 'none' : 'any',
    rootRole: text(at(rootBinding?.['roleRef'], 'name')) ?? 'none',
  };
}

/** The server fills the default class in; only a class that somebody applied was chosen. */
const classWasChosen = (claim: KubeObject | undefined): boolean =>
  (claim?.metadata.managedFields ?? []).some(
    (entry) => entry['operation'] === 'Apply' && at(entry['fieldsV1'] as Json, 'f:spec', 'f:storageClassName') !== undefined,
  );

const at = (value: Json | undefined, ...path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((inner, key) => (isObject(inner) ? getKey(inner, key) : undefined), value);

const first = (value: Json | undefined): Json | undefined => (Array.isArray(value) ? (value as readonly Json[])[0] : undefined);

/** What an argument says after its prefix. */
const after = (prefix: string, args: Json | undefined): string | undefined =>
  (Array.isArray(args) ? (args as readonly Json[]) : [])
    .map(String)
    .find((arg) => arg.startsWith(prefix))
    ?.slice(prefix.length);

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const present = (name: SettingName, value: Json | undefined): { readonly [Name in SettingName]?: string } => {
  const found = text(value);
  return found === undefined ? {} : { [name]: found };
};
