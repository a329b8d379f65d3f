/** Messages as a kube-apiserver v1.33.4 gave them; the differential driver compares many more. */
import { describe, expect, test } from 'vitest';
import type { JsonObject, KubeObject } from '../../object/index.ts';
import { namespaceVerdict, podVerdict, templateVerdict } from './index.ts';

const labels = (entries: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(entries).map(([name, value]) => [`pod-security.kubernetes.io/${name}`, value]));

const pod = (spec: JsonObject, annotations = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', annotations },
  spec,
});
const container = (name: string, securityContext: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  name,
  image: 'x',
  securityContext,
  ...more,
});

const restricted: JsonObject = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

const forbidden = (level: string, spec: JsonObject, annotations = {}): string | undefined =>
  podVerdict(
    labels({ enforce: level.split(':')[0] ?? '', 'enforce-version': level.split(':')[1] ?? 'latest' }),
    pod(spec, annotations),
    undefined,
  ).forbidden;

describe('what a level forbids', () => {
  test('nothing of a Pod that says all that restricted asks for', () => {
    expect(forbidden('restricted', { containers: [container('c', restricted)] })).toBeUndefined();
  });
  test('restricted, of a Pod that says nothing', () => {
    expect(forbidden('restricted', { containers: [container('c')] })).toBe(
      'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    );
  });
  test.each<[string, string, JsonObject, string]>([
    [
      'baseline',
      'host namespaces',
      { hostNetwork: true, hostPID: true, containers: [] },
      'host namespaces (hostNetwork=true, hostPID=true)',
    ],
    [
      'baseline',
      'privileged containers, init containers first',
      { initContainers: [container('i', { privileged: true })], containers: [container('c', { privileged: true })] },
      'privileged (containers "i", "c" must not set securityContext.privileged=true)',
    ],
    [
      'baseline',
      'host ports',
      {
        containers: [
          container(
            'c',
            {},
            {
              ports: [
                { containerPort: 1, hostPort: 80 },
                { containerPort: 2, hostPort: 443 },
              ],
            },
          ),
        ],
      },
      'hostPort (container "c" uses hostPorts 443, 80)',
    ],
    ['baseline', 'host paths', { volumes: [{ name: 'v', hostPath: { path: '/' } }] }, 'hostPath volumes (volume "v")'],
    [
      'baseline',
      'capabilities beyond the usual',
      { containers: [container('c', { capabilities: { add: ['NET_ADMIN', 'CHOWN'] } })] },
      'non-default capabilities (container "c" must not include "NET_ADMIN" in securityContext.capabilities.add)',
    ],
    [
      'baseline',
      'unsafe kernel settings',
      { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } },
      'forbidden sysctls (kernel.msgmax)',
    ],
    [
      'baseline:v1.31',
      'settings that were not safe yet',
      { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] } },
      'forbidden sysctls (net.ipv4.tcp_rmem)',
    ],
    [
      'restricted',
      'other volumes, which covers host paths',
      {
        securityContext: { runAsNonRoot: true },
        volumes: [
          { name: 'v', hostPath: { path: '/' } },
          { name: 'w', nfs: {} },
        ],
      },
      'restricted volume types (volumes "v", "w" use restricted volume types "hostPath", "nfs")',
    ],
    [
      'restricted:v1.18',
      'no seccomp profile before 1.19',
      { containers: [container('c', { allowPrivilegeEscalation: false, runAsNonRoot: false })] },
      'runAsNonRoot != true (container "c" must not set securityContext.runAsNonRoot=false)',
    ],
  ])('%s: %s', (level, _what, spec, why) => {
    const shown = level.includes(':') ? level : `${level}:latest`;
    expect(forbidden(level, spec)).toBe(`violates PodSecurity "${shown}": ${why}`);
  });
  test('Windows Pods are not asked for what has no meaning there', () => {
    expect(forbidden('restricted', { os: { name: 'windows' }, containers: [container('c', { runAsNonRoot: true })] })).toBeUndefined();
  });
});

describe('modes', () => {
  test('who enforces is warned too, and templates are only warned of', () => {
    const template = { metadata: {}, spec: { hostIPC: true, containers: [] } };
    expect(templateVerdict(labels({ enforce: 'baseline', 'enforce-version': 'v1.30' }), template)).toEqual({
      warnings: ['would violate PodSecurity "baseline:v1.30": host namespaces (hostIPC=true)'],
    });
  });
  test('a level that cannot be read is the strictest', () => {
    expect(podVerdict(labels({ enforce: 'x' }), pod({ containers: [container('c')] }), undefined).forbidden).toContain('restricted:latest');
  });
  test('an update that changes no image is let through', () => {
    const live = pod({ containers: [container('c', { privileged: true })] });
    expect(
      podVerdict(labels({ enforce: 'baseline' }), { ...live, metadata: { name: 'p', labels: { a: 'b' } } }, live).forbidden,
    ).toBeUndefined();
  });
});

describe('a namespace', () => {
  const namespace = (entries: Record<string, string>): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'n', labels: labels(entries) },
  });
  test('with labels nobody can read is refused', () => {
    const { errors } = namespaceVerdict(namespace({ enforce: 'x', 'warn-version': '1.2' }), undefined, () => []);
    expect(errors.map(({ field, text }) => `${field}: ${text}`)).toEqual([
      'metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "x": must be one of privileged, baseline, restricted',
      'metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "1.2": must be "latest" or "v1.x"',
    ]);
  });
  test('that becomes stricter says which Pods it would not let in again', () => {
    const pods = ['b', 'a', 'c'].map((name) => ({ ...pod({ hostPID: name !== 'c', hostNetwork: name === 'c' }), metadata: { name } }));
    const { warnings } = namespaceVerdict(namespace({ enforce: 'baseline' }), namespace({}), () => pods);
    expect(warnings).toEqual([
      'existing pods in namespace "n" violate the new PodSecurity enforce level "baseline:latest"',
      'a (and 2 other pods): host namespaces',
    ]);
  });
});
