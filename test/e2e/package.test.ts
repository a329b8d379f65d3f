/** What is published works without the repository: no source, no dev dependency, examples included. */
import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
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
  }));
