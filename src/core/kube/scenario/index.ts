/**
 * Scenarios: trouble as data, in a ConfigMap named `lockstep-scenario` of the namespace it is for, or in a file for a whole cluster. In: that text.
 * Out: rules, what is wrong with the text, the fault of a Pod or a Service, the refusal of a request.
 * Never: remembers anything; a fault lasts as long as its line, or as long as the line says.
 */
export { type Fault, parseFault } from './fault.ts';
export { parseScenario, scenarioOf, type Scenario, type ScenarioFile, simulationProblem } from './parse.ts';
export { apiFault, type FaultyRequest, podFault, SCENARIO, serviceWaits } from './scenario.ts';
