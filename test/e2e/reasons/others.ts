/** Stories of other clusters and of Channels. */
import type { ConnectCluster, NotifyError } from '../../../src/ports/index.ts';
import { err, ok } from '../../../src/std/index.ts';
import type { World } from '../../../src/testing/world/index.ts';
import { declare } from '../other-clusters.ts';
import type { Story } from './story.ts';

/** Every cluster is this one. */
let here: World | undefined;
const connect: ConnectCluster = (text) =>
  Promise.resolve(
    here === undefined || text === 'bad'
      ? err({ message: `no kubeconfig: ${text}` })
      : ok({ transport: here.transport(), server: 'https://here.test' }),
  );

const elsewhere = { target: { cluster: 'eu' } };

export const clusters: Readonly<Record<string, Story>> = {
  TargetClusterNotFound: { world: { connect }, spec: elsewhere, says: /there is no TargetCluster eu in namespace shop/ },
  KubeconfigInvalid: {
    world: { connect },
    before: (w) => declare(w, 'eu', { kubeconfig: 'bad' }),
    spec: elsewhere,
    says: /TargetCluster shop\/eu: no kubeconfig: bad/,
  },
  DuplicateCluster: {
    world: { connect },
    before: (w) => {
      here = w;
      return declare(w, 'eu');
    },
    spec: elsewhere,
    says: /the same cluster is the cluster that Lockstep lives in/,
  },
};

const channel = (w: World, spec: Record<string, unknown>): Promise<unknown> =>
  w.put({ apiVersion: 'lockstep.dev/v1', kind: 'Channel', metadata: { name: 'all', namespace: 'shop' }, spec } as never);

const failing = (error: NotifyError): Story => ({
  before: (w) => {
    w.notifier.fail = () => error;
    return channel(w, { webhook: { url: 'https://hooks.example.com/lockstep' }, filter: { types: ['Applied'] } });
  },
  says: new RegExp(error.message),
  shows: { of: 'Channel/shop/all' },
});

export const channels: Readonly<Record<string, Story>> = {
  ChannelInvalid: {
    before: (w) => channel(w, { slack: { secretRef: { name: 'gone' } } }),
    says: /there is no Secret gone in namespace shop/,
    shows: { of: 'Channel/shop/all' },
  },
  ChannelRefused: failing({ code: 'Refused', message: 'hooks.example.com answers 403' }),
  ChannelUnavailable: failing({ code: 'Unavailable', message: 'hooks.example.com answers 503' }),
};
