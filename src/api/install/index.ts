/**
 * What an installation of Lockstep in a cluster consists of, as objects and as a Helm chart, both from the same tables.
 * In: the settings of an installation. Out: objects in the order they are applied in; the files of the chart; the rights as a reference page.
 * Never: talks to a cluster.
 */
export { chartFiles } from './chart.ts';
export { installObjects, isMadeOnce } from './objects.ts';
export { ACTING, CONTROLLER, DATA_CLAIM, SEALING_SERVICE, SYSTEM_NAMESPACE } from './place.ts';
export { rightsReference } from './rights-reference.ts';
export { settingsOf } from './read-settings.ts';
export { ACTING_RIGHTS, CLUSTER_RIGHTS, OWN_RIGHTS, type Right } from './rights.table.ts';
export { SETTINGS, type InstallSettings, type SettingName } from './settings.table.ts';
