/** Channels as the API server knows them. */
import type { ApiResource } from '../../ports/index.ts';
import { apps } from '../app/cluster.ts';

export const channels: ApiResource = { ...apps, kind: 'Channel', resource: 'channels' };
