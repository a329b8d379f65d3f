/** The Prometheus text format. Metrics come into being with their first measurement; its label names are the metric's from then on. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Labels } from '../../ports/metrics.ts';
import type { Metrics } from '../../ports/index.ts';

export interface PrometheusMetrics extends Metrics {
  /** The body of `/metrics`. */
  text(): Promise<string>;
  readonly contentType: string;
}

type Metric = Counter | Gauge | Histogram;

const secondBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300];
const byteBuckets = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

/**
 * Measurements for scraping. `process`: also the figures of this process (memory, CPU, event loop).
 * A measurement under a name of another kind, or with other label names than the first, is dropped: it must never fail the work it measures.
 */
export function prometheusMetrics(options: { readonly process?: boolean } = {}): PrometheusMetrics {
  const registry = new Registry();
  if (options.process === true) collectDefaultMetrics({ register: registry });
  const metrics = new Map<string, Metric>();
  const metric = <T extends Metric>(name: string, type: new (configuration: never) => T, labels: Labels): T | undefined => {
    const known =
      metrics.get(name) ?? create(type, { name, help: name.replaceAll('_', ' '), labelNames: Object.keys(labels), registers: [registry] });
    metrics.set(name, known);
    return known instanceof type ? known : undefined;
  };
  return {
    count: (name, labels = {}, by = 1) => tolerant(() => metric(name, Counter, labels)?.inc(labels, by)),
    gauge: (name, value, labels = {}) => tolerant(() => metric(name, Gauge, labels)?.set(labels, value)),
    observe: (name, value, labels = {}) => tolerant(() => metric(name, Histogram, labels)?.observe(labels, value)),
    forget: (name, labels) => tolerant(() => metrics.get(name)?.remove(labels)),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

interface Configuration {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  readonly registers: Registry[];
}

function create(type: unknown, configuration: Configuration): Metric {
  if (type === Counter) return new Counter(configuration);
  if (type === Gauge) return new Gauge(configuration);
  return new Histogram({ ...configuration, buckets: configuration.name.endsWith('_bytes') ? byteBuckets : secondBuckets });
}

function tolerant(measure: () => void): void {
  try {
    measure();
  } catch {
    // The library throws for unknown label names; see above.
  }
}
