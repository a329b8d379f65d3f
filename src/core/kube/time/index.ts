/**
 * Kubernetes timestamps and ages. In: milliseconds since the epoch or RFC 3339 text. Out: the other. Never: reads a clock.
 */
export { formatMicroTime, formatTime, humanDuration, parseTime } from './time.ts';
