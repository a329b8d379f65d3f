/** Runs kubectl as a process and takes out of its output what no two servers share. */
import { spawn, spawnSync } from 'node:child_process';
import type { Group, Step } from './kubectl.steps.ts';

export interface Printed {
  readonly run: string;
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The client's version (`v1.33.1`), or undefined when there is no kubectl. */
export function clientVersion(): string | undefined {
  const { status, stdout } = spawnSync('kubectl', ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
  return status === 0 ? /"gitVersion": "([^"]+)"/.exec(stdout)?.[1] : undefined;
}

const split = (line: string): readonly string[] =>
  [...line.matchAll(/"([^"\s{}]*[ ][^"{}]*)"|'([^']*)'|(\S+)/g)].map(
    (part) => part[1] ?? part[2] ?? (part[3] === '--api-group=""' ? '--api-group=' : (part[3] ?? '')),
  );

export interface Place {
  readonly kubeconfig: string;
  /** For kubectl's discovery cache. */
  readonly home: string;
}

const run = (place: Place, step: Step, namespace: string): Promise<Printed> =>
  new Promise((resolve, reject) => {
    const [first = '', ...rest] = split(step.run);
    const child = spawn('kubectl', ['--namespace', namespace, first, ...rest], {
      env: { PATH: process.env['PATH'], HOME: place.home, KUBECONFIG: place.kubeconfig, KUBECTL_EXTERNAL_DIFF: 'diff -u' },
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ run: step.run, code: code ?? -1, out: step.loose === true ? '' : plain(out), err: plain(err) }));
    child.stdin.end(step.input ?? '');
  });

/** Times, ages, identities, addresses, generated names and column widths are taken out. */
export function plain(text: string): string {
  return (
    text
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
      .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| [+]0000)/g, '<time>')
      .replaceAll(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+]0000/g, '<time>')
      .replaceAll(/(resourceVersion"?: )"\d+"/g, '$1<rv>')
      .replaceAll(/Resource Version: \s*\d+/g, 'Resource Version: <rv>')
      .replaceAll(/resourceVersion\\":\\"\d+/g, 'resourceVersion\\":\\"<rv>')
      // Go's own print of an object, or of the difference of two.
      .replaceAll(/patch: Invalid value: "\{.*\}": /g, 'patch: Invalid value: <object>: ')
      .replaceAll(/\n[\u00a0 ]*core\.PodSpec\{[\s\S]*/g, '\n')
      // How far a rollout has come when it is looked at is chance.
      .replaceAll(/^Waiting for .*\n/gm, '')
      .replaceAll(/^[WEI]\d{4} [\d:.]+ +\d+ /gm, '')
      .replaceAll(/ lockstep\.dev\/simulated-at: .*\n/g, '')
      .replaceAll(/\b10\.\d+\.\d+\.\d+\b/g, '<ip>')
      .replaceAll(/-[0-9bcdfghjklmnpqrstvwxz]{8,10}(-[0-9bcdfghjklmnpqrstvwxz]{5})?\b/g, '-<hash>')
      .replaceAll(/(pod-template-hash"?[=:] ?"?)[0-9a-z]+/g, '$1<hash>')
      .replaceAll(/-[0-9bcdfghjklmnpqrstvwxz]{5}\b/g, '-<random>')
      .replaceAll(/\b(\d+[smhd]){1,2}\b(?= ago|\s|$)/gm, '<age>')
      .replaceAll('<invalid>', '<age>')
      .replaceAll(/:3\d{4}\/TCP/g, ':<port>/TCP')
      .replaceAll(/https:\/\/127\.0\.0\.1:\d+/g, '<server>')
      .replaceAll(/^(---|\+\+\+) \/tmp\/.*$/gm, '$1')
      .replaceAll(/^diff .*$/gm, 'diff')
      .replaceAll(/[ \t]+/g, ' ')
      .replaceAll(/ $/gm, '')
      .replaceAll(/-{3,}/g, '---')
  );
}

/**
 * Runs a group's commands in its namespace. A command that only reads is asked again until `wanted` says it is right or three seconds are over:
 * controllers need a moment on every server.
 */
export async function runGroup(place: Place, group: Group, wanted: (at: number, printed: Printed) => boolean): Promise<readonly Printed[]> {
  await run(place, { run: `create namespace ${group.name}` }, 'default');
  const printed: Printed[] = [];
  for (const [at, entry] of group.steps.entries()) {
    const step = typeof entry === 'string' ? { run: entry } : entry;
    const reads = /^(get|describe|auth can-i|explain|api-resources)/.test(step.run);
    const until = performance.now() + 3000;
    let last = await run(place, step, group.name);
    while (reads && !wanted(at, last) && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 150));
      last = await run(place, step, group.name);
    }
    printed.push(last);
  }
  return printed;
}
