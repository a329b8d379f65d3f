/** How to reach one API server: what a kubeconfig or a pod's service account boils down to. */

/** Puts credentials on requests. Files and plugins are read when needed, so that rotated tokens are picked up. */
export interface Credentials {
  /** Headers in lower case. */
  headers(): Promise<Readonly<Record<string, string>>>;
  /** The server said 401: whatever was cached is worthless. Returns whether asking again can give something else. */
  rejected(): boolean;
}

export interface KubeConnection {
  /** `https://host:port`, possibly with a path that is put before every request's. */
  readonly server: string;
  /** Where objects without a namespace go, by the kubeconfig's context. */
  readonly namespace?: string;
  readonly tls: {
    /** PEM. */
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly serverName?: string;
    readonly insecure?: boolean;
  };
  readonly proxyUrl?: string;
  readonly credentials?: Credentials;
}
