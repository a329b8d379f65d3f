/**
 * The same objects as a Helm chart: every setting is a placeholder while the objects are made, and becomes a value of the chart in their text. So chart
 * and `lockstep install` cannot say different things.
 */
import { encode, goYamlV3 } from '../../core/yaml/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { installObjects, isMadeOnce } from './objects.ts';
import { ACTING, SYSTEM_NAMESPACE } from './place.ts';
import { SETTINGS, type InstallSettings, type SettingName } from './settings.table.ts';

const names = Object.keys(SETTINGS) as readonly SettingName[];
const placeholder = (name: string): string => `@@${name}@@`;

/** Text of each file by its path in the chart. */
export function chartFiles(version: string): ReadonlyMap<string, string> {
  const settings = { ...Object.fromEntries(names.map((name) => [name, placeholder(name)])), version: placeholder('version') };
  const objects = installObjects(settings as InstallSettings).filter(({ kind }) => kind !== 'Namespace');
  const isCrd = ({ kind }: KubeObject): boolean => kind === 'CustomResourceDefinition';
  const isForeign = (object: KubeObject): boolean => isCrd(object) && isMadeOnce(object);
  return new Map([
    ['Chart.yaml', chartYaml(version)],
    ['values.yaml', valuesYaml()],
    ['README.md', readme],
    ['templates/place.yaml', place],
    ['templates/crds.yaml', crdTemplate],
    // Helm makes what is in this folder where it is missing, and leaves it alone from then on.
    ['crds/sealedsecrets.yaml', manifests(objects.filter(isForeign)).replaceAll(placeholder('version'), version)],
    // As a file of its own and not as a template: descriptions may hold anything.
    [
      'files/crds.yaml',
      manifests(objects.filter((object) => isCrd(object) && !isForeign(object))).replaceAll(placeholder('version'), version),
    ],
    [
      'templates/lockstep.yaml',
      objects
        .filter((object) => !isCrd(object))
        .map(template)
        .join(''),
    ],
  ]);
}

const manifests = (objects: readonly KubeObject[]): string =>
  objects.map((object) => `---\n${encode(object, { variant: goYamlV3 })}`).join('');

function template(object: KubeObject): string {
  const text = `---\n${encode(object, { variant: goYamlV3 })}`
    .replaceAll(
      /^( *)(storageClassName: )'?@@storageClass@@'?\n/gm,
      '$1{{- with .Values.storageClass }}\n$1$2{{ . | quote }}\n$1{{- end }}\n',
    )
    .replaceAll(
      /^( *)imagePullSecrets:\n( *)- name: '?@@pullSecret@@'?\n/gm,
      '$1{{- with .Values.pullSecret }}\n$1imagePullSecrets:\n$2- name: {{ . | quote }}\n$1{{- end }}\n',
    )
    .replaceAll(
      /^( *)- '?--dashboard-url=@@dashboardUrl@@'?\n/gm,
      '$1{{- with .Values.dashboardUrl }}\n$1- {{ printf "--dashboard-url=%s" . | quote }}\n$1{{- end }}\n',
    )
    .replaceAll(/'?@@version@@'?/g, '{{ .Chart.AppVersion | quote }}')
    .replaceAll(/'?@@image@@'?/g, '{{ .Values.image | default (printf "lockstep:%s" .Chart.AppVersion) | quote }}')
    .replaceAll(/'?@@(\w+)@@'?/g, '{{ .Values.$1 | quote }}');
  const choice = object.metadata.name === 'lockstep-root' ? 'rootRole' : object.metadata.name === ACTING ? 'people' : undefined;
  return choice === undefined ? text : `{{- if ne .Values.${choice} "none" }}\n${text}{{- end }}\n`;
}

const chartYaml = (version: string): string =>
  encode(
    {
      apiVersion: 'v2',
      name: 'lockstep',
      description: 'GitOps continuous delivery for Kubernetes',
      type: 'application',
      version,
      appVersion: version,
      kubeVersion: '>=1.29.0-0',
    },
    { variant: goYamlV3 },
  );

function valuesYaml(): string {
  const rows = names.map((name) => `# ${SETTINGS[name].doc}.\n${name}: ${JSON.stringify(SETTINGS[name].default)}\n`);
  return `${rows.join('')}# Whether the kinds of Lockstep are part of the release; they stay when it is uninstalled.\ncrds: true\n`;
}

const crdTemplate = '{{- if .Values.crds }}\n{{ .Files.Get "files/crds.yaml" }}\n{{- end }}\n';

const place = `{{- if ne .Release.Namespace "${SYSTEM_NAMESPACE}" }}
{{- fail "Lockstep lives in the namespace ${SYSTEM_NAMESPACE}: use --namespace ${SYSTEM_NAMESPACE} --create-namespace" }}
{{- end }}
`;

const readme = `# Lockstep

    helm install lockstep . --namespace ${SYSTEM_NAMESPACE} --create-namespace --set image=YOUR-IMAGE

The same objects as \`lockstep install --export\`, made from the same tables. Label the namespace
\`pod-security.kubernetes.io/enforce: restricted\`; the Pod keeps to it.
`;
