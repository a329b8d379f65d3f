/** What a render may spend, as a value and as the text people configure it with. */
import { err, ok, type Result } from '../../../std/index.ts';
import { quote } from '../../go/strconv/index.ts';
import { Budget, type BudgetLimits } from '../../template/index.ts';
import { defaultSchemaSteps } from '../schema/index.ts';

export interface ChartLimits extends BudgetLimits {
  /** Documents a chart may make. */
  readonly documents: number;
  /** Schemas that may be applied to values while these are checked. */
  readonly schema: number;
}

export const defaultChartLimits: ChartLimits = Object.freeze({ ...Budget.defaults, documents: 100_000, schema: defaultSchemaSteps });

const names: readonly (keyof ChartLimits)[] = ['steps', 'size', 'single', 'depth', 'documents', 'schema'];

/** Deeper nesting than this would need a larger stack than JavaScript has. */
const deepest = 1000;

const factors: Readonly<Record<string, number>> = Object.freeze({ '': 1, k: 1e3, M: 1e6, G: 1e9, Ki: 1 << 10, Mi: 1 << 20, Gi: 1 << 30 });

/** `steps=100M,size=4Gi`; what is not named keeps its default. The error says what is wrong and what could stand there. */
export function parseChartLimits(text: string): Result<ChartLimits, string> {
  const limits: { -readonly [name in keyof ChartLimits]: number } = { ...defaultChartLimits };
  for (const part of text.split(',').map((given) => given.trim())) {
    const [, name = '', amount = '', unit = ''] = /^([a-z]+)=(\d+)(k|M|G|Ki|Mi|Gi)?$/.exec(part) ?? [];
    const key = names.find((known) => known === name);
    const value = Number(amount) * (factors[unit] ?? 1);
    if (key === undefined || value < 1 || !Number.isSafeInteger(value))
      return err(`${quote(part)} is no limit of a render; write for example steps=100M; there are ${names.join(', ')}`);
    if (key === 'depth' && value > deepest) return err(`depth may be ${deepest} at most`);
    limits[key] = value;
  }
  return ok(limits);
}
