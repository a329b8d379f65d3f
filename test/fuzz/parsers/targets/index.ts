/** Everything that is fuzzed, by name. */
import type { Target } from '../target.ts';
import { clusterTargets } from './cluster.ts';
import { engines } from './engines.ts';
import { languages } from './languages.ts';
import { outside } from './outside.ts';
import { secrets } from './secrets.ts';

export const targets: readonly Target[] = [...languages, ...engines, ...secrets, ...outside, ...clusterTargets];

export function targetNamed(name: string): Target {
  const found = targets.find((target) => target.name === name);
  if (found === undefined)
    throw new Error(`nothing named ${name} is fuzzed; there are: ${targets.map((target) => target.name).join(', ')}`);
  return found;
}
