/** What the kubelet, or whoever stands in for it, says is wrong with a Pod: for people, where its health alone does not tell. */
import type { KubeObject } from '../object/index.ts';

interface PodStatus {
  readonly phase?: string;
  readonly message?: string;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string }[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
}

interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly state?: { readonly waiting?: Ending; readonly terminated?: Ending };
  readonly lastState?: { readonly terminated?: Ending };
}

interface Ending {
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode?: number;
}

/** `container web: ImagePullBackOff: …`, `is not scheduled: Unschedulable: …`; empty when it complains of nothing. */
export function complaintOf(pod: KubeObject): string {
  const { phase, conditions = [], containerStatuses = [], initContainerStatuses = [], message } = (pod['status'] ?? {}) as PodStatus;
  if (phase === 'Succeeded') return '';
  const unscheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (unscheduled !== undefined) return said('is not scheduled', unscheduled);
  for (const { name, state = {}, lastState = {} } of [...initContainerStatuses, ...containerStatuses]) {
    const { waiting, terminated } = state;
    const last = terminated ?? lastState.terminated;
    if (waiting?.reason !== undefined && waiting.reason !== 'ContainerCreating' && waiting.reason !== 'PodInitializing')
      return `${said(`container ${name}`, waiting)}${last?.exitCode === undefined ? '' : ` (exit code ${last.exitCode})`}`;
    if (terminated?.exitCode !== undefined && terminated.exitCode !== 0)
      return said(`container ${name} ended with ${terminated.exitCode}`, terminated);
  }
  const unready = containerStatuses.find(({ ready }) => ready === false);
  if (unready !== undefined && phase === 'Running') return `container ${unready.name} runs and is not ready`;
  return phase === 'Failed' || (phase === 'Pending' && message !== undefined) ? said('Pod', message === undefined ? {} : { message }) : '';
}

const said = (what: string, { reason, message }: Ending): string =>
  [what, reason, message].filter((part) => part !== undefined && part !== '').join(': ');
