import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    setupFiles: ['test/support/setup.ts'],
    // By default one core is left free.
    maxWorkers: '100%',
    // Only what hangs: machines are busy.
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
