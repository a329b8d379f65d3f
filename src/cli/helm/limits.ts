/** What a chart may spend while it renders, from a flag or the environment. */
import type { ChartLimits } from '../../core/chart/index.ts';
import { parseChartLimits } from '../../core/chart/render/index.ts';
import { CommandError } from '../errors.ts';
import type { FlagTable } from '../flags.ts';
import type { Io } from '../io.ts';

export const LIMITS_FLAG = {
  limits: {
    type: 'string',
    value: 'LIMITS',
    doc: 'What a render may spend; else $LOCKSTEP_RENDER_LIMITS, else steps=30M,size=1Gi,single=64Mi,depth=1000,documents=100k,schema=3M',
  },
} as const satisfies FlagTable;

/** Undefined: the defaults. @throws CommandError for a text that says no limits */
export function limitsOf({ limits }: { readonly limits?: string | undefined }, { env }: Io): ChartLimits | undefined {
  const text = limits ?? env['LOCKSTEP_RENDER_LIMITS'];
  if (text === undefined || text === '') return undefined;
  const parsed = parseChartLimits(text);
  if (parsed.ok) return parsed.value;
  throw new CommandError(`${limits === undefined ? '$LOCKSTEP_RENDER_LIMITS' : '--limits'}: ${parsed.error}`);
}
