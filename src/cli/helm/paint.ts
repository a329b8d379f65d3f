/** The colours of Helm's tables. Source: Helm 4 internal/cli/output/color.go, pkg/cli/environment.go. */
import { quote } from '../../core/go/strconv/index.ts';
import type { ReleaseStatus } from '../../core/release/index.ts';
import { CommandError } from '../errors.ts';
import type { Io } from '../io.ts';

export interface Paint {
  readonly header: (text: string) => string;
  readonly namespace: (text: string) => string;
  readonly status: (status: ReleaseStatus) => string;
}

export const plain: Paint = { header: (text) => text, namespace: (text) => text, status: (status) => status };

const escape = '\u001B[';
const coloured = (code: number, text: string): string => `${escape}${code}m${text}${escape}0m`;
const hues: Partial<Record<ReleaseStatus, number>> = {
  deployed: 32,
  failed: 31,
  unknown: 31,
  'pending-install': 33,
  'pending-upgrade': 33,
  'pending-rollback': 33,
  uninstalling: 33,
};

const bright: Paint = {
  header: (text) => `${escape}1m${text}${escape}22m`,
  namespace: (text) => coloured(36, text),
  status: (status) => (hues[status] === undefined ? status : coloured(hues[status], status)),
};

/** By the flag, else by the environment, else where a person looks. @throws CommandError in Helm's words */
export function paintFor(flags: { readonly color?: string | undefined; readonly colour?: string | undefined }, { env, color }: Io): Paint {
  const unset = (env['NO_COLOR'] ?? '') !== '' ? 'never' : (env['HELM_COLOR'] ?? 'auto');
  const mode = flags.color ?? flags.colour ?? unset;
  if (!['never', 'auto', 'always'].includes(mode))
    throw new CommandError(`invalid color mode ${quote(mode)}: must be one of: never, auto, always`);
  return mode === 'always' || (mode === 'auto' && color) ? bright : plain;
}
