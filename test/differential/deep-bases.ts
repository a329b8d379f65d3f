/** Right objects of kinds that the other generators leave out, to change in places. */
import type { JsonObject } from '../../src/core/object/index.ts';
import { gizmoDefinition } from './definitions.ts';

const spec = (gizmoDefinition as { readonly spec: JsonObject }).spec;
const names = { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' };

const bases: Readonly<Record<string, JsonObject>> = {
  CustomResourceDefinition: { spec: { ...spec, names } },
  APIService: {
    spec: {
      group: 'x.example',
      version: 'v1',
      groupPriorityMinimum: 100,
      versionPriority: 10,
      service: { name: 'a', namespace: 'default' },
    },
  },
  FlowSchema: {
    spec: {
      priorityLevelConfiguration: { name: 'global-default' },
      matchingPrecedence: 500,
      distinguisherMethod: { type: 'ByUser' },
      rules: [
        {
          subjects: [{ kind: 'User', user: { name: 'eve' } }],
          resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], namespaces: ['*'] }],
          nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }],
        },
      ],
    },
  },
  PriorityLevelConfiguration: {
    spec: {
      type: 'Limited',
      limited: {
        nominalConcurrencyShares: 5,
        limitResponse: { type: 'Queue', queuing: { queues: 8, handSize: 2, queueLengthLimit: 10 } },
      },
    },
  },
  CSINode: { spec: { drivers: [{ name: 'a.example', nodeID: 'n', topologyKeys: ['zone'], allocatable: { count: 1 } }] } },
  VolumeAttachment: { spec: { attacher: 'a.example', nodeName: 'n', source: { persistentVolumeName: 'v' } } },
  ServiceCIDR: { spec: { cidrs: ['10.200.0.0/16'] } },
  IPAddress: { spec: { parentRef: { resource: 'services', name: 'a', namespace: 'default' } } },
};

export const baseOf = (kind: string): JsonObject | undefined => bases[kind];
