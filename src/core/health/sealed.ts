/** SealedSecrets: whoever unseals says how it went. Source: Argo CD resource_customizations/bitnami.com/SealedSecret/health.lua. */
import type { KubeObject } from '../object/index.ts';
import { conditionOf } from './fields.ts';
import type { Verdict } from './state.ts';

export function sealedSecretHealth(object: KubeObject): Verdict {
  const synced = conditionOf(object, 'Synced');
  if (synced?.status === 'True') return { state: 'Healthy', message: synced.message };
  if (synced?.status === 'False') return { state: 'Degraded', message: synced.message, reason: 'NotUnsealed' };
  return { state: 'Healthy', message: 'Nobody has said that it is unsealed', reason: 'Assumed' };
}
