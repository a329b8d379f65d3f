/** Looks a set-up over: each check is one line that says what is right, or what is wrong and what to do. Changes nothing. */
import type { KubeClient } from '../../ports/index.ts';
import { checkCluster } from './checks/cluster.ts';
import { checkDelivery } from './checks/delivery.ts';
import type { Check, CheckPorts, Finding } from './checks/finding.ts';
import { checkMachine } from './checks/machine.ts';
import { checkRights } from './checks/rights.ts';
import { checkSurroundings } from './checks/surroundings.ts';

export type { Finding } from './checks/finding.ts';

/** In the order in which one depends on the other; without a cluster only the machine is looked at. */
export async function doctor(kube: KubeClient | undefined, ports: Omit<CheckPorts, 'kube'>): Promise<readonly Finding[]> {
  const findings = [...(await checkMachine(ports))];
  if (kube === undefined) return findings;
  const reach = await checkCluster.reach({ ...ports, kube });
  findings.push(...reach);
  if (reach.some(({ level }) => level === 'fail')) return findings;
  const checks: readonly Check[] = [checkCluster.kinds, checkCluster.controllers, checkRights, checkSurroundings, checkDelivery];
  for (const check of checks) findings.push(...(await check({ ...ports, kube })));
  return findings;
}
