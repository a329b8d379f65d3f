/** `lockstep doctor`: looks a set-up over and says what is wrong and what to do. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connect, STATE_FOLDER, systemClock } from '../../app/index.ts';
import { doctor as lookOver, type Finding } from '../../app/installer/index.ts';
import { defineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { CLUSTER_FLAGS } from '../session.ts';

const MARKS = { ok: '✓', warn: '!', fail: '✗' } as const;

export const doctor = defineCommand({
  summary: 'Look a set-up over, and say what is wrong and what to do',
  usage: '',
  details: 'Checks this machine, the API server, the kinds, the rights, the controllers, and what is to be delivered. Changes nothing.',
  examples: ['lockstep doctor', 'lockstep doctor --kubeconfig ~/.kube/config -o json'],
  flags: {
    ...CLUSTER_FLAGS,
    output: { type: 'string', short: 'o', value: 'FORMAT', doc: 'Output format', choices: ['text', 'json'], default: 'text' },
  },
  args: { min: 0, max: 0 },
  run: async ({ flags, io }) => {
    const kube = await connect({ ...flags, cwd: io.cwd, env: io.env });
    const folder = join(io.cwd, STATE_FOLDER);
    const ports = { clock: systemClock(), ...(existsSync(folder) ? { dataFolder: folder } : {}) };
    const machine = await lookOver(kube.ok ? kube.value : undefined, ports);
    const unreachable: readonly Finding[] = kube.ok
      ? []
      : [
          {
            level: 'fail',
            check: 'API server',
            message: kube.error.message,
            ...(kube.error.hint === undefined ? {} : { hint: kube.error.hint }),
          },
        ];
    if (kube.ok) await kube.value.close();
    const findings = [...machine, ...unreachable];
    io.out(flags.output === 'json' ? `${JSON.stringify(findings, null, 2)}\n` : text(findings, io));
    return findings.some(({ level }) => level === 'fail') ? 1 : 0;
  },
});

function text(findings: readonly Finding[], io: Io): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const indent = ' '.repeat(width + 4);
  const lines = findings.map(({ level, check, message, hint }) => {
    const first = `${paint(MARKS[level], level, io)} ${check.padEnd(width)}  ${message}`;
    return hint === undefined || level === 'ok' ? first : `${first}\n${indent}→ ${hint}`;
  });
  const bad = findings.filter(({ level }) => level === 'fail').length;
  const doubtful = findings.filter(({ level }) => level === 'warn').length;
  const sum = bad + doubtful === 0 ? 'All is well.' : `${bad} wrong, ${doubtful} doubtful.`;
  return `${lines.join('\n')}\n\n${sum}\n`;
}

const COLORS = { ok: 32, warn: 33, fail: 31 } as const;

const paint = (mark: string, level: Finding['level'], { color }: Io): string => (color ? `\u001b[${COLORS[level]}m${mark}\u001b[0m` : mark);
