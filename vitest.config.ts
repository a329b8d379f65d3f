import { defineConfig } from 'vitest/config';

// A failure of one of the embedded cluster's controllers is a bug whatever the test is about.
const setupFiles = ['test/setup/controller-failures.ts'];
// Stories may stand on a real API server: docs/real-cluster.md.
const stories = [...setupFiles, 'test/setup/real-ground.ts'];

// Tiers of `npm test` (see CONTRIBUTING.md). Each is a vitest project so that it can be run alone: `npx vitest run --project unit`.
const tier = (name: string, include: string[], options: Record<string, unknown> = {}) => ({
  test: { name, include, setupFiles, pool: 'threads' as const, testTimeout: 60_000, hookTimeout: 60_000, ...options },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      tier('unit', ['src/**/*.test.ts', 'ui/src/**/*.test.ts', 'test/architecture/*.test.ts'], { isolate: false }),
      tier('conformance', ['test/conformance/**/*.test.ts']),
      tier('ports', ['test/ports/**/*.test.ts']),
      tier('simulation', ['test/simulation/**/*.test.ts']),
      tier('e2e', ['test/e2e/**/*.test.ts'], { testTimeout: 300_000, setupFiles: stories }),
      tier(
        'late',
        [
          'test/e2e/semantics-{plan,live,trouble,revert}.test.ts',
          'test/e2e/{contracts,channels,releases,sealed-secrets,helm-inputs}.test.ts',
        ],
        {
          testTimeout: 300_000,
          setupFiles: [...setupFiles, 'test/setup/late-ground.ts'],
        },
      ),
      tier('browser', ['test/browser/**/*.test.ts']),
      tier('fuzz', ['test/fuzz/**/*.test.ts']),
    ],
  },
});
