/** `.Capabilities`: what the target cluster can do. Source: Helm 4 pkg/chart/common/capabilities.go. */
import { err, ok, type Result } from '../../../std/index.ts';
import { GoList, GoPointer, GoStruct } from '../../go/composite/index.ts';
import { quote } from '../../go/strconv/index.ts';
import { basicType, type GoMethod, type GoType, listType, namedType } from '../../go/type/index.ts';
import type { GoValue } from '../../go/value/index.ts';

export interface KubeVersion {
  /** As given, with a leading `v`: `v1.33.4-gke.1245000`. */
  readonly version: string;
  /** Without suffixes: `v1.33.4`; chart constraints are checked against it. */
  readonly normalized: string;
  readonly major: string;
  readonly minor: string;
}

export interface HelmVersion {
  readonly version: string;
  readonly gitCommit: string;
  readonly gitTreeState: string;
  readonly goVersion: string;
  readonly kubeClientVersion: string;
}

export interface Capabilities {
  readonly kubeVersion: KubeVersion;
  readonly apiVersions: readonly string[];
  readonly helmVersion: HelmVersion;
}

/** --kube-version: at least two numbers; whatever follows them is kept but not compared. */
export function parseKubeVersion(text: string): Result<KubeVersion, string> {
  const numbers = /^\s*v?([0-9]+(?:\.[0-9]+)*)/.exec(text)?.[1];
  if (numbers === undefined || /[\n]/.test(text)) return err(`could not parse ${quote(text)} as version`);
  const parts = numbers.split('.');
  if (parts.length < 2) return err(`illegal version string ${quote(text)}`);
  const [major = '', minor = ''] = parts;
  if (major.startsWith('0') && major !== '0') return err(`illegal zero-prefixed version component ${quote(major)} in ${quote(text)}`);
  const normalized = `v${parts.map((part) => BigInt(part).toString()).join('.')}`;
  return ok({
    version: text.startsWith('v') ? text : `v${text}`,
    normalized,
    major: BigInt(major).toString(),
    minor: BigInt(minor).toString(),
  });
}

const textMethod = (read: (struct: GoStruct) => GoValue): GoMethod => ({
  signature: { params: [], variadic: false, result: basicType.string },
  onPointer: true,
  call: (receiver): Result<unknown, string> => ok(read((receiver instanceof GoPointer ? receiver.target : receiver) as GoStruct)),
});

const struct = (name: string): GoType => ({ kind: 'struct', name, named: true });

const kubeVersionType = namedType(
  'common.KubeVersion',
  struct('common.KubeVersion'),
  new Map([
    ['String', textMethod((version) => version.field('normalizedVersion') ?? '')],
    ['GitVersion', textMethod((version) => version.field('Version') ?? '')],
  ]),
);

const hasVersion: GoMethod = {
  signature: { params: [basicType.string], variadic: false, result: basicType.bool },
  call: (receiver, args): Result<unknown, string> => ok((receiver as GoList).items.includes(args[0] as GoValue)),
};

const versionSetType = namedType('common.VersionSet', listType(basicType.string), new Map([['Has', hasVersion]]));
const capabilitiesType = struct('common.Capabilities');

/** The tags of version.BuildInfo: snake case, and nothing for an empty commit. */
const buildInfoName = (field: string, value: GoValue): string | undefined =>
  field.startsWith('Git') && value === '' ? undefined : field.replaceAll(/(?<=.)(?=[A-Z])/g, '_').toLowerCase();

/** The value templates see as `.Capabilities`. */
export function goCapabilities(capabilities: Capabilities): GoPointer {
  const { kubeVersion: kube, helmVersion: helm } = capabilities;
  const kubeVersion = new GoStruct(kubeVersionType, [
    ['Version', kube.version],
    ['normalizedVersion', kube.normalized],
    ['Major', kube.major],
    ['Minor', kube.minor],
  ]);
  const helmVersion = new GoStruct(
    struct('version.BuildInfo'),
    [
      ['Version', helm.version],
      ['GitCommit', helm.gitCommit],
      ['GitTreeState', helm.gitTreeState],
      ['GoVersion', helm.goVersion],
      ['KubeClientVersion', helm.kubeClientVersion],
    ],
    buildInfoName,
  );
  const value = new GoStruct(capabilitiesType, [
    ['KubeVersion', kubeVersion],
    ['APIVersions', new GoList(versionSetType, capabilities.apiVersions)],
    ['HelmVersion', helmVersion],
  ]);
  return new GoPointer(capabilitiesType, value);
}
