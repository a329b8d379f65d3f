/** Locks and metadata as the real Helm wrote them. */
import { expect, test } from 'vitest';
import type { Dependency } from '../model/index.ts';
import { readMetadata, validateMetadata } from '../model/index.ts';
import { chartYaml, configJson, lockDigest, lockYaml } from './index.ts';

const text = `name: parent
apiVersion: v2
version: 0.1.0
description: a <chart> & more
type: application
appVersion: 1.16.0
annotations: {b: "2", a: "1"}
maintainers: [{name: Ada, email: ada@example.com}]
dependencies:
- {name: shop, version: "~1", repository: "http://127.0.0.1:15001"}
- {name: other, alias: shop2, version: ">=2", repository: "oci://127.0.0.1:15000/charts", tags: [a, b], condition: x.y}
- {name: common, version: "*", repository: "file://../common"}
`;

function metadata() {
  const read = readMetadata(text);
  const valid = read.ok ? validateMetadata(read.value) : read;
  if (!valid.ok) throw new Error(valid.error);
  return valid.value;
}

const locked = (name: string, repository: string, version: string): Dependency => ({
  name,
  repository,
  version,
  condition: '',
  tags: [],
  enabled: false,
  importValues: [],
  alias: '',
});

test('the digest of a lock is the one that helm dependency update writes', () => {
  const lock = [
    locked('shop', 'http://127.0.0.1:15001', '1.2.0+build.5'),
    locked('other', 'oci://127.0.0.1:15000/charts', '2.1.0'),
    locked('common', 'file://../common', '0.1.0'),
  ];
  const digest = 'sha256:48e30dba386281de201cc732eec0fd9d74d77a12cdc8e0ee751571512b2433c6';
  expect(lockDigest(metadata().dependencies, lock)).toBe(digest);
  expect(lockYaml({ generated: '2026-11-21T10:39:39.981229686Z', digest, dependencies: lock.slice(0, 1) })).toBe(
    `dependencies:\n- name: shop\n  repository: http://127.0.0.1:15001\n  version: 1.2.0+build.5\ndigest: ${digest}\ngenerated: "2026-11-21T10:39:39.981229686Z"\n`,
  );
});

test('Chart.yaml has sorted keys and no empty ones; the config of a registry has the order of Go fields', () => {
  expect(chartYaml(metadata(), { dependencies: 'without' })).toBe(
    'annotations:\n  a: "1"\n  b: "2"\napiVersion: v2\nappVersion: 1.16.0\ndescription: a <chart> & more\nmaintainers:\n- email: ada@example.com\n  name: Ada\nname: parent\ntype: application\nversion: 0.1.0\n',
  );
  expect(configJson({ ...metadata(), dependencies: undefined })).toBe(
    String.raw`{"name":"parent","version":"0.1.0","description":"a \u003cchart\u003e \u0026 more","maintainers":[{"name":"Ada","email":"ada@example.com"}],"apiVersion":"v2","appVersion":"1.16.0","annotations":{"a":"1","b":"2"},"type":"application"}`,
  );
});
