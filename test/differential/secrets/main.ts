/**
 * Random lives of SOPS files, beside the real sops: each file is encrypted by one of the two, then rotated, edited and given other keys by either, and after each step
 * both have to print the same bytes, or both have to fail for want of keys.
 * Usage: `--sops PROGRAM [--runs 100] [--seed 1]`. Needs gpg.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli } from '../../e2e/in-process.ts';
import { chance, type Draw, pick, seeded } from '../draw.ts';
import { documentOf, type Format, formats } from './documents.ts';

const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
};

const sops = option('sops', 'sops');
const fixtures = join(import.meta.dirname, '../../conformance/secrets');
const pgpFingerprint = /^[0-9A-F]{40}$/;

interface Key {
  readonly kind: 'age' | 'pgp';
  readonly id: string;
  /** File with the private key. */
  readonly file: string;
}

interface Scene {
  readonly cwd: string;
  readonly keys: readonly Key[];
  /** A GnuPG home that holds the PGP key, and one that holds none. */
  readonly gpg: string;
  readonly noGpg: string;
}

interface Ran {
  readonly ok: boolean;
  readonly out: string;
  readonly err: string;
}

type Tool = 'sops' | 'lockstep';
const tools: readonly Tool[] = ['sops', 'lockstep'];

/** Runs a subcommand with the private keys of `held` at hand; PGP has its public key always. */
async function run(tool: Tool, scene: Scene, held: readonly Key[], args: readonly string[]): Promise<Ran> {
  const ages = join(scene.cwd, 'held.txt');
  writeFileSync(
    ages,
    held
      .filter(({ kind }) => kind === 'age')
      .map(({ file }) => readFileSync(file, 'utf8'))
      .join('\n'),
  );
  const hasPgp = held.some(({ kind }) => kind === 'pgp');
  const env = { HOME: scene.cwd, SOPS_AGE_KEY_FILE: ages, EDITOR: join(scene.cwd, 'editor.sh') };
  if (tool === 'lockstep') {
    const pgp = scene.keys.find(({ kind }) => kind === 'pgp')?.file ?? '';
    const files = hasPgp ? ['--key', pgp] : ['--key', join(scene.cwd, 'public.asc')];
    const said = await cli(['secrets', ...args.slice(0, 1), ...files, ...args.slice(1)], { cwd: scene.cwd, env });
    return { ok: said.code === 0, out: said.out, err: said.err };
  }
  const gnupg = { GNUPGHOME: hasPgp ? scene.gpg : scene.noGpg, PATH: process.env['PATH'] };
  const ran = spawnSync(sops, ['--disable-version-check', ...args], { cwd: scene.cwd, env: { ...gnupg, ...env }, encoding: 'latin1' });
  return { ok: ran.status === 0, out: ran.stdout, err: ran.stderr };
}

/** Key groups for `.sops.yaml`, one or several, and how many of them are needed. */
function drawRules(
  draw: Draw,
  { keys }: Scene,
  isBinary: boolean,
): { readonly groups: readonly (readonly Key[])[]; readonly threshold: number; readonly rule: string } {
  const group = (): readonly Key[] => {
    const chosen = keys.filter(({ kind }) => chance(draw, kind === 'age' ? 0.5 : 0.2));
    return chosen.length > 0
      ? chosen
      : [
          pick(
            draw,
            keys.filter(({ kind }) => kind === 'age'),
          ),
        ];
  };
  const count = chance(draw, 0.5) ? 1 : 2 + Math.floor(draw() * 2);
  const groups = Array.from({ length: count }, group);
  const threshold = count === 1 || chance(draw, 0.3) ? 0 : 2 + Math.floor(draw() * (count - 1));
  const rules = [
    '',
    '',
    'encrypted_regex: "^(b|secret)"',
    'unencrypted_regex: "^a"',
    'encrypted_suffix: t',
    'unencrypted_suffix: e',
    'encrypted_comment_regex: "enc"',
    'unencrypted_comment_regex: "plain"',
  ];
  return { groups, threshold, rule: isBinary ? '' : pick(draw, rules) };
}

function writeRules({ cwd }: Scene, { groups, threshold, rule }: ReturnType<typeof drawRules>, macOnly: boolean): void {
  const named = (group: readonly Key[], kind: Key['kind']): readonly string[] =>
    group.filter((key) => key.kind === kind).map(({ id }) => id);
  const lines = [
    ...(groups.length === 1
      ? [`age: "${named(groups[0] ?? [], 'age').join(',')}"`, `pgp: "${named(groups[0] ?? [], 'pgp').join(',')}"`]
      : [
          `key_groups: [${groups.map((group) => `{age: [${named(group, 'age').join(', ')}], pgp: [${named(group, 'pgp').join(', ')}]}`).join(', ')}]`,
          ...(threshold === 0 ? [] : [`shamir_threshold: ${threshold}`]),
        ]),
    ...(rule === '' ? [] : [rule]),
    ...(macOnly ? ['mac_only_encrypted: true'] : []),
  ];
  writeFileSync(join(cwd, '.sops.yaml'), `creation_rules:\n  - ${lines.join('\n    ')}\n`);
}

class Mismatch extends Error {}

/** Both tools write the same, or both fail. */
async function agree(scene: Scene, name: string, held: readonly Key[], step: string): Promise<boolean> {
  const opened = async (tool: Tool): Promise<Ran> => {
    const ran = await run(tool, scene, held, ['decrypt', '--output', `${tool}.out`, name]);
    return ran.ok ? { ...ran, out: readFileSync(join(scene.cwd, `${tool}.out`), 'latin1') } : ran;
  };
  const [theirs, ours] = [await opened('sops'), await opened('lockstep')];
  if (theirs.ok === ours.ok && (!theirs.ok || theirs.out === ours.out)) return theirs.ok;
  const said =
    theirs.ok && ours.ok ? `sops:\n${theirs.out}\nlockstep:\n${ours.out}` : `sops: ${theirs.err || 'ok'}\nlockstep: ${ours.err || 'ok'}`;
  throw new Mismatch(`${step}: ${said}`);
}

async function life(draw: Draw, scene: Scene): Promise<readonly string[]> {
  const format: Format = pick(draw, formats);
  const name = `f.${format === 'dotenv' ? 'env' : format === 'binary' ? 'bin' : format}`;
  const steps: string[] = [];
  const macOnly = chance(draw, 0.2);
  const must = async (tool: Tool, args: readonly string[]): Promise<void> => {
    steps.push(`${tool} ${args.join(' ')}`);
    const ran = await run(tool, scene, scene.keys, args);
    // It cannot go back from one key group to several; then the other takes the step.
    if (!ran.ok && tool === 'sops' && ran.err.includes('threshold must be at least 2')) return must('lockstep', args);
    if (!ran.ok) throw new Mismatch(`${steps.join(', ')}: ${ran.err}`);
  };
  try {
    writeRules(scene, drawRules(draw, scene, format === 'binary'), macOnly);
    writeFileSync(join(scene.cwd, name), documentOf(format, draw));
    const plain = readFileSync(join(scene.cwd, name), 'latin1');
    // What one of them cannot read, the other may not read either.
    const [theirs, ours] = [
      await run('sops', scene, scene.keys, ['encrypt', name]),
      await run('lockstep', scene, scene.keys, ['encrypt', name]),
    ];
    if (theirs.ok !== ours.ok) throw new Mismatch(`encrypt ${name}:\n${plain}\nsops: ${theirs.err || 'ok'}\nlockstep: ${ours.err || 'ok'}`);
    if (!theirs.ok) return ['refused by both'];
    await must(pick(draw, tools), ['encrypt', '-i', name]);
    await agree(scene, name, scene.keys, steps.join(', '));
    for (let left = Math.floor(draw() * 5); left > 0; left -= 1) {
      const tool = pick(draw, tools);
      const kind = pick(draw, ['rotate', 'updatekeys', 'edit', 'keys'] as const);
      if (kind === 'rotate') await must(tool, ['rotate', '-i', name]);
      if (kind === 'updatekeys') {
        writeRules(scene, drawRules(draw, scene, format === 'binary'), macOnly);
        await must(tool, ['updatekeys', '--yes', name]);
      }
      if (kind === 'edit') {
        writeFileSync(join(scene.cwd, 'next'), documentOf(format, draw));
        await must(tool, ['edit', name]);
      }
      if (kind === 'keys') await must('lockstep', ['keys', name]);
      await agree(scene, name, scene.keys, steps.join(', '));
      await agree(
        scene,
        name,
        scene.keys.filter(() => chance(draw, 0.5)),
        `${steps.join(', ')}, with some keys`,
      );
    }
    return steps;
  } catch (error) {
    if (error instanceof Mismatch) error.message += `\nfile ${name}; .sops.yaml:\n${readFileSync(join(scene.cwd, '.sops.yaml'), 'utf8')}`;
    throw error;
  }
}

function sceneIn(cwd: string): Scene {
  const [gpg, noGpg] = [join(cwd, 'gpg'), join(cwd, 'no-gpg')];
  for (const home of [gpg, noGpg]) mkdirSync(home, { mode: 0o700 });
  const asc = join(fixtures, 'pgp.asc');
  const gnupg = (home: string, ...args: string[]): string =>
    execFileSync('gpg', ['--batch', '--quiet', '--homedir', home, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  gnupg(gpg, '--import', asc);
  const fingerprint =
    gnupg(gpg, '--with-colons', '--list-keys')
      .split('\n')
      .map((line) => line.split(':')[9] ?? '')
      .find((field) => pgpFingerprint.test(field)) ?? '';
  gnupg(gpg, '--armor', '--output', join(cwd, 'public.asc'), '--export', fingerprint);
  gnupg(noGpg, '--import', join(cwd, 'public.asc'));
  for (const home of [gpg, noGpg]) writeFileSync(join(home, 'gpg.conf'), 'trust-model always\n');
  writeFileSync(join(cwd, 'editor.sh'), `#!/bin/sh\ncat '${join(cwd, 'next')}' > "$1"\n`, { mode: 0o755 });
  const ages = ['age-1.txt', 'age-2.txt'].map((name): Key => {
    const file = join(fixtures, name);
    return { kind: 'age', id: /age1\w+/.exec(readFileSync(file, 'utf8'))?.[0] ?? '', file };
  });
  return { cwd, gpg, noGpg, keys: [...ages, { kind: 'pgp', id: fingerprint, file: asc }] };
}

const runs = Number(option('runs', '100'));
const seed = Number(option('seed', '1'));
const folder = mkdtempSync(join(tmpdir(), 'lockstep-sops-'));
const scene = sceneIn(folder);
let [steps, mismatches, refused] = [0, 0, 0];
for (let index = 0; index < runs; index += 1) {
  try {
    const lived = await life(seeded(seed + index), scene);
    steps += lived.length;
    if (lived[0] === 'refused by both') refused += 1;
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    mismatches += 1;
    console.log(`--seed ${seed + index}: ${error.message}\n`);
  }
}
for (const home of [scene.gpg, scene.noGpg]) spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']);
rmSync(folder, { recursive: true, force: true });
console.log(`${runs} files, ${steps} steps, ${refused} refused by both, ${mismatches} mismatches`);
process.exitCode = mismatches === 0 ? 0 : 1;
