/**
 * Where numbers go: Prometheus, or nowhere.
 * In: measurements. Out: the port Metrics and the text of `/metrics`. Never: measures anything itself.
 */
export { noMetrics } from './none.ts';
export { prometheusMetrics, type PrometheusMetrics } from './prometheus.ts';
