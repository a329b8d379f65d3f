/** Logs and metrics: what comes out, and that nothing that goes in can forge a line or fail the work. */
import { describe, expect, test } from 'vitest';
import { consoleLog, jsonLog, silentLog } from '../../src/adapters/log/index.ts';
import { noMetrics, prometheusMetrics } from '../../src/adapters/metrics/index.ts';
import { fakeClock } from '../../src/testing/clock/index.ts';

describe('logs', () => {
  test('JSON lines with time, level, message and fields', () => {
    const lines: string[] = [];
    const log = jsonLog({ write: (line) => lines.push(line), clock: fakeClock() });
    log.with({ source: 'team/shop' }).warn('cannot fetch\nforged', { attempt: 2 });
    log.debug('not wanted');
    log.error('broken', { error: new Error('why').message });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { level: 'warn', time: '2026-01-01T00:00:00.000Z', source: 'team/shop', attempt: 2, message: 'cannot fetch\nforged' },
      { level: 'error', time: '2026-01-01T00:00:00.000Z', error: 'why', message: 'broken' },
    ]);
  });

  test('lines for people stay lines', () => {
    const lines: string[] = [];
    const log = consoleLog({ write: (line) => lines.push(line), clock: fakeClock(), level: 'debug' });
    log
      .with({ app: 'shop' })
      .info('applied\u001b[2J\nforged', { objects: 3, note: 'two words', none: undefined, big: 1n, error: new Error('why') });
    log.debug('quiet');
    expect(lines).toEqual([
      '00:00:00 info  applied [2J forged  app=shop objects=3 note="two words" big="1" error="why"\n',
      '00:00:00 debug quiet\n',
    ]);
    expect(silentLog().with({})).toBeDefined();
  });
});

describe('metrics', () => {
  test('counters, gauges and histograms in the Prometheus format; forgotten series are gone', async () => {
    const metrics = prometheusMetrics();
    metrics.count('lockstep_applies_total', { app: 'shop' });
    metrics.count('lockstep_applies_total', { app: 'shop' }, 2);
    metrics.gauge('lockstep_apps', 3, { state: 'ready' });
    metrics.gauge('lockstep_apps', 1, { state: 'gone' });
    metrics.forget('lockstep_apps', { state: 'gone' });
    metrics.observe('lockstep_fetch_seconds', 0.02);
    const text = await metrics.text();
    expect(text).toContain('lockstep_applies_total{app="shop"} 3');
    expect(text).toContain('lockstep_apps{state="ready"} 3');
    expect(text).not.toContain('gone');
    expect(text).toContain('lockstep_fetch_seconds_bucket{le="0.05"} 1');
    expect(metrics.contentType).toContain('text/plain');
  });

  test('a wrong measurement never fails the work', async () => {
    const metrics = prometheusMetrics({ process: true });
    metrics.count('lockstep_x_total', { a: '1' });
    metrics.gauge('lockstep_x_total', 5);
    metrics.count('lockstep_x_total', { other: '1' });
    metrics.count('not a name');
    metrics.forget('never_measured', {});
    expect(await metrics.text()).toContain('lockstep_x_total{a="1"} 1');
    noMetrics().count('x');
  });
});
