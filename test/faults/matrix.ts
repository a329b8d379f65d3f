/** Every call of every port, each fault: what it changed, counted as losses and duplicates against the life nothing struck. */
import { type Ending, live, type Strike } from './life.ts';
import { type Port, scenes } from './scenes.ts';

export const FAULTS: readonly Strike['fault'][] = ['error', 'timeout', 'lostAnswer', 'crashBefore', 'crashAfter'];
export const PORTS: readonly Port[] = ['api', 'git', 'ledger', 'charts', 'cluster'];

export interface Verdict {
  /** In the undisturbed life, missing or different in this one. */
  readonly losses: readonly string[];
  /** Done or told more often than in the undisturbed life. */
  readonly duplicates: readonly string[];
}

export interface Report {
  readonly runs: number;
  /** Runs in which the fault struck: the call it waited for was made. */
  readonly injected: number;
  readonly failures: readonly (Verdict & { readonly strike: Strike })[];
}

const without = (these: readonly string[], those: readonly string[]): readonly string[] => these.filter((line) => !those.includes(line));

const count = (lines: readonly string[], line: string): number => lines.filter((each) => each === line).length;

export function compare(ending: Ending, undisturbed: Ending): Verdict {
  const parts = ['state', 'requests', 'ready', 'history'] as const;
  const losses = parts.flatMap((part) => without(undisturbed[part], ending[part]).map((line) => `${part}: ${line}`));
  const more = parts.flatMap((part) => without(ending[part], undisturbed[part]).map((line) => `${part}: ${line}`));
  const untold = [...new Set(undisturbed.told)].filter((line) => !ending.told.includes(line)).map((line) => `told: ${line}`);
  const retold = [...new Set(ending.told)].filter((line) => count(ending.told, line) > Math.max(1, count(undisturbed.told, line)));
  return { losses: [...losses, ...untold], duplicates: [...more, ...ending.twice, ...retold.map((line) => `told: ${line}`)] };
}

export interface MatrixOptions {
  readonly ports?: readonly Port[];
  readonly faults?: readonly Strike['fault'][];
  /** Only every n-th call, another one for each fault. */
  readonly stride?: number;
}

export function strikesOf(
  undisturbed: Ending,
  { ports = scenes[undisturbed.scene].ports, faults = FAULTS, stride = 1 }: MatrixOptions,
): readonly Strike[] {
  return ports.flatMap((port) =>
    faults.flatMap((fault, offset) => {
      const calls = Array.from({ length: undisturbed.calls[port] }, (_, index) => index + 1);
      return calls.filter((at) => (at + offset) % stride === 0).map((at) => ({ scene: undisturbed.scene, port, at, fault }));
    }),
  );
}

export async function runMatrix(undisturbed: Ending, options: MatrixOptions = {}): Promise<Report> {
  const strikes = strikesOf(undisturbed, options);
  const failures: (Verdict & { readonly strike: Strike })[] = [];
  let injected = 0;
  for (const strike of strikes) {
    const ending = await live(strike.scene, strike);
    if (ending.struck) injected += 1;
    const verdict = compare(ending, undisturbed);
    if (verdict.losses.length + verdict.duplicates.length > 0) failures.push({ strike, ...verdict });
  }
  return { runs: strikes.length, injected, failures };
}
