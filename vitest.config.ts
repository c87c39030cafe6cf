import { defineConfig } from 'vitest/config'
import { ClosingLineReporter } from './test/support/closing-line.js'

const source = (path: string): string => new URL(path, import.meta.url).pathname

export default defineConfig({
  resolve: {
    alias: [
      { find: /^lockstep$/, replacement: source('./src/index.ts') },
      {
        find: /^lockstep\/better-sqlite3$/,
        replacement: source('./src/drivers/better-sqlite3.ts'),
      },
      {
        find: /^lockstep\/testing\/driver$/,
        replacement: source('./src/testing/driver.ts'),
      },
      { find: /^lockstep\/testing$/, replacement: source('./src/testing/migrations.ts') },
      { find: /^lockstep\/backup$/, replacement: source('./src/cli/backup/door.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/fixtures/**'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // Many tests wait for processes: a core is not left free for them.
    maxWorkers: '100%',
    reporters: ['default', new ClosingLineReporter()],
  },
})
