/** The names that every installation has. */

/** Lockstep's own namespace. */
export const SYSTEM_NAMESPACE = 'lockstep-system';
/** Deployment, ServiceAccount and roles of the controllers. */
export const CONTROLLER = 'lockstep-controller';
/** Whom Apps in Lockstep's own namespace are applied as: the root of everything else. */
export const ROOT_ACCOUNT = 'lockstep';
/** ClusterRole and its binding, where Lockstep may act as people. */
export const ACTING = 'lockstep-people';
/** Mirrors, charts and the ledger. */
export const DATA_CLAIM = 'lockstep-data';
/** The dashboard and the HTTP API. */
export const HTTP_PORT = 8080;
/** Metrics and health. */
export const STATUS_PORT = 8081;
/** Where hosts announce pushes: apart from the dashboard, so that it alone can be exposed. */
export const WEBHOOK_PORT = 8082;
/** What kubeseal asks, in clear and of everybody. */
export const SEALING_PORT = 8083;
/** The Service that kubeseal looks for; it has to be told the namespace. */
export const SEALING_SERVICE = 'sealed-secrets-controller';
