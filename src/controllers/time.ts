/** Moments as Kubernetes writes them. */

/** RFC 3339 in whole seconds. */
export const rfc3339 = (ms: number): string => new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');
