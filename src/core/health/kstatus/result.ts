/** What kstatus answers. */
export type KStatus = 'InProgress' | 'Failed' | 'Current' | 'Terminating' | 'NotFound' | 'Unknown';

export interface StandardCondition {
  readonly type: 'Reconciling' | 'Stalled';
  readonly status: 'True';
  readonly reason: string;
  readonly message: string;
}

export interface KStatusResult {
  readonly status: KStatus;
  readonly message: string;
  readonly conditions: readonly StandardCondition[];
}

export const current = (message: string): KStatusResult => ({ status: 'Current', message, conditions: [] });

export const inProgress = (reason: string, message: string): KStatusResult => ({
  status: 'InProgress',
  message,
  conditions: [{ type: 'Reconciling', status: 'True', reason, message }],
});

export const failed = (reason: string, message: string): KStatusResult => ({
  status: 'Failed',
  message,
  conditions: [{ type: 'Stalled', status: 'True', reason, message }],
});

/** The object is malformed where the rules read it. */
export const unknown = (message: string): KStatusResult => ({ status: 'Unknown', message, conditions: [] });
