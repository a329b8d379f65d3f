/**
 * The embedded cluster: a Kubernetes API that real clients cannot tell from the real one.
 * In: requests, over HTTPS or in process. Out: what a Kubernetes API server would answer; controllers that make workloads behave, marked as simulated.
 * Never: runs a container, reaches the network, claims to know what only a real cluster can know.
 */
export { createCluster, type Cluster, type ClusterOptions, type ListenOptions, type Listening } from './cluster.ts';
