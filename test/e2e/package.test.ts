/** What is published works without the repository: no source, no dev dependency, examples included. */
import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { inFolder, projectRoot } from './program.ts';

const execute = promisify(execFile);

test('the packed package runs on its own', () =>
  inFolder(async (folder) => {
    await execute('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: projectRoot });
    await mkdir(join(folder, 'installed'));
    await execute('sh', ['-c', 'tar -xzf lockstep-*.tgz -C installed --strip-components=1'], { cwd: folder });
    await symlink(join(projectRoot, 'node_modules'), join(folder, 'installed/node_modules'));
    const program = join(folder, 'installed/dist/cli/main.js');
    const { stdout: version } = await execute(process.execPath, [program, 'version', '--short'], { cwd: folder });
    expect(version).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { stdout: help } = await execute(process.execPath, [program, '--help'], { cwd: folder });
    expect(help).toContain('lockstep COMMAND');
    const { stdout: files } = await execute(
      'sh',
      ['-c', 'find installed -name "*.ts" -not -name "*.d.ts" -not -path "*/node_modules/*" | wc -l; ls installed/examples/shop'],
      {
        cwd: folder,
      },
    );
    expect(files).toMatch(/^\s*0\n/);
    expect(files).toContain('apps');

    // The engine alone, as another program imports it, types included.
    await mkdir(join(folder, 'user/node_modules'), { recursive: true });
    await symlink(join(folder, 'installed'), join(folder, 'user/node_modules/lockstep'));
    await writeFile(
      join(folder, 'user/render.mts'),
      `import { loadChart, render, templateOutput } from 'lockstep/helm';
const chart = await loadChart(${JSON.stringify(join(projectRoot, 'charts/lockstep'))});
const text: string = templateOutput(await render(chart, { name: 'ours', namespace: 'lockstep-system' }), { showOnly: ['templates/*'] });
console.log(chart.name, text.includes('# Source: lockstep/templates/'));
`,
    );
    const tsc = join(projectRoot, 'node_modules/typescript/bin/tsc');
    const flags = [
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--types',
      'node',
      '--typeRoots',
      join(projectRoot, 'node_modules/@types'),
    ];
    await execute(process.execPath, [tsc, ...flags, 'render.mts'], { cwd: join(folder, 'user') });
    const { stdout: rendered } = await execute(process.execPath, ['render.mjs'], { cwd: join(folder, 'user') });
    expect(rendered).toBe('lockstep true\n');
  }));
