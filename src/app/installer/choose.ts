/** The settings of an installation: what a person says now, else what is there, else the defaults. */
import {
  ACTING,
  CONTROLLER,
  DATA_CLAIM,
  SETTINGS,
  settingsOf,
  SYSTEM_NAMESPACE,
  type InstallSettings,
  type SettingName,
} from '../../api/install/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { ApiResource, KubeClient } from '../../ports/index.ts';
import { CLAIMS, DEPLOYMENTS, resourceOf } from './resources.ts';

export type ChosenSettings = { readonly [Name in SettingName]: string | undefined };

/** Without a cluster: only what is said, and the defaults. */
export async function chooseSettings(chosen: ChosenSettings, version: string, kube?: KubeClient): Promise<InstallSettings> {
  const there = kube === undefined ? {} : settingsOf(await installed(kube));
  const names = Object.keys(SETTINGS) as readonly SettingName[];
  const values = names.map((name) => [name, chosen[name] ?? there[name] ?? SETTINGS[name].default] as const);
  return { ...(Object.fromEntries(values) as Record<SettingName, string>), version };
}

const BINDINGS = resourceOf({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding' });

async function installed(kube: KubeClient): Promise<Parameters<typeof settingsOf>[0]> {
  const read = async (resource: ApiResource, namespace: string, name: string): Promise<KubeObject | undefined> => {
    const found = await kube.get(resource, namespace, name);
    return found.ok ? found.value : undefined;
  };
  const [deployment, claim, rootBinding, actingBinding] = await Promise.all([
    read(DEPLOYMENTS, SYSTEM_NAMESPACE, CONTROLLER),
    read(CLAIMS, SYSTEM_NAMESPACE, DATA_CLAIM),
    read(BINDINGS, '', 'lockstep-root'),
    read(BINDINGS, '', ACTING),
  ]);
  return { deployment, claim, rootBinding, actingBinding };
}
