/**
 * Alerts. Their labels do not depend on the details, so that good news resolves exactly what bad news fired, also after a restart. What still is wrong is sent again
 * by the caller before `KEEP` is over; an Alertmanager that hears nothing lets it end by itself.
 */
import type { ChannelSpec } from '../../api/index.ts';
import type { News, NotifyError, NotifyRequest, Outgoing, Told } from '../../ports/index.ts';
import { ok, type Result } from '../../std/index.ts';
import { authorizationOf } from './authorization.ts';
import { JSON_HEADERS, rfc3339 } from './parts.ts';

/** Three times the interval at which firing alerts are repeated. */
const KEEP = 15 * 60_000;

const NOT_READY = 'LockstepNotReady';
const UNHEALTHY = 'LockstepUnhealthy';
const DRIFT = 'LockstepDrift';

/** What good news ends. */
const ENDS: Readonly<Record<string, readonly string[]>> = {
  Ready: [NOT_READY, UNHEALTHY],
  Fetched: [NOT_READY],
  Healed: [DRIFT],
  Applied: [DRIFT],
  Deleted: [NOT_READY, UNHEALTHY, DRIFT],
  Orphaned: [NOT_READY, UNHEALTHY, DRIFT],
  Suspended: [NOT_READY],
};

const startedBy = ({ type, severity }: News): string | undefined => {
  if (type === 'DriftDetected' || type === 'Contested') return DRIFT;
  if (type === 'HealthChanged') return severity === 'error' ? UNHEALTHY : undefined;
  return severity === 'warning' || severity === 'error' ? NOT_READY : undefined;
};

function alertsOf({ news, title, text }: Told, now: number): readonly unknown[] {
  const { kind, namespace, name, installation, link } = news;
  const alert = (alertname: string, firing: boolean): unknown => ({
    labels: { alertname, kind, namespace, name, installation, severity: alertname === DRIFT ? 'warning' : 'critical' },
    annotations: {
      summary: title,
      description: text,
      reason: news.type,
      ...(news.revision === undefined ? {} : { revision: news.revision }),
    },
    startsAt: rfc3339(Math.min(news.at, now)),
    endsAt: rfc3339(firing ? now + KEEP : now),
    ...(link === undefined ? {} : { generatorURL: link }),
  });
  const started = startedBy(news);
  const ended = news.type === 'HealthChanged' && started === undefined ? [UNHEALTHY] : (ENDS[news.type] ?? []);
  return [...(started === undefined ? [] : [alert(started, true)]), ...ended.map((name) => alert(name, false))];
}

export function alertmanager(
  { url }: NonNullable<ChannelSpec['alertmanager']>,
  request: NotifyRequest,
): Result<Outgoing | undefined, NotifyError> {
  const alerts = request.told.flatMap((told) => alertsOf(told, request.now));
  if (alerts.length === 0) return ok(undefined);
  const headers = { ...JSON_HEADERS, ...authorizationOf(request) };
  return ok({ via: 'http', url: `${url.replace(/\/+$/, '')}/api/v2/alerts`, headers, body: JSON.stringify(alerts) });
}
