/** Security contexts of Pods and containers. Kubernetes: validatePodSpecSecurityContext, ValidateSecurityContext. */
import { isSet, type Json, type JsonObject, objectAt, objects, text } from '../../object/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import type { Errors } from './checks.ts';
import { noBacksteps } from './volume-sources.ts';

const MAX_INT32 = 2_147_483_647;

/** Ids of users and groups. Kubernetes: validation.IsValidUserID. */
const idErrors = (id: Json | undefined, field: string): Errors =>
  typeof id === 'number' && (id < 0 || id > MAX_INT32)
    ? [fieldError.invalid(field, id, `must be between 0 and ${MAX_INT32}, inclusive`)]
    : [];

const identityErrors = (context: JsonObject, field: string, names: readonly string[]): Errors =>
  names.flatMap((name) => idErrors(context[name], `${field}.${name}`));

const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;
const SYSCTL_HINT =
  'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';

/** Which settings of the kernel belong to a Pod's own network or processes. Kubernetes: component-helpers node/util/sysctl. */
const ofNetwork = (name: string): boolean => name.startsWith('net.');
const ofIpc = (name: string): boolean => /^(kernel\.shm|kernel\.msg|fs\.mqueue\.)/.test(name) || name === 'kernel.sem';

function sysctlErrors(spec: JsonObject, field: string): Errors {
  const names = objects(objectAt(spec.securityContext).sysctls).map(({ name }) => text(name).replaceAll('/', '.'));
  return names.flatMap((name, index) => {
    const at = `${field}[${index}].name`;
    const bad = name.length > 253 || !SYSCTL.test(name);
    const errors: FieldError[] = name === '' ? [fieldError.required(at, '')] : bad ? [fieldError.invalid(at, name, SYSCTL_HINT)] : [];
    if (errors.length === 0 && names.indexOf(name) < index) errors.push(fieldError.duplicate(at, name));
    if (spec.hostNetwork === true && ofNetwork(name))
      errors.push(fieldError.invalid(at, name, "may not be specified when 'hostNetwork' is true"));
    else if (spec.hostIPC === true && ofIpc(name)) errors.push(fieldError.invalid(at, name, "may not be specified when 'hostIPC' is true"));
    return errors;
  });
}

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function typeErrors(type: string, field: string, owner: string): Errors {
  if (type === '') return [fieldError.required(field, `type is required when ${owner} is set`)];
  return profileTypes.includes(type) ? [] : [fieldError.notSupported(field, type, profileTypes)];
}

function seccompErrors(value: Json | undefined, field: string): Errors {
  if (!isSet(value)) return [];
  const { type, localhostProfile: local } = objectAt(value);
  const at = `${field}.localhostProfile`;
  const wrong = typeErrors(text(type), `${field}.type`, 'seccompProfile');
  if (type !== 'Localhost') {
    const shown = `core.SeccompProfile{Type:${JSON.stringify(text(type))}, LocalhostProfile:(*string)(<address>)}`;
    const only = fieldError.raw('Invalid', at, `Invalid value: ${shown}: can only be set when seccomp type is Localhost`);
    return isSet(local) ? [...wrong, only] : wrong;
  }
  if (!isSet(local)) return [...wrong, fieldError.required(at, 'must be set when seccomp type is Localhost')];
  const path = text(local);
  return [...wrong, ...(path.startsWith('/') ? [fieldError.invalid(at, path, 'must be a relative path')] : []), ...noBacksteps(path, at)];
}

function armourErrors(value: Json | undefined, field: string): Errors {
  if (!isSet(value)) return [];
  const { type, localhostProfile: local } = objectAt(value);
  const at = `${field}.localhostProfile`;
  const name = text(local);
  const needed = fieldError.required(at, 'must be set when AppArmor type is Localhost');
  switch (type) {
    case 'Localhost':
      if (!isSet(local)) return [needed];
      return [
        ...(name.trim() !== name ? [fieldError.invalid(at, name, 'must not be padded with whitespace')] : name === '' ? [needed] : []),
        ...(name.length > 4095 ? [fieldError.tooLong(at, 4095)] : []),
      ];
    case 'RuntimeDefault':
    case 'Unconfined':
      return isSet(local) ? [fieldError.invalid(at, name, 'can only be set when AppArmor type is Localhost')] : [];
    default:
      return typeErrors(text(type), `${field}.type`, 'appArmorProfile');
  }
}

const oneOfSet = (value: Json | undefined, field: string, allowed: readonly string[]): Errors =>
  isSet(value) && !allowed.includes(text(value)) ? [fieldError.notSupported(field, text(value), allowed)] : [];

/** What a whole Pod may do; `field` is that of its specification. */
export function podSecurityErrors(spec: JsonObject, field: string): Errors {
  const context = objectAt(spec.securityContext);
  const at = `${field}.securityContext`;
  const groups = Array.isArray(context.supplementalGroups) ? (context.supplementalGroups as readonly Json[]) : [];
  const shared = spec.shareProcessNamespace === true && spec.hostPID === true;
  return [
    ...identityErrors(context, at, ['fsGroup', 'runAsUser', 'runAsGroup']),
    ...groups.flatMap((group, index) => idErrors(group, `${at}.supplementalGroups[${index}]`)),
    ...(shared
      ? [fieldError.invalid(`${at}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled')]
      : []),
    ...sysctlErrors(spec, `${at}.sysctls`),
    ...oneOfSet(context.fsGroupChangePolicy, `${at}.fsGroupChangePolicy`, ['Always', 'OnRootMismatch']),
    ...seccompErrors(context.seccompProfile, `${at}.seccompProfile`),
    ...armourErrors(context.appArmorProfile, `${at}.appArmorProfile`),
    ...oneOfSet(context.supplementalGroupsPolicy, `${at}.supplementalGroupsPolicy`, ['Merge', 'Strict']),
    ...oneOfSet(context.seLinuxChangePolicy, `${at}.seLinuxChangePolicy`, ['Recursive']),
  ];
}

/** What may not be shared with the node by a Pod with users of its own. */
export function hostUsersErrors(spec: JsonObject, field: string): Errors {
  if (spec.hostUsers !== false) return [];
  const why = 'when `pod.Spec.HostUsers` is false';
  return [['hostNetwork', 'hostNetwork'] as const, ['hostPID', 'HostPID'] as const, ['hostIPC', 'HostIPC'] as const].flatMap(
    ([key, shown]) => (spec[key] === true ? [fieldError.forbidden(`${field}.${shown}`, why)] : []),
  );
}

export function containerSecurityErrors(container: JsonObject, field: string, hostUsers: boolean): Errors {
  if (!isSet(container.securityContext)) return [];
  const context = objectAt(container.securityContext);
  const at = `${field}.securityContext`;
  const calm = context.allowPrivilegeEscalation === false;
  const added = objectAt(context.capabilities).add;
  const admin = Array.isArray(added) && (added as readonly Json[]).includes('CAP_SYS_ADMIN');
  return [
    ...identityErrors(context, at, ['runAsUser', 'runAsGroup']),
    ...oneOfSet(context.procMount, `${at}.procMount`, ['Default', 'Unmasked']),
    ...(hostUsers && context.procMount === 'Unmasked'
      ? [fieldError.invalid(`${at}.procMount`, 'Unmasked', '`hostUsers` must be false to use `Unmasked`')]
      : []),
    ...seccompErrors(context.seccompProfile, `${at}.seccompProfile`),
    ...(calm && context.privileged === true
      ? [fieldError.invalid(at, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true')]
      : []),
    ...(calm && admin
      ? [fieldError.invalid(at, context, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN')]
      : []),
    ...armourErrors(context.appArmorProfile, `${at}.appArmorProfile`),
  ];
}
