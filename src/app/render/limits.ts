/** Limits of rendering, from the environment of the program. */
import { parseChartLimits } from '../../core/chart/render/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { RenderLimits } from './threads.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A whole number greater than 0; undefined when nothing is set. */
function whole(env: Environment, name: string): Result<number | undefined, { readonly message: string }> {
  const text = env[name] ?? '';
  if (text === '') return ok(undefined);
  return /^[1-9]\d{0,8}$/.test(text) ? ok(Number(text)) : err({ message: `$${name} is ${JSON.stringify(text)}, not a whole number` });
}

/**
 * `$LOCKSTEP_RENDER_LIMITS`: what one chart may spend, such as `steps=100M`. `$LOCKSTEP_RENDER_SECONDS`: how long an App may keep a thread busy.
 * `$LOCKSTEP_RENDER_MEMORY`: megabytes of a thread. What is not set keeps its default.
 */
export function renderLimitsOf(env: Environment): Result<Partial<RenderLimits>, { readonly message: string }> {
  const text = env['LOCKSTEP_RENDER_LIMITS'] ?? '';
  const chart = text === '' ? undefined : parseChartLimits(text);
  if (chart?.ok === false) return err({ message: `$LOCKSTEP_RENDER_LIMITS: ${chart.error}` });
  const seconds = whole(env, 'LOCKSTEP_RENDER_SECONDS');
  if (!seconds.ok) return seconds;
  const memory = whole(env, 'LOCKSTEP_RENDER_MEMORY');
  if (!memory.ok) return memory;
  return ok({
    ...(chart === undefined ? {} : { chart: chart.value }),
    ...(seconds.value === undefined ? {} : { time: seconds.value * 1000 }),
    ...(memory.value === undefined ? {} : { memory: memory.value }),
  });
}
