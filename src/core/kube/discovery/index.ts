/**
 * Discovery. In: served resources. Out: the documents clients ask for. Never: decides what is served.
 */
export { aggregatedDiscovery, legacyGroup, legacyGroups, legacyResources, legacyVersions } from './discovery.ts';
