/**
 * Rate, errors and duration of an App, from the Prometheus that the Platform names.
 * In: an App, its inventory, how far back. Out: lines of numbers, or why there are none. Never: an address or a query that a visitor or a repository chose.
 */
export { Traffic } from './traffic.ts';
