/** Whoever makes a request, and the only client through which anything is done for them: it acts as them, never as the server. */
import type { Identity, KubeClient } from '../../ports/index.ts';
import type { Access } from './access.ts';
import type { Session } from './sessions.ts';

export interface Acting {
  /** Acts as the visitor. */
  readonly client: KubeClient;
  readonly access: Access;
}

export interface Visitor extends Acting {
  readonly identity: Identity;
  /** How they came: a browser's session, a token or certificate of the cluster, or nobody. */
  readonly via: 'session' | 'cluster' | 'anonymous';
  readonly session?: Session;
  /** False once the session has ended: streams that are open then are closed. */
  valid(): boolean;
}
