import { defineConfig } from 'vitest/config';

/**
 * One set of test options for every package. The JSON report is what `npm test`
 * adds up for its closing line.
 */
export const vitest = (options: { testTimeout?: number } = {}) =>
  defineConfig({
    test: {
      include: ['test/**/*.test.ts'],
      testTimeout: options.testTimeout ?? 20_000,
      // Two cores are the machine this suite is planned for; turbo runs two packages side by side.
      maxWorkers: 1,
      reporters: ['default', ['json', { outputFile: '.results/vitest.json' }]],
    },
  });
