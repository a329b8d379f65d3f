/**
 * Faults as data: what a simulated container does instead of running well. Said by an annotation on the Pod (template) or a line of a scenario:
 * `crash-loop`, `slow-start=30s`, `never-ready for 2m`.
 */

export const SIMULATE = 'lockstep.dev/simulate';

type Behaviour =
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

export type Fault = Behaviour & {
  /** Milliseconds of the Pod's life (from its creation) after which the fault is over; absent: it stays. */
  readonly lasts?: number;
};

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `30s`, `500ms`, `2m`, `1h`; undefined for anything else. */
export function parseSpan(value: string): number | undefined {
  const match = /^(\d{1,9})(ms|s|m|h)$/.exec(value);
  return match === null ? undefined : Number(match[1]) * (units[match[2] as string] ?? 1);
}

/** `WHAT for SPAN` in two parts; undefined when the span is none. */
export function splitSpan(text: string): { readonly what: string; readonly lasts?: number } | undefined {
  const match = /^(.*?)\s+for\s+(\S+)$/.exec(text.trim());
  if (match === null) return { what: text.trim() };
  const lasts = parseSpan(match[2] as string);
  return lasts === undefined ? undefined : { what: match[1] as string, lasts };
}

function behaviourOf(text: string): Behaviour | undefined {
  const [kind = '', argument] = text.split('=', 2);
  const bare = argument === undefined;
  switch (kind) {
    case '':
    case 'none':
      return bare ? { kind: 'none' } : undefined;
    case 'image-missing':
    case 'never-ready':
    case 'unschedulable':
      return bare ? { kind } : undefined;
    case 'crash-loop':
      return bare ? { kind: 'crash-loop', exitCode: 1, reason: 'Error' } : undefined;
    case 'oom':
      return bare ? { kind: 'crash-loop', exitCode: 137, reason: 'OOMKilled' } : undefined;
    case 'fail':
      return exitCodeOf(argument ?? '1');
    case 'slow-start': {
      const milliseconds = parseSpan(argument ?? '');
      return milliseconds === undefined ? undefined : { kind: 'slow-start', milliseconds };
    }
    case 'needs':
      return argument === undefined || argument === '' ? undefined : { kind: 'needs', service: argument };
    default:
      return undefined;
  }
}

function exitCodeOf(text: string): Behaviour | undefined {
  const exitCode = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return exitCode > 0 && exitCode < 256 ? { kind: 'fail', exitCode } : undefined;
}

/** The fault that a text names; undefined: it names none. */
export function parseFault(text: string): Fault | undefined {
  const parts = splitSpan(text);
  const behaviour = parts === undefined ? undefined : behaviourOf(parts.what);
  if (behaviour === undefined || parts?.lasts === undefined) return behaviour;
  return { ...behaviour, lasts: parts.lasts };
}

/** The words there are, for messages. */
export const describeFaults =
  'image-missing, crash-loop, oom, never-ready, slow-start=30s, unschedulable, fail, fail=3, needs=SERVICE, none, each with an optional "for 2m"';
