/** The cells of each built-in type, in the order of its columns; the name comes first. Kubernetes: pkg/printers/internalversion/printers.go. */
import { type Json, type JsonObject, type KubeObject, objectAt, objects, texts } from '../../object/index.ts';
import { humanDuration, parseTime } from '../time/index.ts';
import { podCells } from './pod.ts';
import {
  accessModes,
  age,
  containersText,
  firstThree,
  hasCondition,
  labelText,
  number,
  selectorText,
  since,
  specOf,
  statusOf,
  text,
} from './text.ts';

export type Printer = (object: KubeObject, now: number) => readonly Json[];

const size = (value: Json | undefined): number => (Array.isArray(value) ? value.length : Object.keys(objectAt(value)).length);
const name = (object: KubeObject): string => object.metadata.name ?? '';
const replicas = (object: KubeObject): number => (typeof specOf(object).replicas === 'number' ? number(specOf(object).replicas) : 0);

const address = (node: KubeObject, type: string): string =>
  text(objects(statusOf(node).addresses).find((item) => item.type === type)?.address, '<none>');

function nodeRoles(node: KubeObject): string {
  const labels = node.metadata.labels ?? {};
  const prefix = 'node-role.kubernetes.io/';
  const named = Object.keys(labels).filter((key) => key.startsWith(prefix) && key.length > prefix.length);
  const roles = [
    ...named.map((key) => key.slice(prefix.length)),
    ...(labels['kubernetes.io/role'] === undefined ? [] : [labels['kubernetes.io/role']]),
  ];
  return roles.length === 0 ? '<none>' : [...new Set(roles)].sort().join(',');
}

const node: Printer = (object, now) => {
  const status = statusOf(object);
  const info = objectAt(status.nodeInfo);
  const ready = objects(status.conditions).find((condition) => condition.type === 'Ready');
  const words = [
    ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady',
    ...(specOf(object).unschedulable === true ? ['SchedulingDisabled'] : []),
  ];
  return [
    name(object),
    words.join(','),
    nodeRoles(object),
    age(object, now),
    text(info.kubeletVersion),
    address(object, 'InternalIP'),
    address(object, 'ExternalIP'),
    text(info.osImage, '<unknown>'),
    text(info.kernelVersion, '<unknown>'),
    text(info.containerRuntimeVersion, '<unknown>'),
  ];
};

const balancers = (status: JsonObject): readonly string[] => {
  const found = objects(objectAt(status.loadBalancer).ingress).map((entry) => text(entry.ip) || text(entry.hostname));
  return [...new Set(found.filter((item) => item !== ''))].sort();
};

function externalAddress(service: KubeObject): string {
  const spec = specOf(service);
  const external = texts(spec.externalIPs);
  const found = balancers(statusOf(service));
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return external.length === 0 ? '<none>' : external.join(',');
    case 'LoadBalancer':
      return external.length + found.length === 0 ? '<pending>' : [...found, ...external].join(',');
    case 'ExternalName':
      return text(spec.externalName);
    default:
      return '<unknown>';
  }
}

const service: Printer = (object, now) => {
  const spec = specOf(object);
  const ports = objects(spec.ports).map((port) => {
    const outside = number(port.nodePort) > 0 ? `:${number(port.nodePort)}` : '';
    return `${number(port.port)}${outside}/${text(port.protocol)}`;
  });
  return [
    name(object),
    text(spec.type),
    text(texts(spec.clusterIPs)[0], '<none>'),
    externalAddress(object),
    ports.length === 0 ? '<none>' : ports.join(','),
    age(object, now),
    labelText(spec.selector),
  ];
};

function endpointsText(object: KubeObject): string {
  const all = objects(object.subsets).flatMap((subset) => {
    const addresses = objects(subset.addresses).map((item) => text(item.ip));
    const ports = objects(subset.ports);
    return ports.length === 0
      ? addresses
      : ports.flatMap((port) => addresses.map((ip) => `${ip.includes(':') ? `[${ip}]` : ip}:${number(port.port)}`));
  });
  return objects(object.subsets).length === 0 ? '<none>' : firstThree(all, '');
}

const slicePorts = (object: KubeObject): string =>
  firstThree(
    objects(object.ports).map((port) =>
      typeof port.port === 'number' ? String(port.port) : typeof port.name === 'string' ? port.name : '*',
    ),
    '<unset>',
  ) || '<unset>';

const workload = (object: KubeObject, now: number, middle: readonly Json[]): readonly Json[] => [
  name(object),
  ...middle,
  age(object, now),
  ...containersText(specOf(object).template),
];

const deployment: Printer = (object, now) => {
  const status = statusOf(object);
  const middle = [`${number(status.readyReplicas)}/${replicas(object)}`, number(status.updatedReplicas), number(status.availableReplicas)];
  return [...workload(object, now, middle), selectorText(specOf(object).selector)];
};

const replicaSet: Printer = (object, now) => {
  const status = statusOf(object);
  return [
    ...workload(object, now, [replicas(object), number(status.replicas), number(status.readyReplicas)]),
    selectorText(specOf(object).selector),
  ];
};

const replicationController: Printer = (object, now) => {
  const status = statusOf(object);
  return [
    ...workload(object, now, [replicas(object), number(status.replicas), number(status.readyReplicas)]),
    labelText(specOf(object).selector),
  ];
};

const daemonSet: Printer = (object, now) => {
  const status = statusOf(object);
  const numbers = [
    status.desiredNumberScheduled,
    status.currentNumberScheduled,
    status.numberReady,
    status.updatedNumberScheduled,
    status.numberAvailable,
  ].map(number);
  const selector = labelText(objectAt(objectAt(specOf(object).template).spec).nodeSelector);
  return [...workload(object, now, [...numbers, selector]), selectorText(specOf(object).selector)];
};

function jobState(job: KubeObject): string {
  if (hasCondition(job, 'Complete')) return 'Complete';
  if (hasCondition(job, 'Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (hasCondition(job, 'Suspended')) return 'Suspended';
  return hasCondition(job, 'FailureTarget') ? 'FailureTarget' : 'Running';
}

const job: Printer = (object, now) => {
  const spec = specOf(object);
  const status = statusOf(object);
  const done = number(status.succeeded);
  const parallelism = number(spec.parallelism);
  const completions =
    typeof spec.completions === 'number' ? `${done}/${spec.completions}` : parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`;
  const started = typeof status.startTime === 'string' ? parseTime(status.startTime) : undefined;
  const ended = typeof status.completionTime === 'string' ? parseTime(status.completionTime) : undefined;
  const duration = started === undefined ? '' : humanDuration((ended ?? now) - started);
  return [
    name(object),
    jobState(object),
    completions,
    duration,
    age(object, now),
    ...containersText(spec.template),
    selectorText(spec.selector),
  ];
};

const cronJob: Printer = (object, now) => {
  const spec = specOf(object);
  const status = statusOf(object);
  const last = status.lastScheduleTime === undefined ? '<none>' : since(status.lastScheduleTime, now);
  const template = objectAt(objectAt(spec.jobTemplate).spec);
  const suspend = spec.suspend === undefined ? '<unset>' : spec.suspend === true ? 'True' : 'False';
  return [
    name(object),
    text(spec.schedule),
    text(spec.timeZone, '<none>'),
    suspend,
    size(status.active),
    last,
    age(object, now),
    ...containersText(template.template),
    selectorText(template.selector),
  ];
};

const ingress: Printer = (object, now) => {
  const spec = specOf(object);
  const rules = objects(spec.rules);
  const hosts = rules
    .slice(0, 3)
    .map((rule) => text(rule.host))
    .filter((host) => host !== '');
  const shown =
    hosts.length === 0
      ? '*'
      : rules.length > 3 && hosts.length === 3
        ? `${hosts.join(',')} + ${rules.length - 3} more...`
        : hosts.join(',');
  const ports = objects(spec.tls).length > 0 ? '80, 443' : '80';
  return [name(object), text(spec.ingressClassName, '<none>'), shown, balancers(statusOf(object)).join(','), ports, age(object, now)];
};

function metricText(metric: JsonObject, status: JsonObject | undefined): string {
  const kind = text(metric.type);
  const field = kind.charAt(0).toLowerCase() + kind.slice(1);
  const source = objectAt(metric[field]);
  const target = objectAt(source.target);
  const current = objectAt(objectAt(status?.[field]).current);
  const isResource = kind === 'Resource' || kind === 'ContainerResource';
  const prefix = isResource ? `${text(source.name)}: ` : '';
  if (typeof target.averageValue === 'string') {
    const suffix = isResource || kind === 'Pods' ? '' : ' (avg)';
    return `${prefix}${text(current.averageValue, '<unknown>')}/${target.averageValue}${suffix}`;
  }
  if (!isResource) return `${text(current.value, '<unknown>')}/${text(target.value)}`;
  const now = typeof current.averageUtilization === 'number' ? `${current.averageUtilization}%` : '<unknown>';
  const wanted = typeof target.averageUtilization === 'number' ? `${target.averageUtilization}%` : '<auto>';
  return `${prefix}${now}/${wanted}`;
}

const autoscaler: Printer = (object, now) => {
  const spec = specOf(object);
  const reference = objectAt(spec.scaleTargetRef);
  const statuses = objects(statusOf(object).currentMetrics);
  const list = objects(spec.metrics).map((metric, index) => metricText(metric, statuses[index]));
  const metrics =
    list.length === 0 ? '<none>' : list.length > 2 ? `${list.slice(0, 2).join(', ')} + ${list.length - 2} more...` : list.join(', ');
  const min = typeof spec.minReplicas === 'number' ? String(spec.minReplicas) : '<unset>';
  return [
    name(object),
    `${text(reference.kind)}/${text(reference.name)}`,
    metrics,
    min,
    number(spec.maxReplicas),
    number(statusOf(object).currentReplicas),
    age(object, now),
  ];
};

const event: Printer = (object, now) => {
  const involved = objectAt(object.involvedObject);
  const series = objectAt(object.series);
  const first = typeof object.firstTimestamp === 'string' ? since(object.firstTimestamp, now) : since(object.eventTime, now);
  const last = typeof object.lastTimestamp === 'string' ? since(object.lastTimestamp, now) : first;
  const kind = text(involved.kind).toLowerCase();
  const source = objectAt(object.source);
  const component = text(source.component) || text(object.reportingComponent);
  const host = text(source.host) || text(object.reportingInstance);
  const count = object.series === undefined ? number(object.count) || 1 : number(series.count);
  return [
    object.series === undefined ? last : since(series.lastObservedTime, now),
    text(object.type),
    text(object.reason),
    text(involved.name) === '' ? kind : `${kind}/${text(involved.name)}`,
    text(involved.fieldPath),
    host === '' ? component : `${component}, ${host}`,
    text(object.message).trim(),
    first,
    count,
    name(object),
  ];
};

const claim: Printer = (object, now) => {
  const spec = specOf(object);
  const bound = text(spec.volumeName) !== '';
  const phase = object.metadata.deletionTimestamp === undefined ? text(statusOf(object).phase) : 'Terminating';
  const capacity = bound ? text(objectAt(statusOf(object).capacity).storage, '0') : '';
  const className = object.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? text(spec.storageClassName);
  return [
    name(object),
    phase,
    text(spec.volumeName),
    capacity,
    bound ? accessModes(statusOf(object).accessModes) : '',
    className,
    text(spec.volumeAttributesClassName, '<unset>'),
    age(object, now),
    text(spec.volumeMode, '<unset>'),
  ];
};

const volume: Printer = (object, now) => {
  const spec = specOf(object);
  const reference = objectAt(spec.claimRef);
  const phase = object.metadata.deletionTimestamp === undefined ? text(statusOf(object).phase) : 'Terminating';
  return [
    name(object),
    text(objectAt(spec.capacity).storage, '0'),
    accessModes(spec.accessModes),
    text(spec.persistentVolumeReclaimPolicy),
    phase,
    spec.claimRef === undefined ? '' : `${text(reference.namespace)}/${text(reference.name)}`,
    text(spec.storageClassName),
    text(spec.volumeAttributesClassName, '<unset>'),
    text(statusOf(object).reason),
    age(object, now),
    text(spec.volumeMode, '<unset>'),
  ];
};

const quota: Printer = (object, now) => {
  const hard = objectAt(statusOf(object).hard);
  const used = objectAt(statusOf(object).used);
  const line = (keys: readonly string[]): string => keys.map((key) => `${key}: ${text(used[key], '0')}/${text(hard[key])}`).join(', ');
  const keys = Object.keys(hard).sort();
  return [
    name(object),
    line(keys.filter((key) => !key.startsWith('limits.'))),
    line(keys.filter((key) => key.startsWith('limits.'))),
    age(object, now),
  ];
};

const binding: Printer = (object, now) => {
  const reference = objectAt(object.roleRef);
  const subjects = objects(object.subjects);
  const of = (kind: string): string =>
    subjects
      .filter((subject) => subject.kind === kind)
      .map((subject) => (kind === 'ServiceAccount' ? `${text(subject.namespace)}/${text(subject.name)}` : text(subject.name)))
      .join(', ');
  return [name(object), `${text(reference.kind)}/${text(reference.name)}`, age(object, now), of('User'), of('Group'), of('ServiceAccount')];
};

const intOrText = (value: Json | undefined): string => (typeof value === 'number' || typeof value === 'string' ? String(value) : 'N/A');

const storageClass: Printer = (object, now) => {
  const marked = object.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
  const binds = text(object.volumeBindingMode, 'Immediate');
  return [
    `${name(object)}${marked ? ' (default)' : ''}`,
    text(object.provisioner),
    text(object.reclaimPolicy, 'Delete'),
    binds,
    object.allowVolumeExpansion === true,
    age(object, now),
  ];
};

const revision: Printer = (object, now) => {
  const owner = object.metadata.ownerReferences?.find((reference) => reference.controller === true);
  const group = owner?.apiVersion.includes('/') === true ? `.${owner.apiVersion.split('/')[0] ?? ''}` : '';
  const shown = owner === undefined ? '<none>' : `${owner.kind.toLowerCase()}${group}/${owner.name}`;
  return [name(object), shown, number(object.revision), age(object, now)];
};

const createdAt: Printer = (object) => [name(object), object.metadata.creationTimestamp ?? ''];

const signingState = (object: KubeObject): string => {
  const types = objects(statusOf(object).conditions).map((condition) => text(condition.type));
  const state = types.includes('Approved') ? 'Approved' : types.includes('Denied') ? 'Denied' : 'Pending';
  return [state, ...(types.includes('Failed') ? ['Failed'] : []), ...(text(statusOf(object).certificate) === '' ? [] : ['Issued'])].join(
    ',',
  );
};

const apiService: Printer = (object, now) => {
  const reference = objectAt(specOf(object).service);
  const shown = text(reference.name) === '' ? 'Local' : `${text(reference.namespace)}/${text(reference.name)}`;
  const available = objects(statusOf(object).conditions).find((condition) => condition.type === 'Available');
  const reason = available !== undefined && available.status !== 'True' ? ` (${text(available.reason)})` : '';
  return [name(object), shown, `${text(available?.status, 'Unknown')}${reason}`, age(object, now)];
};

const seconds = (value: Json | undefined): string => (typeof value === 'number' ? humanDuration(value * 1000) : '<none>');

/** By table. */
export const printers: Readonly<Record<string, Printer>> = {
  configmaps: (object, now) => [name(object), size(object.data) + size(object.binaryData), age(object, now)],
  endpoints: (object, now) => [name(object), endpointsText(object), age(object, now)],
  events: event,
  limitranges: createdAt,
  namespaces: (object, now) => [name(object), text(statusOf(object).phase), age(object, now)],
  nodes: node,
  persistentvolumeclaims: claim,
  persistentvolumes: volume,
  pods: podCells,
  podtemplates: (object) => [
    name(object),
    ...containersText(object.template),
    labelText(objectAt(objectAt(object.template).metadata).labels),
  ],
  replicationcontrollers: replicationController,
  resourcequotas: quota,
  secrets: (object, now) => [name(object), text(object.type), size(object.data), age(object, now)],
  serviceaccounts: (object, now) => [name(object), size(object.secrets), age(object, now)],
  services: service,
  'apiservices.apiregistration.k8s.io': apiService,
  'controllerrevisions.apps': revision,
  'daemonsets.apps': daemonSet,
  'deployments.apps': deployment,
  'replicasets.apps': replicaSet,
  'statefulsets.apps': (object, now) => workload(object, now, [`${number(statusOf(object).readyReplicas)}/${replicas(object)}`]),
  'horizontalpodautoscalers.autoscaling': autoscaler,
  'cronjobs.batch': cronJob,
  'jobs.batch': job,
  'certificatesigningrequests.certificates.k8s.io': (object, now) => [
    name(object),
    age(object, now),
    text(specOf(object).signerName, '<none>'),
    text(specOf(object).username),
    seconds(specOf(object).expirationSeconds),
    signingState(object),
  ],
  'ingressclasses.networking.k8s.io': (object, now) => {
    const parameters = objectAt(specOf(object).parameters);
    const group = text(parameters.apiGroup) === '' ? '' : `.${text(parameters.apiGroup)}`;
    return [
      name(object),
      text(specOf(object).controller),
      specOf(object).parameters === undefined ? '<none>' : `${text(parameters.kind)}${group}/${text(parameters.name)}`,
      age(object, now),
    ];
  },
  'ingresses.networking.k8s.io': ingress,
  'ipaddresses.networking.k8s.io': (object, now) => {
    const parent = objectAt(specOf(object).parentRef);
    const group = text(parent.group) === '' ? '' : `.${text(parent.group)}`;
    const space = text(parent.namespace) === '' ? '' : `/${text(parent.namespace)}`;
    return [
      name(object),
      specOf(object).parentRef === undefined ? '<none>' : `${text(parent.resource)}${group}${space}/${text(parent.name)}`,
      age(object, now),
    ];
  },
  'networkpolicies.networking.k8s.io': (object, now) => [name(object), selectorText(specOf(object).podSelector), age(object, now)],
  'servicecidrs.networking.k8s.io': (object, now) => [name(object), texts(specOf(object).cidrs).join(','), age(object, now)],
  'poddisruptionbudgets.policy': (object, now) => [
    name(object),
    intOrText(specOf(object).minAvailable),
    intOrText(specOf(object).maxUnavailable),
    number(statusOf(object).disruptionsAllowed),
    age(object, now),
  ],
  'clusterrolebindings.rbac.authorization.k8s.io': binding,
  'rolebindings.rbac.authorization.k8s.io': binding,
  'clusterroles.rbac.authorization.k8s.io': createdAt,
  'roles.rbac.authorization.k8s.io': createdAt,
  'csidrivers.storage.k8s.io': (object, now) => {
    const spec = specOf(object);
    const audiences = objects(spec.tokenRequests).map((request) => text(request.audience));
    return [
      name(object),
      spec.attachRequired !== false,
      spec.podInfoOnMount === true,
      spec.storageCapacity === true,
      spec.tokenRequests === undefined ? '<unset>' : audiences.join(','),
      spec.requiresRepublish === true,
      texts(spec.volumeLifecycleModes).join(',') || '<none>',
      age(object, now),
    ];
  },
  'csinodes.storage.k8s.io': (object, now) => [name(object), size(specOf(object).drivers), age(object, now)],
  'csistoragecapacities.storage.k8s.io': createdAt,
  'storageclasses.storage.k8s.io': storageClass,
  'volumeattachments.storage.k8s.io': (object, now) => {
    const spec = specOf(object);
    return [
      name(object),
      text(spec.attacher),
      text(objectAt(spec.source).persistentVolumeName),
      text(spec.nodeName),
      statusOf(object).attached === true,
      age(object, now),
    ];
  },
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': (object, now) => [name(object), size(object.webhooks), age(object, now)],
  'validatingwebhookconfigurations.admissionregistration.k8s.io': (object, now) => [name(object), size(object.webhooks), age(object, now)],
  'validatingadmissionpolicies.admissionregistration.k8s.io': (object, now) => {
    const kind = objectAt(specOf(object).paramKind);
    return [
      name(object),
      size(specOf(object).validations),
      specOf(object).paramKind === undefined ? '<unset>' : `${text(kind.apiVersion)}/${text(kind.kind)}`,
      age(object, now),
    ];
  },
  'validatingadmissionpolicybindings.admissionregistration.k8s.io': (object, now) => {
    const reference = objectAt(specOf(object).paramRef);
    const shown = text(reference.name) === '' ? '<unset>' : `${text(reference.namespace, '*')}/${text(reference.name)}`;
    return [name(object), text(specOf(object).policyName), shown, age(object, now)];
  },
  'customresourcedefinitions.apiextensions.k8s.io': createdAt,
  'priorityclasses.scheduling.k8s.io': (object, now) => [
    name(object),
    number(object.value),
    object.globalDefault === true,
    age(object, now),
    text(object.preemptionPolicy),
  ],
  'leases.coordination.k8s.io': (object, now) => [name(object), text(specOf(object).holderIdentity), age(object, now)],
  'runtimeclasses.node.k8s.io': (object, now) => [name(object), text(object.handler), age(object, now)],
  'endpointslices.discovery.k8s.io': (object, now) => [
    name(object),
    text(object.addressType),
    slicePorts(object),
    firstThree(
      objects(object.endpoints).flatMap((endpoint) => texts(endpoint.addresses)),
      '<unset>',
    ),
    age(object, now),
  ],
  'flowschemas.flowcontrol.apiserver.k8s.io': (object, now) => {
    const spec = specOf(object);
    const dangling = objects(statusOf(object).conditions).find((condition) => condition.type === 'Dangling');
    return [
      name(object),
      text(objectAt(spec.priorityLevelConfiguration).name),
      number(spec.matchingPrecedence),
      text(objectAt(spec.distinguisherMethod).type, '<none>'),
      age(object, now),
      text(dangling?.status, '?'),
    ];
  },
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': (object, now) => {
    const limited = objectAt(specOf(object).limited);
    const queuing = objectAt(objectAt(limited.limitResponse).queuing);
    const cell = (value: Json | undefined): Json => (typeof value === 'number' ? value : '<none>');
    return [
      name(object),
      text(specOf(object).type),
      cell(limited.nominalConcurrencyShares),
      cell(queuing.queues),
      cell(queuing.handSize),
      cell(queuing.queueLengthLimit),
      age(object, now),
    ];
  },
};
