/** What an evaluation may spend. Running out is a deterministic error, never a hang: the same input fails at the same place everywhere. */
import { TemplateFailure } from './failure.ts';

export interface BudgetLimits {
  /** Statements, iterations and function calls. */
  readonly steps: number;
  /** Characters written or produced by functions, all together; list elements count 8. */
  readonly size: number;
  /** Characters of one string, or elements of one list. */
  readonly single: number;
  /** Nesting of templates that call each other. */
  readonly depth: number;
}

/** Generous for every public chart (the largest needs some 2 million steps), small enough to end within seconds. */
const defaultLimits: BudgetLimits = Object.freeze({ steps: 30_000_000, size: 1 << 30, single: 1 << 26, depth: 1000 });

export class Budget {
  static readonly defaults = defaultLimits;
  readonly limits: BudgetLimits;
  steps = 0;
  size = 0;

  constructor(limits: BudgetLimits = defaultLimits) {
    this.limits = limits;
  }

  /** Counts one step, or as many as something slow is worth. */
  step(count = 1): void {
    this.steps += count;
    if (this.steps > this.limits.steps) throw new TemplateFailure(`rendering takes more than ${this.limits.steps} steps`);
  }

  /** Counts characters written to the output. */
  write(size: number): void {
    this.size += size;
    if (this.size > this.limits.size) throw new TemplateFailure(`rendering produces more than ${this.limits.size} characters`);
  }

  /** Counts something a function is about to make. Called before it is made wherever it can be much larger than its input. */
  reserve(size: number): void {
    if (size > this.limits.single)
      throw new TemplateFailure(`a value of ${size} elements is larger than the limit of ${this.limits.single}`);
    this.size += size;
    if (this.size > this.limits.size) throw new TemplateFailure(`rendering produces more than ${this.limits.size} characters`);
  }
}
