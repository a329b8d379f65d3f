/**
 * Scenarios: trouble as data, in a ConfigMap named `lockstep-scenario` of the namespace it is for. In: that ConfigMap. Out: the fault of a Pod, the
 * refusal of a request. Never: remembers anything; a fault lasts as long as its line.
 */
export { apiFault, podFault, SCENARIO } from './scenario.ts';
