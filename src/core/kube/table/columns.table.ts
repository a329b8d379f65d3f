/**
 * Table columns of the built-in types, as a v1.33.5 server shows them: `name:type:priority`, the first one is the name.
 * Types: s string, i integer, b boolean, d date.
 */
export const tableColumns: Readonly<Record<string, string>> = {
  'autoscaling/v1/scales': 'Name:s:0|Desired:i:0|Available:i:0|Age:s:0',
  'v1/componentstatuses': 'Name:sn:0|Status:s:0|Message:s:0|Error:s:0',
  'v1/configmaps': 'Name:sn:0|Data:s:0|Age:s:0',
  'v1/endpoints': 'Name:sn:0|Endpoints:s:0|Age:s:0',
  'v1/events': 'Last Seen:s:0|Type:s:0|Reason:s:0|Object:s:0|Subobject:s:1|Source:s:1|Message:s:0|First Seen:s:1|Count:s:1|Name:sn:1',
  'v1/limitranges': 'Name:sn:0|Created At:d:0',
  'v1/namespaces': 'Name:sn:0|Status:s:0|Age:s:0',
  'v1/nodes':
    'Name:sn:0|Status:s:0|Roles:s:0|Age:s:0|Version:s:0|Internal-IP:s:1|External-IP:s:1|OS-Image:s:1|Kernel-Version:s:1|Container-Runtime:s:1',
  'v1/persistentvolumeclaims':
    'Name:sn:0|Status:s:0|Volume:s:0|Capacity:s:0|Access Modes:s:0|StorageClass:s:0|VolumeAttributesClass:s:0|Age:s:0|VolumeMode:s:1',
  'v1/persistentvolumes':
    'Name:sn:0|Capacity:s:0|Access Modes:s:0|Reclaim Policy:s:0|Status:s:0|Claim:s:0|StorageClass:s:0|VolumeAttributesClass:s:0|Reason:s:0|Age:s:0|VolumeMode:s:1',
  'v1/pods': 'Name:sn:0|Ready:s:0|Status:s:0|Restarts:s:0|Age:s:0|IP:s:1|Node:s:1|Nominated Node:s:1|Readiness Gates:s:1',
  'v1/podtemplates': 'Name:sn:0|Containers:s:0|Images:s:0|Pod Labels:s:0',
  'v1/replicationcontrollers': 'Name:sn:0|Desired:i:0|Current:i:0|Ready:i:0|Age:s:0|Containers:s:1|Images:s:1|Selector:s:1',
  'v1/resourcequotas': 'Name:sn:0|Request:s:0|Limit:s:0|Age:s:0',
  'v1/secrets': 'Name:sn:0|Type:s:0|Data:s:0|Age:s:0',
  'v1/serviceaccounts': 'Name:sn:0|Secrets:s:0|Age:s:0',
  'v1/services': 'Name:sn:0|Type:s:0|Cluster-IP:s:0|External-IP:s:0|Port(s):s:0|Age:s:0|Selector:s:1',
  'apiregistration.k8s.io/v1/apiservices': 'Name:sn:0|Service:s:0|Available:s:0|Age:s:0',
  'apps/v1/controllerrevisions': 'Name:sn:0|Controller:s:0|Revision:s:0|Age:s:0',
  'apps/v1/daemonsets':
    'Name:sn:0|Desired:i:0|Current:i:0|Ready:i:0|Up-to-date:i:0|Available:i:0|Node Selector:s:0|Age:s:0|Containers:s:1|Images:s:1|Selector:s:1',
  'apps/v1/deployments': 'Name:sn:0|Ready:s:0|Up-to-date:s:0|Available:s:0|Age:s:0|Containers:s:1|Images:s:1|Selector:s:1',
  'apps/v1/replicasets': 'Name:sn:0|Desired:i:0|Current:i:0|Ready:i:0|Age:s:0|Containers:s:1|Images:s:1|Selector:s:1',
  'apps/v1/statefulsets': 'Name:sn:0|Ready:s:0|Age:s:0|Containers:s:1|Images:s:1',
  'events.k8s.io/v1/events':
    'Last Seen:s:0|Type:s:0|Reason:s:0|Object:s:0|Subobject:s:1|Source:s:1|Message:s:0|First Seen:s:1|Count:s:1|Name:sn:1',
  'autoscaling/v2/horizontalpodautoscalers': 'Name:sn:0|Reference:s:0|Targets:s:0|MinPods:s:0|MaxPods:s:0|Replicas:s:0|Age:s:0',
  'autoscaling/v1/horizontalpodautoscalers': 'Name:sn:0|Reference:s:0|Targets:s:0|MinPods:s:0|MaxPods:s:0|Replicas:s:0|Age:s:0',
  'batch/v1/cronjobs':
    'Name:sn:0|Schedule:s:0|Timezone:s:0|Suspend:b:0|Active:i:0|Last Schedule:s:0|Age:s:0|Containers:s:1|Images:s:1|Selector:s:1',
  'batch/v1/jobs': 'Name:sn:0|Status:s:0|Completions:s:0|Duration:s:0|Age:s:0|Containers:s:1|Images:s:1|Selector:s:1',
  'certificates.k8s.io/v1/certificatesigningrequests': 'Name:sn:0|Age:s:0|SignerName:s:0|Requestor:s:0|RequestedDuration:s:0|Condition:s:0',
  'networking.k8s.io/v1/ingressclasses': 'Name:sn:0|Controller:s:0|Parameters:s:0|Age:s:0',
  'networking.k8s.io/v1/ingresses': 'Name:sn:0|Class:s:0|Hosts:s:0|Address:s:0|Ports:s:0|Age:s:0',
  'networking.k8s.io/v1/ipaddresses': 'Name:sn:0|ParentRef:s:0',
  'networking.k8s.io/v1/networkpolicies': 'Name:sn:0|Pod-Selector:s:0|Age:s:0',
  'networking.k8s.io/v1/servicecidrs': 'Name:sn:0|CIDRs:s:0|Age:s:0',
  'policy/v1/poddisruptionbudgets': 'Name:sn:0|Min Available:s:0|Max Unavailable:s:0|Allowed Disruptions:i:0|Age:s:0',
  'rbac.authorization.k8s.io/v1/clusterrolebindings': 'Name:sn:0|Role:s:0|Age:s:0|Users:s:1|Groups:s:1|ServiceAccounts:s:1',
  'rbac.authorization.k8s.io/v1/clusterroles': 'Name:sn:0|Created At:d:0',
  'rbac.authorization.k8s.io/v1/rolebindings': 'Name:sn:0|Role:s:0|Age:s:0|Users:s:1|Groups:s:1|ServiceAccounts:s:1',
  'rbac.authorization.k8s.io/v1/roles': 'Name:sn:0|Created At:d:0',
  'storage.k8s.io/v1/csidrivers':
    'Name:sn:0|AttachRequired:b:0|PodInfoOnMount:b:0|StorageCapacity:b:0|TokenRequests:s:0|RequiresRepublish:b:0|Modes:s:0|Age:s:0',
  'storage.k8s.io/v1/csinodes': 'Name:sn:0|Drivers:i:0|Age:s:0',
  'storage.k8s.io/v1/csistoragecapacities': 'Name:sn:0|Created At:d:0',
  'storage.k8s.io/v1/storageclasses': 'Name:sn:0|Provisioner:s:0|ReclaimPolicy:s:0|VolumeBindingMode:s:0|AllowVolumeExpansion:s:0|Age:s:0',
  'storage.k8s.io/v1/volumeattachments': 'Name:sn:0|Attacher:sn:0|PV:s:0|Node:s:0|Attached:b:0|Age:s:0',
  'admissionregistration.k8s.io/v1/mutatingwebhookconfigurations': 'Name:sn:0|Webhooks:i:0|Age:s:0',
  'admissionregistration.k8s.io/v1/validatingadmissionpolicies': 'Name:sn:0|Validations:i:0|ParamKind:s:0|Age:s:0',
  'admissionregistration.k8s.io/v1/validatingadmissionpolicybindings': 'Name:sn:0|PolicyName:s:0|ParamRef:s:0|Age:s:0',
  'admissionregistration.k8s.io/v1/validatingwebhookconfigurations': 'Name:sn:0|Webhooks:i:0|Age:s:0',
  'apiextensions.k8s.io/v1/customresourcedefinitions': 'Name:sn:0|Created At:d:0',
  'scheduling.k8s.io/v1/priorityclasses': 'Name:sn:0|Value:i:0|Global-Default:b:0|Age:s:0|PreemptionPolicy:s:0',
  'coordination.k8s.io/v1/leases': 'Name:sn:0|Holder:s:0|Age:s:0',
  'node.k8s.io/v1/runtimeclasses': 'Name:sn:0|Handler:s:0|Age:s:0',
  'discovery.k8s.io/v1/endpointslices': 'Name:sn:0|AddressType:s:0|Ports:s:0|Endpoints:s:0|Age:s:0',
  'flowcontrol.apiserver.k8s.io/v1/flowschemas':
    'Name:sn:0|PriorityLevel:s:0|MatchingPrecedence:s:0|DistinguisherMethod:s:0|Age:s:0|MissingPL:s:0',
  'flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations':
    'Name:sn:0|Type:s:0|NominalConcurrencyShares:s:0|Queues:s:0|HandSize:s:0|QueueLengthLimit:s:0|Age:s:0',
};
