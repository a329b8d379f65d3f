/** Which tests are meant: `smoke-*` by name, `tier=smoke` by label, `!slow-*` what is left out. */
import { getKey } from '../object/index.ts';
import { splitManifest } from './manifest.ts';
import type { HookRecord } from './record.ts';

const mostPattern = 256;

/** `*` stands for any characters. Linear, whatever the pattern. */
function fits(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.slice(0, mostPattern).split('*');
  if (rest.length === 0) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop() ?? '';
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - at >= last.length && text.endsWith(last);
}

function meets(hook: HookRecord, pattern: string): boolean {
  const equals = pattern.indexOf('=');
  if (equals < 0) return fits(pattern, hook.name);
  const labels = splitManifest(hook.manifest)[0]?.object.metadata.labels ?? {};
  const value = getKey(labels, pattern.slice(0, equals));
  return value !== undefined && fits(pattern.slice(equals + 1), value);
}

/** Whether a hook is a test that the patterns mean; no pattern means all. */
export function selectsTest(hook: HookRecord, patterns: readonly string[]): boolean {
  if (!hook.events.includes('test')) return false;
  const [out, within] = [patterns.filter((one) => one.startsWith('!')), patterns.filter((one) => !one.startsWith('!'))];
  if (out.some((one) => meets(hook, one.slice(1)))) return false;
  return within.length === 0 || within.some((one) => meets(hook, one));
}
