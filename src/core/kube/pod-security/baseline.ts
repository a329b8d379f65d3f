/** The rules of the baseline standard. Kubernetes: pod-security-admission policy/check_*.go. */
import { isSet, type Json, type JsonObject, objectAt, objects, text, texts } from '../../object/index.ts';
import {
  containersOf,
  type Finding,
  listed,
  plural,
  type PodParts,
  quoted,
  securityContexts,
  securityOf,
  setters,
  sorted,
} from './reading.ts';

export type PodCheck = (pod: PodParts) => Finding | undefined;

const APPARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';

export const appArmor: PodCheck = (pod) => {
  const typeOf = (security: JsonObject): string => text(objectAt(security.appArmorProfile).type);
  const bad = (security: JsonObject): boolean =>
    isSet(security.appArmorProfile) && !['RuntimeDefault', 'Localhost'].includes(typeOf(security));
  const annotations = Object.entries(pod.annotations)
    .filter(
      ([key, value]) =>
        key.startsWith(APPARMOR_ANNOTATION) && !(value === '' || value === 'runtime/default' || value.startsWith('localhost/')),
    )
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort();
  const values = [...sorted(securityContexts(pod).filter(bad).map(typeOf)), ...annotations];
  const by = [...setters(pod, bad), ...(annotations.length === 0 ? [] : [plural('annotation', annotations.length)])];
  if (by.length === 0) return undefined;
  return {
    reason: plural('forbidden AppArmor profile', values.length),
    detail: `${by.join(' and ')} must not set AppArmor profile type to ${quoted(values)}`,
  };
};

const usual: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

export const addedCapabilities = (container: JsonObject): readonly string[] => texts(objectAt(securityOf(container).capabilities).add);

export const capabilities: PodCheck = (pod) => {
  const unusual = (container: JsonObject): readonly string[] => addedCapabilities(container).filter((name) => !usual.has(name));
  const bad = containersOf(pod).filter((container) => unusual(container).length > 0);
  if (bad.length === 0) return undefined;
  const names = quoted(sorted(bad.flatMap(unusual)));
  return {
    reason: 'non-default capabilities',
    detail: `${listed('container', bad)} must not include ${names} in securityContext.capabilities.add`,
  };
};

export const hostNamespaces: PodCheck = ({ spec }) => {
  const set = ['hostNetwork', 'hostPID', 'hostIPC'].filter((name) => spec[name] === true);
  return set.length === 0 ? undefined : { reason: 'host namespaces', detail: set.map((name) => `${name}=true`).join(', ') };
};

export const hostPathVolumes: PodCheck = ({ spec }) => {
  const bad = objects(spec.volumes).filter((volume) => isSet(volume.hostPath));
  return bad.length === 0 ? undefined : { reason: 'hostPath volumes', detail: listed('volume', bad) };
};

const hostPortsOf = (container: JsonObject): readonly string[] =>
  objects(container.ports)
    .map((port) => port.hostPort)
    .filter((port) => typeof port === 'number' && port !== 0)
    .map(String);

export const hostPorts: PodCheck = (pod) => {
  const bad = containersOf(pod).filter((container) => hostPortsOf(container).length > 0);
  if (bad.length === 0) return undefined;
  const ports = sorted(bad.flatMap(hostPortsOf));
  const uses = bad.length === 1 ? 'uses' : 'use';
  return { reason: 'hostPort', detail: `${listed('container', bad)} ${uses} ${plural('hostPort', ports.length)} ${ports.join(', ')}` };
};

export const privilegedContainers: PodCheck = (pod) => {
  const bad = containersOf(pod).filter((container) => securityOf(container).privileged === true);
  return bad.length === 0
    ? undefined
    : { reason: 'privileged', detail: `${listed('container', bad)} must not set securityContext.privileged=true` };
};

export const procMount: PodCheck = (pod) => {
  const mount = (container: JsonObject): Json | undefined => securityOf(container).procMount;
  const bad = containersOf(pod).filter((container) => isSet(mount(container)) && mount(container) !== 'Default');
  if (bad.length === 0) return undefined;
  const types = quoted(sorted(bad.map((container) => text(mount(container)))));
  return { reason: 'procMount', detail: `${listed('container', bad)} must not set securityContext.procMount to ${types}` };
};

/** SELinux of a version: which types are allowed. */
export const seLinux =
  (types: readonly string[]): PodCheck =>
  (pod) => {
    const options = (security: JsonObject): JsonObject => objectAt(security.seLinuxOptions);
    const badType = (security: JsonObject): boolean => !['', ...types].includes(text(options(security).type));
    const has = (security: JsonObject, name: string): boolean => text(options(security)[name]) !== '';
    const by = setters(pod, (security) => badType(security) || has(security, 'user') || has(security, 'role'));
    if (by.length === 0) return undefined;
    const all = securityContexts(pod);
    const bad = sorted(all.filter(badType).map((security) => text(options(security).type)));
    const found = [
      ...(bad.length === 0 ? [] : [`${plural('type', bad.length)} ${quoted(bad)}`]),
      ...(all.some((security) => has(security, 'user')) ? ['user may not be set'] : []),
      ...(all.some((security) => has(security, 'role')) ? ['role may not be set'] : []),
    ];
    return { reason: 'seLinuxOptions', detail: `${by.join(' and ')} set forbidden securityContext.seLinuxOptions: ${found.join('; ')}` };
  };

const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';

/** Before 1.19 the profile was an annotation. */
export const seccompAnnotations: PodCheck = (pod) => {
  const keys = [SECCOMP_POD, ...containersOf(pod).map((container) => SECCOMP_CONTAINER + text(container.name))];
  const bad = sorted(
    keys
      .filter((key) => Object.hasOwn(pod.annotations, key))
      .map((key) => [key, pod.annotations[key] ?? ''] as const)
      .filter(([, value]) => value !== 'runtime/default' && value !== 'docker/default' && !value.startsWith('localhost/'))
      .map(([key, value]) => `${key}=${JSON.stringify(value)}`),
  );
  return bad.length === 0
    ? undefined
    : { reason: 'seccompProfile', detail: `forbidden ${plural('annotation', bad.length)} ${bad.join(', ')}` };
};

const seccompType = (security: JsonObject): string => text(objectAt(security.seccompProfile).type);

const badSeccomp = (security: JsonObject): boolean =>
  isSet(security.seccompProfile) && !['Localhost', 'RuntimeDefault'].includes(seccompType(security));

export const seccompProfile: PodCheck = (pod) => {
  const by = setters(pod, badSeccomp);
  if (by.length === 0) return undefined;
  const values = quoted(sorted(securityContexts(pod).filter(badSeccomp).map(seccompType)));
  return { reason: 'seccompProfile', detail: `${by.join(' and ')} must not set securityContext.seccompProfile.type to ${values}` };
};

/** Kernel settings of a version: which are safe. */
export const sysctls =
  (allowed: readonly string[]): PodCheck =>
  ({ spec }) => {
    const names = objects(securityOf(spec).sysctls).map((sysctl) => text(sysctl.name));
    const bad = names.filter((name) => !allowed.includes(name));
    return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') };
  };

export const windowsHostProcess: PodCheck = (pod) => {
  const by = setters(pod, (security) => objectAt(security.windowsOptions).hostProcess === true);
  return by.length === 0
    ? undefined
    : { reason: 'hostProcess', detail: `${by.join(' and ')} must not set securityContext.windowsOptions.hostProcess=true` };
};
