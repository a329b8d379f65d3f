/**
 * What a person does with kubectl, as data: groups of commands, each in a namespace of its own, run in order. The outputs beside it
 * (kubectl.recorded.json) come from a real kube-apiserver and kube-controller-manager.
 */

export interface Step {
  /** The arguments, split at spaces; quotes keep spaces together. */
  readonly run: string;
  /** Standard input. */
  readonly input?: string;
  /** Only the exit code and standard error are compared: what is printed belongs to the server (versions, lists of everything it has). */
  readonly loose?: boolean;
}

export interface Group {
  readonly name: string;
  readonly steps: readonly (string | Step)[];
}

const web = (image: string, extra = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
${extra}  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: c, image: "${image}", ports: [{containerPort: 80}], env: [{name: A, value: "1"}]}
`;

const settings = (data: string): string => `apiVersion: v1
kind: ConfigMap
metadata: {name: settings, labels: {part: x}}
data: ${data}
`;

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.shop.example.com}
spec:
  group: shop.example.com
  scope: Namespaced
  names: {plural: gadgets, singular: gadget, kind: Gadget, shortNames: [gd], categories: [toys]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}, scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}}
    additionalPrinterColumns:
    - {name: Size, type: integer, jsonPath: .spec.replicas}
    - {name: Color, type: string, jsonPath: .spec.color, priority: 1}
    schema:
      openAPIV3Schema:
        type: object
        description: A gadget is a toy.
        properties:
          spec:
            type: object
            description: What it should be.
            required: [replicas]
            x-kubernetes-validations: [{rule: "self.replicas <= 5 || self.color == 'red'", message: only red ones may be many}]
            properties:
              replicas: {type: integer, minimum: 0, description: How many.}
              color: {type: string, enum: [red, blue], default: red}
          status: {type: object, x-kubernetes-preserve-unknown-fields: true}
`;

const gadget = (spec: string): string => `apiVersion: shop.example.com/v1
kind: Gadget
metadata: {name: g}
spec: ${spec}
`;

export const groups: readonly Group[] = [
  {
    name: 'objects',
    steps: [
      'create configmap cm --from-literal=a=1 --from-literal=b=two',
      'create configmap cm --from-literal=a=1',
      'get configmap cm -o yaml',
      'get cm cm -o json',
      'get cm cm -o jsonpath={.data.a}',
      'get cm -o name',
      'get cm cm -o wide',
      'get cm cm -o custom-columns=N:.metadata.name,B:.data.b',
      "get cm cm -o go-template='{{.data.b}}'",
      'get cm cm --show-managed-fields -o yaml',
      'get cm nope',
      'get cm nope --ignore-not-found',
      'get widgets',
      { run: 'get cm,secret', loose: true },
      'describe cm cm',
      'label cm cm tier=front',
      'label cm cm tier=back',
      'label cm cm tier=back --overwrite',
      'label cm cm tier-',
      'annotate cm cm note=hello',
      'annotate cm cm note-',
      'label cm cm bad/key/x=1',
      'get cm -l tier=back',
      'get cm -l part!=x --show-labels',
      'get cm --field-selector metadata.name=cm',
      'get cm --field-selector spec.foo=cm',
      "get cm -l 'a in (b'",
      'patch cm cm -p {"data":{"c":"3"}}',
      'patch cm cm --type=merge -p {"data":{"c":null}}',
      'patch cm cm --type=json -p [{"op":"add","path":"/data/d","value":"4"}]',
      'patch cm cm --type=json -p [{"op":"test","path":"/data/d","value":"5"}]',
      'patch cm cm --type=merge -p {"data":3}',
      'patch cm cm --type=merge -p {"data":{"c":"3"}} --dry-run=server -o yaml',
      'get cm cm -o yaml',
      'create secret generic sec --from-literal=p=q',
      'get secret sec -o yaml',
      'describe secret sec',
      'create secret docker-registry reg --docker-server=r.example --docker-username=u --docker-password=p',
      'create secret tls t --cert=/nonexistent --key=/nonexistent',
      'get secret',
      'create serviceaccount robot',
      'describe sa robot',
      'create role reader --verb=get,list --resource=pods,deployments.apps',
      'create rolebinding readers --role=reader --serviceaccount=objects:robot',
      'describe role reader',
      'describe rolebinding readers',
      'get role,rolebinding',
      'create quota limits --hard=configmaps=20,pods=10',
      'get quota',
      'describe quota limits',
      'create pdb guard --selector=app=web --min-available=1',
      'get pdb',
      { run: 'describe pdb guard', loose: true },
      'create ingress site --rule=a.example/x*=web:80,tls=cert',
      'get ingress',
      'describe ingress site',
      'create priorityclass high-objects --value=1000 --description=much',
      'get priorityclass high-objects',
      'create namespace objects',
      'delete priorityclass high-objects',
      'delete cm cm --dry-run=server',
      'delete cm cm',
      'delete cm cm',
      'delete cm cm --ignore-not-found',
      'get cm cm -o yaml',
      { run: 'get -f - -o name', input: settings('{a: x}') },
      'replace -f /nonexistent',
      { run: 'create -f -', input: settings('{a: x}') },
      { run: 'create -f -', input: settings('{a: x}') },
      { run: 'replace -f -', input: settings('{a: y}') },
      { run: 'create -f -', input: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: z}\nfoo: 1\ndata: {a: b}\n' },
      { run: 'create -f - --validate=warn', input: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: z}\nfoo: 1\ndata: {a: b}\n' },
      { run: 'create -f -', input: 'apiVersion: v1\nkind: Nothing\nmetadata: {name: z}\n' },
      { run: 'create -f -', input: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Bad_Name}\n' },
      { run: 'create -f -', input: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: gen-}\n' },
      { run: 'create -f -', input: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: elsewhere}\n' },
      { run: 'delete -f -', input: settings('{a: y}') },
      'delete secret --all',
    ],
  },
  {
    name: 'applying',
    steps: [
      { run: 'diff -f -', input: settings('{a: "1"}') },
      { run: 'apply -f -', input: settings('{a: "1", b: "2"}') },
      { run: 'apply -f -', input: settings('{a: "1", b: "2"}') },
      { run: 'diff -f -', input: settings('{a: "1", b: "2"}') },
      { run: 'apply -f -', input: settings('{a: "2"}') },
      'get cm settings -o yaml --show-managed-fields',
      'apply view-last-applied cm/settings',
      { run: 'apply --server-side -f -', input: settings('{a: "2"}') },
      { run: 'apply --server-side -f -', input: settings('{a: "3", c: x}') },
      'get cm settings -o yaml --show-managed-fields',
      { run: 'apply --server-side --field-manager=other -f -', input: settings('{a: "4"}') },
      { run: 'apply --server-side --field-manager=other --force-conflicts -f -', input: settings('{a: "4"}') },
      { run: 'apply --server-side -f -', input: settings('{a: "5", c: y}') },
      'get cm settings -o yaml --show-managed-fields',
      { run: 'apply --server-side -f - --dry-run=server -o yaml', input: settings('{c: y}') },
      { run: 'apply -f - --dry-run=server', input: settings('{c: y}') },
      { run: 'apply -f - --dry-run=client', input: settings('{c: y}') },
      { run: 'diff --server-side --field-manager=other -f -', input: settings('{c: y}') },
      { run: 'apply -f - --prune -l part=x', input: settings('{a: "1"}').replace('settings', 'replacement') },
      'get cm -l part=x',
      { run: 'apply --server-side -f -', input: settings('{a: "1"}').replace('data:', 'dota:') },
      { run: 'apply -f -', input: settings('{a: "1"}').replace('data:', 'dota:') },
      { run: 'apply -f -', input: settings('{a: 1}') },
      { run: 'apply -f -', input: 'a: b: c' },
      { run: 'apply -f -', input: 'kind: ConfigMap\nmetadata: {name: x}\n' },
      { run: 'apply --server-side -f -', input: web('web:1').replace('containerPort: 80', 'containerPort: 80000') },
      { run: 'apply -f -', input: web('web:1').replace('matchLabels: {app: web}', 'matchLabels: {app: no}') },
      { run: 'apply -f -', input: `${settings('{a: "1"}')}---\n${web('web:1')}` },
      'delete deploy web --wait=false',
      { run: 'delete --wait=false -f -', input: settings('{a: "1"}') },
    ],
  },
  {
    name: 'workloads',
    steps: [
      { run: 'apply -f -', input: web('web:1') },
      'rollout status deploy/web --timeout=20s',
      'get deploy web',
      'get deploy -o wide',
      'get deploy web -o yaml',
      'get rs -l app=web',
      'get rs -o wide',
      'get pods -l app=web',
      'get all -l app=web',
      'describe deploy web',
      'wait --for=condition=Available deploy/web --timeout=10s',
      'wait --for=jsonpath={.status.readyReplicas}=2 deploy/web --timeout=10s',
      'wait --for=condition=Nope deploy/web --timeout=1s',
      'scale deploy web --replicas=3',
      'scale deploy web --current-replicas=7 --replicas=3',
      'rollout status deploy/web --timeout=20s',
      'get deploy web -o jsonpath={.status.readyReplicas}',
      'set image deploy/web c=web:2',
      'rollout status deploy/web --timeout=20s',
      'rollout history deploy/web',
      'rollout history deploy/web --revision=1',
      'set env deploy/web B=2',
      'rollout status deploy/web --timeout=20s',
      'set resources deploy/web --limits=cpu=200m,memory=64Mi',
      'rollout status deploy/web --timeout=20s',
      'rollout history deploy/web',
      'rollout undo deploy/web',
      'rollout status deploy/web --timeout=20s',
      'rollout undo deploy/web --to-revision=99',
      'rollout pause deploy/web',
      'rollout resume deploy/web',
      'rollout restart deploy/web',
      'rollout status deploy/web --timeout=20s',
      'get deploy web -o jsonpath={.spec.template.spec.containers[0].image}',
      'autoscale deploy web --min=1 --max=4 --cpu-percent=80',
      { run: 'get hpa web -o yaml', loose: true },
      'delete hpa web',
      'expose deploy web --port=80 --target-port=8080',
      'expose deploy web --port=80',
      'get svc web',
      'describe svc web',
      'get svc web -o yaml',
      'create service nodeport np --tcp=80:80',
      'create service clusterip hl --clusterip=None',
      'get svc np hl',
      'get endpointslices -l kubernetes.io/service-name=web',
      'run solo --image=busybox --labels=app=solo -- sleep 1d',
      'wait --for=condition=Ready pod/solo --timeout=10s',
      'get pod solo',
      { run: 'get pod solo -o yaml', loose: true },
      { run: 'describe pod solo', loose: true },
      'patch pod solo -p {"spec":{"containers":[{"name":"solo","image":"busybox:2"}]}}',
      'patch pod solo -p {"spec":{"hostNetwork":true}}',
      'get pod solo -o jsonpath={.status.phase}',
      'delete pod solo --wait=false',
      { run: 'wait --for=delete pod/solo --timeout=20s', loose: true },
      'create deployment made --image=nginx --replicas=1 --port=80',
      'rollout status deploy/made --timeout=20s',
      'delete deploy made --cascade=orphan',
      'get rs -l app=made',
      'delete rs -l app=made --cascade=foreground --timeout=20s',
      'get pods -l app=made',
      'create job one --image=busybox -- true',
      'wait --for=condition=Complete job/one --timeout=20s',
      'get job one',
      'describe job one',
      'create cronjob often --image=busybox --schedule=0_0_1_1_* -- true',
      { run: 'create cronjob often --image=busybox "--schedule=0 0 1 1 *" -- true' },
      'get cronjob often',
      'describe cronjob often',
      'create job fromcron --from=cronjob/often',
      'wait --for=condition=Complete job/fromcron --timeout=20s',
      'get jobs',
      'delete job one fromcron',
      'delete cronjob often',
      'top pods',
      'top nodes',
      'delete deploy web --cascade=foreground --timeout=20s',
      'get rs,pods -l app=web',
    ],
  },
  {
    name: 'rights',
    steps: [
      'create serviceaccount robot',
      'create role reader --verb=get --verb=list --resource=pods --resource=configmaps',
      'create rolebinding readers --role=reader --serviceaccount=rights:robot',
      'auth can-i get pods',
      'auth can-i get pods --as=system:serviceaccount:rights:robot',
      'auth can-i delete pods --as=system:serviceaccount:rights:robot',
      'auth can-i --list --as=system:serviceaccount:rights:robot',
      'auth can-i get /metrics --as=eve',
      'get cm --as=system:serviceaccount:rights:robot -o name',
      'get secrets --as=system:serviceaccount:rights:robot',
      'delete cm kube-root-ca.crt --as=system:serviceaccount:rights:robot',
      'get nodes --as=eve --as-group=devs',
      'auth whoami --as=eve --as-group=devs',
      'auth whoami --as=eve -o yaml',
      'create rolebinding own --clusterrole=admin --user=eve --as=system:serviceaccount:rights:robot',
      { run: 'create token robot', loose: true },
      { run: 'create token robot --duration=10m', loose: true },
      'create token nobody',
      'create clusterrole kc-nodes --verb=get --resource=nodes',
      'create clusterrolebinding kc-nodes --clusterrole=kc-nodes --user=eve',
      'auth can-i get nodes --as=eve',
      'get clusterrole kc-nodes -o yaml',
      { run: 'describe clusterrole view', loose: true },
      {
        run: 'auth reconcile -f -',
        input:
          'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: reader, namespace: rights}\nrules:\n- {apiGroups: [""], resources: [pods], verbs: [watch]}\n',
      },
      'get role reader -o yaml',
      'create role grab --verb=* --resource=secrets --as=eve',
      'delete clusterrolebinding kc-nodes',
      'delete clusterrole kc-nodes',
    ],
  },
  {
    name: 'custom',
    steps: [
      { run: 'apply -f -', input: definition },
      'wait --for=condition=Established crd/gadgets.shop.example.com --timeout=10s',
      { run: 'explain gadget', loose: true },
      'explain gadgets.spec',
      'explain gadget.spec.color',
      'explain gadget --recursive',
      'explain gadget.spec.nope',
      { run: 'create -f -', input: gadget('{replicas: 2}') },
      'get gadgets',
      'get gd -o wide',
      'get toys',
      'get gadget g -o yaml',
      'describe gadget g',
      { run: 'apply -f -', input: gadget('{replicas: 9, color: blue}') },
      { run: 'apply -f -', input: gadget('{replicas: -1}') },
      { run: 'apply -f -', input: gadget('{color: green}') },
      { run: 'apply -f -', input: gadget('{replicas: 2, shade: 1}') },
      { run: 'apply --server-side -f -', input: gadget('{replicas: 2, shade: 1}') },
      { run: 'apply --server-side --force-conflicts -f -', input: gadget('{replicas: 3}') },
      { run: 'diff -f -', input: gadget('{replicas: 4}') },
      'scale gadget g --replicas=4',
      'get gadget g -o jsonpath={.spec.replicas}',
      'patch gadget g -p {"spec":{"replicas":1}}',
      'patch gadget g --type=merge -p {"spec":{"replicas":1}}',
      'patch gadget g --subresource=status --type=merge -p {"status":{"replicas":1}}',
      'get gadget g --subresource=status -o yaml',
      'get gadget g --subresource=scale',
      'get gadget g -o yaml --show-managed-fields',
      'label gadget g a=b',
      'wait --for=jsonpath={.status.replicas}=1 gadget/g --timeout=5s',
      'api-resources --api-group=shop.example.com',
      'get crd gadgets.shop.example.com',
      { run: 'describe crd gadgets.shop.example.com', loose: true },
      'delete gadget --all',
      'delete crd gadgets.shop.example.com --timeout=20s',
      { run: 'get gadgets', loose: true },
    ],
  },
  {
    name: 'server',
    steps: [
      { run: 'api-versions', loose: true },
      'api-resources --api-group=apps',
      'api-resources --api-group=batch -o wide',
      'api-resources --namespaced=false -o name --api-group=rbac.authorization.k8s.io',
      'api-resources --api-group=""',
      { run: 'cluster-info', loose: true },
      'get --raw /healthz',
      'get --raw /readyz',
      'get --raw /nope',
      'get --raw /api/v1/namespaces/server/configmaps/nope',
      { run: 'explain deployment.spec.strategy', loose: true },
      { run: 'explain pod.spec.containers.ports', loose: true },
      { run: 'explain cronjob --api-version=batch/v1', loose: true },
      'explain nothing',
      { run: 'explain deploy.spec.selector --output=plaintext-openapiv2', loose: true },
      'get events',
      'events',
      'get nodes nope',
      'get ns server',
      'describe ns server',
      'get ns server -o yaml',
      'create namespace server-2',
      'create namespace Bad_Name',
      'delete namespace server-2 --timeout=20s',
      'get ns server-2',
      'cordon nope',
      'get pods -A -l app=nothing',
      'get pods --chunk-size=1',
      'create deployment web --image=nginx:1 -o yaml --dry-run=server',
      'create deployment web --image=nginx:1 -o yaml --dry-run=client',
      'run p --image=nginx --dry-run=server -o yaml',
      { run: 'create -f -', input: 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: []}\n' },
      {
        run: 'create -f -',
        input:
          'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: p}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n',
      },
      { run: 'get pvc', loose: true },
      { run: 'describe pvc p', loose: true },
      {
        run: 'create -f -',
        input: 'apiVersion: v1\nkind: LimitRange\nmetadata: {name: p}\nspec: {limits: [{type: Container, default: {cpu: 100m}}]}\n',
      },
      'describe limits p',
      {
        run: 'create -f -',
        input: 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {podSelector: {}}\n',
      },
      'describe netpol p',
      { run: 'get leases,limits,netpol,pvc', loose: true },
    ],
  },
];
