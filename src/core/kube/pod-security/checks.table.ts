/** Which rule counts from which minor version on. Kubernetes: pod-security-admission policy/check_*.go. */
import * as baseline from './baseline.ts';
import * as restricted from './restricted.ts';

interface Row {
  readonly id: string;
  readonly level: 'baseline' | 'restricted';
  /** The first minor version with this form of the rule. */
  readonly since: number;
  readonly check: baseline.PodCheck;
  /** The baseline rule that is covered by this one. */
  readonly covers?: string;
}

const sysctls: readonly string[] = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
];
const sysctls27 = [...sysctls, 'net.ipv4.ip_local_reserved_ports'];
const sysctls29 = [
  ...sysctls27,
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];
const sysctls32 = [...sysctls29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'];
const seLinuxTypes: readonly string[] = ['container_t', 'container_init_t', 'container_kvm_t'];

/** In the order of the messages; the later form of a rule stands behind the earlier one. */
export const securityChecks: readonly Row[] = [
  { id: 'appArmorProfile', level: 'baseline', since: 0, check: baseline.appArmor },
  { id: 'capabilities_baseline', level: 'baseline', since: 0, check: baseline.capabilities },
  { id: 'hostNamespaces', level: 'baseline', since: 0, check: baseline.hostNamespaces },
  { id: 'hostPathVolumes', level: 'baseline', since: 0, check: baseline.hostPathVolumes },
  { id: 'hostPorts', level: 'baseline', since: 0, check: baseline.hostPorts },
  { id: 'privileged', level: 'baseline', since: 0, check: baseline.privilegedContainers },
  { id: 'procMount', level: 'baseline', since: 0, check: baseline.procMount },
  { id: 'seLinuxOptions', level: 'baseline', since: 0, check: baseline.seLinux(seLinuxTypes) },
  { id: 'seLinuxOptions', level: 'baseline', since: 31, check: baseline.seLinux([...seLinuxTypes, 'container_engine_t']) },
  { id: 'seccompProfile_baseline', level: 'baseline', since: 0, check: baseline.seccompAnnotations },
  { id: 'seccompProfile_baseline', level: 'baseline', since: 19, check: baseline.seccompProfile },
  { id: 'sysctls', level: 'baseline', since: 0, check: baseline.sysctls(sysctls) },
  { id: 'sysctls', level: 'baseline', since: 27, check: baseline.sysctls(sysctls27) },
  { id: 'sysctls', level: 'baseline', since: 29, check: baseline.sysctls(sysctls29) },
  { id: 'sysctls', level: 'baseline', since: 32, check: baseline.sysctls(sysctls32) },
  { id: 'windowsHostProcess', level: 'baseline', since: 0, check: baseline.windowsHostProcess },
  { id: 'allowPrivilegeEscalation', level: 'restricted', since: 8, check: restricted.privilegeEscalation },
  { id: 'allowPrivilegeEscalation', level: 'restricted', since: 25, check: restricted.notOnWindows(restricted.privilegeEscalation) },
  {
    id: 'capabilities_restricted',
    level: 'restricted',
    since: 22,
    check: restricted.droppedCapabilities,
    covers: 'capabilities_baseline',
  },
  {
    id: 'capabilities_restricted',
    level: 'restricted',
    since: 25,
    check: restricted.notOnWindows(restricted.droppedCapabilities),
    covers: 'capabilities_baseline',
  },
  { id: 'restrictedVolumes', level: 'restricted', since: 0, check: restricted.volumeTypes, covers: 'hostPathVolumes' },
  { id: 'runAsNonRoot', level: 'restricted', since: 0, check: restricted.runAsNonRoot },
  { id: 'runAsUser', level: 'restricted', since: 23, check: restricted.runAsUser },
  { id: 'seccompProfile_restricted', level: 'restricted', since: 19, check: restricted.seccompRequired, covers: 'seccompProfile_baseline' },
  {
    id: 'seccompProfile_restricted',
    level: 'restricted',
    since: 25,
    check: restricted.notOnWindows(restricted.seccompRequired),
    covers: 'seccompProfile_baseline',
  },
];
