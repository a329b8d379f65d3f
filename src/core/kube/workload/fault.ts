/**
 * Faults as data: what a simulated container does instead of running well. Said by an annotation on the Pod (template), so that a scenario is a patch:
 * `lockstep.dev/simulate: crash-loop`, `slow-start=30s`, …
 */
import type { KubeObject } from '../../object/index.ts';
import type { View } from '../controller/index.ts';
import { podFault, SCENARIO } from '../scenario/index.ts';

export const SIMULATE = 'lockstep.dev/simulate';

export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'image-missing' }
  | { readonly kind: 'crash-loop'; readonly exitCode: number; readonly reason: 'Error' | 'OOMKilled' }
  | { readonly kind: 'never-ready' }
  | { readonly kind: 'slow-start'; readonly milliseconds: number }
  | { readonly kind: 'unschedulable' }
  /** The program ends with an error: for Jobs. */
  | { readonly kind: 'fail'; readonly exitCode: number }
  /** Crashes until a Service in the namespace has a ready endpoint. */
  | { readonly kind: 'needs'; readonly service: string };

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

function duration(value: string): number {
  const match = /^(\d+)(ms|s|m)$/.exec(value);
  return match === null ? 0 : Number(match[1]) * (units[match[2] as string] ?? 1);
}

/** The fault an annotation names; an unknown word is no fault and is reported by the caller's event. */
export function parseFault(value: string): Fault | undefined {
  const [kind = '', argument = ''] = value.split('=', 2);
  switch (kind.trim()) {
    case '':
      return { kind: 'none' };
    case 'image-missing':
    case 'never-ready':
    case 'unschedulable':
      return { kind: kind.trim() as 'image-missing' | 'never-ready' | 'unschedulable' };
    case 'crash-loop':
      return { kind: 'crash-loop', exitCode: 1, reason: 'Error' };
    case 'oom':
      return { kind: 'crash-loop', exitCode: 137, reason: 'OOMKilled' };
    case 'fail':
      return { kind: 'fail', exitCode: Number(argument) || 1 };
    case 'slow-start':
      return { kind: 'slow-start', milliseconds: duration(argument) };
    case 'needs':
      return argument === '' ? undefined : { kind: 'needs', service: argument };
    default:
      return undefined;
  }
}

/** The Pod's own annotation, or else what the scenario of its namespace says. */
export function faultOf(pod: KubeObject, view: View): Fault {
  const own = pod.metadata.annotations?.[SIMULATE];
  const said = own ?? podFault(view.get('configmaps', pod.metadata.namespace ?? '', SCENARIO), pod);
  return parseFault(said) ?? { kind: 'none' };
}
