/** Kinds of other tools whose controllers make Secrets, and which. Each row names the place in their documentation of the kind. */
import { type KubeObject, objectAt, objects, text } from '../../object/index.ts';

type NamesOf = (object: KubeObject) => readonly string[];

const at =
  (...steps: readonly string[]): NamesOf =>
  (object) => {
    const found = text(steps.slice(0, -1).reduce((value, step) => objectAt(value[step]), objectAt(object.spec))[steps.at(-1) ?? '']);
    return found === '' ? [] : [found];
  };
const own: NamesOf = ({ metadata }) => [metadata.name ?? ''];
const orOwn =
  (named: NamesOf): NamesOf =>
  (object) => {
    const found = named(object);
    return found.length === 0 ? own(object) : found;
  };

export const MAKERS: readonly (readonly [string, NamesOf])[] = [
  // cert-manager.io/docs/reference/api-docs: CertificateSpec.secretName
  ['certificates.cert-manager.io', at('secretName')],
  // external-secrets.io/latest/api/externalsecret: spec.target.name, by default the name of the object
  ['externalsecrets.external-secrets.io', orOwn(at('target', 'name'))],
  // developer.hashicorp.com/vault/docs/platform/k8s/vso/api-reference: spec.destination.name
  ['vaultstaticsecrets.secrets.hashicorp.com', at('destination', 'name')],
  ['vaultdynamicsecrets.secrets.hashicorp.com', at('destination', 'name')],
  ['vaultpkisecrets.secrets.hashicorp.com', at('destination', 'name')],
  // developer.1password.com/docs/k8s/operator
  ['onepassworditems.onepassword.com', own],
  // github.com/isindir/sops-secrets-operator: spec.secretTemplates[].name
  ['sopssecrets.isindir.github.com', (object) => objects(objectAt(object.spec).secretTemplates).map(({ name }) => text(name))],
  // infisical.com/docs/integrations/platforms/kubernetes: spec.managedSecretReference.secretName
  ['infisicalsecrets.secrets.infisical.com', at('managedSecretReference', 'secretName')],
  // secrets-store-csi-driver.sigs.k8s.io/topics/sync-as-kubernetes-secret: spec.secretObjects[].secretName
  [
    'secretproviderclasses.secrets-store.csi.x-k8s.io',
    (object) => objects(objectAt(object.spec).secretObjects).map(({ secretName }) => text(secretName)),
  ],
  // cloudnative-pg.io/documentation/current/applications
  ['clusters.postgresql.cnpg.io', ({ metadata }) => ['app', 'superuser', 'ca', 'server'].map((end) => `${metadata.name ?? ''}-${end}`)],
  // strimzi.io/docs: KafkaUser
  ['kafkausers.kafka.strimzi.io', own],
];
