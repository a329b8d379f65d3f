/** The settings of an installation as flags, from the same table as the values of the chart. */
import { SETTINGS, type InstallSettings, type SettingName } from '../../api/install/index.ts';
import type { KubeClient } from '../../ports/index.ts';
import { chooseSettings } from '../../app/installer/index.ts';
import packageJson from '../../../package.json' with { type: 'json' };

const row = <Name extends SettingName>(name: Name) =>
  ({
    type: 'string',
    value: SETTINGS[name].value,
    doc: SETTINGS[name].default === '' ? SETTINGS[name].doc : `${SETTINGS[name].doc}; default ${SETTINGS[name].default}`,
  }) as const;

/** Without defaults: what is not said stays as it was installed. */
export const SETTING_FLAGS = {
  image: row('image'),
  'root-role': row('rootRole'),
  people: { ...row('people'), choices: ['none', 'any'] },
  'dashboard-url': row('dashboardUrl'),
  'storage-size': row('storageSize'),
  'storage-class': row('storageClass'),
  memory: row('memory'),
  'pull-secret': row('pullSecret'),
} as const;

type SettingFlagValues = { readonly [Flag in keyof typeof SETTING_FLAGS]: string | undefined };

/** With a cluster, what is installed there counts before the defaults. */
export const settingsFrom = (flags: SettingFlagValues, kube?: KubeClient): Promise<InstallSettings> =>
  chooseSettings(
    {
      image: flags.image,
      rootRole: flags['root-role'],
      people: flags.people,
      dashboardUrl: flags['dashboard-url'],
      storageSize: flags['storage-size'],
      storageClass: flags['storage-class'],
      memory: flags.memory,
      pullSecret: flags['pull-secret'],
    },
    packageJson.version,
    kube,
  );
