/**
 * Real receivers of news, where they are: Alertmanager (Debian's prometheus-alertmanager, or `alertmanager` on the PATH) and the SMTP server aiosmtpd of the
 * Python that LOCKSTEP_TEST_PYTHON names (default `python3`). Where they are not, a line says so.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createNotifier } from '../../src/adapters/notify/index.ts';
import type { ChannelSpec } from '../../src/api/index.ts';
import type { News } from '../../src/ports/index.ts';

const runs = (program: string, ...args: string[]): boolean => {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const alertmanager = ['prometheus-alertmanager', 'alertmanager'].find((name) => runs(name, '--version'));
const python = process.env['LOCKSTEP_TEST_PYTHON'] ?? 'python3';
const smtp = runs(python, '-c', 'import aiosmtpd');
if (alertmanager === undefined) console.log('NOT RUN: news to a real Alertmanager; install prometheus-alertmanager');
if (!smtp) console.log('NOT RUN: mail to a real SMTP server; install aiosmtpd, or set LOCKSTEP_TEST_PYTHON to a Python that has it');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let turn = 0; turn < 300; turn += 1) {
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not within half a minute: ${what}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'close');
}

const news = (more: Partial<News>): News => ({
  id: 'id-1',
  at: Date.now(),
  kind: 'App',
  namespace: 'shop',
  name: 'web',
  uid: 'u-1',
  type: 'ApplyFailed',
  severity: 'error',
  message: 'Deployment/shop/web: no',
  installation: 'prod',
  ...more,
});

async function tell(spec: object, said: News, words = { title: 'title', text: 'text' }): Promise<void> {
  const notifier = createNotifier();
  const told = [{ news: said, ...words }];
  const composed = notifier.compose({ spec: { suspend: false, ...spec } as ChannelSpec, secret: new Map(), told, now: Date.now() });
  if (!composed.ok || composed.value === undefined) throw new Error('nothing to be said');
  expect(await notifier.send(composed.value)).toEqual({ ok: true, value: undefined });
  await notifier.close();
}

describe.skipIf(alertmanager === undefined)('Alertmanager', () => {
  test('an alert is active, and gone once good news resolves it', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-alertmanager-'));
    const [port, config] = [await freePort(), join(folder, 'config.yml')];
    writeFileSync(config, 'route: {receiver: nobody}\nreceivers: [{name: nobody}]\n');
    const args = [
      `--config.file=${config}`,
      `--storage.path=${folder}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ];
    const child = spawn(alertmanager ?? '', args, { stdio: 'ignore' });
    const url = `http://127.0.0.1:${port}`;
    type Alert = { readonly labels: Readonly<Record<string, string>>; readonly status: { readonly state: string } };
    const alerts = async (): Promise<readonly Alert[]> =>
      (await (await fetch(`${url}/api/v2/alerts?active=true`)).json()) as readonly Alert[];
    try {
      await until('Alertmanager answers', async () => ((await fetch(`${url}/-/ready`)).ok ? true : undefined));
      await tell({ alertmanager: { url } }, news({}));
      const [active] = await until('the alert is there', async () => ((await alerts()).length > 0 ? alerts() : undefined));
      expect(active?.labels).toMatchObject({ alertname: 'LockstepNotReady', namespace: 'shop', name: 'web', severity: 'critical' });
      await tell({ alertmanager: { url } }, news({ type: 'Ready', severity: 'info', message: 'fine' }));
      await until('the alert is gone', async () => ((await alerts()).length === 0 ? true : undefined));
    } finally {
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe.skipIf(!smtp)('SMTP', () => {
  test('a mail arrives with its subject beyond ASCII', { timeout: 60_000 }, async () => {
    const port = await freePort();
    const child = spawn(python, ['-u', '-m', 'aiosmtpd', '-n', '-l', `127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'pipe'] });
    let heard = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (heard += text));
    try {
      await until('the server answers', async () => {
        const socket = (await import('node:net')).connect(port, '127.0.0.1');
        await once(socket, 'connect');
        socket.destroy();
        return true;
      });
      const email = { server: `127.0.0.1:${port}`, tls: 'none', from: 'lockstep@example.com', to: ['ops@example.com'] };
      await tell({ email }, news({}), { title: 'web: größer als gedacht', text: 'Deployment/shop/web: no' });
      await until('the mail is there', async () => (heard.includes('END MESSAGE') ? true : undefined));
      expect(heard).toMatch(/^Subject: =\?UTF-8\?/m);
      expect(heard).toContain('Auto-Submitted: auto-generated');
      expect(heard).toContain('Deployment/shop/web: no');
    } finally {
      await ended(child);
    }
  });
});
