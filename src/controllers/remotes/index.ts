/**
 * What builds name by URL instead of by a Source: bases and files of kustomizations, charts of `helmCharts`, values.
 * In: requests of an engine, rules that say what may be fetched and with which credentials. Out: trees named after their content, so that a render
 * records exactly what it read. Never: fetches what the rules refuse, sends credentials to an address they were not given for.
 */
export { isAllowedRemote } from './allowed.ts';
export { Remotes, type RemoteAccess, type RemotePorts, type RemoteRequest, addressOf, isPinned, isRemote } from './remotes.ts';
