import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { ClosingLineReporter } from './test/support/closing-line.js'
import { LongestFirstSequencer } from './test/support/longest-first.js'
import { SlowestTestsReporter } from './test/support/slowest-tests.js'

const source = (path: string): string => new URL(path, import.meta.url).pathname

/** Tests that start processes. */
const HAZARDS = [
  'test/{cli,example,hazards,package}/**',
  'test/architecture/toolchain',
  'test/codegen/{base-branch,generate,renumber}/**',
  'test/codegen/replay/*',
  'test/codegen/replay/rows/images-in-projects*',
  'test/codegen/defects-in-processes*',
  'test/testing/migrations/**',
  'test/**/processes*',
].map((pattern) => `${pattern}.test.ts`)

/** Tests that replace modules, build a wall in this process, or count what it has started: each in one of its own. */
const ALONE = [
  'test/cli/walks/**',
  'test/codegen/replay/process/note-reads',
  'test/codegen/replay/ready-lines',
  'test/codegen/renumber/killed',
  'test/codegen/wall/**',
].map((pattern) => `${pattern}.test.ts`)

/** The commit decides which cases are tried, so that a run that is repeated tries the same ones, and the next commit others. */
function seedOfCommit(): string {
  try {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' })
    return String(Number.parseInt(commit.slice(0, 8), 16) % 6)
  } catch {
    return '0'
  }
}

/** A run of the whole suite takes some cases of large tables, by a seed; one that is told what to run takes all. */
const isWhole = process.argv.slice(2).every((word) => word === 'run' || word.startsWith('--'))
const seed = (process.env['LOCKSTEP_SEED'] ??= isWhole ? seedOfCommit() : '')
const sayWhich = {
  onInit() {
    if (seed !== '' && !process.env['LOCKSTEP_EVERY_CASE'])
      process.stdout.write(
        `Large tables of cases are tried in part, by LOCKSTEP_SEED=${seed}; LOCKSTEP_EVERY_CASE=1 tries all of them.\n`,
      )
  },
}

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@inquirer\/prompts$/, replacement: source('./test/support/prompts.ts') },
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
    // The projects transform most files alike, and so does the next run.
    experimental: { fsModuleCache: true },
    // What is built is loaded as it is.
    server: { deps: { external: [/\/dist\//] } },
    env: {
      // Tests say themselves where continuous integration is meant.
      CI: '',
      LOCKSTEP_SEED: seed,
      // Bundling takes a half less: esbuild collects garbage seldom, and leaves the other cores to other tests.
      GOGC: '400',
      GOMAXPROCS: '1',
    },
    setupFiles: [source('./test/support/temporary-files.ts')],
    // The compiler makes much that is soon gone.
    execArgv: ['--max-semi-space-size=64'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // Much of what files take is waiting for processes.
    maxWorkers: availableParallelism() + 3,
    sequence: { sequencer: LongestFirstSequencer },
    reporters: ['default', sayWhich, new SlowestTestsReporter(), new ClosingLineReporter()],
    projects: [
      {
        extends: true,
        // Loading the compiler anew for each file takes longer than most files themselves.
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/fixtures/**', ...HAZARDS, ...ALONE],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'hazards',
          include: HAZARDS,
          exclude: ['test/fixtures/**', ...ALONE],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
  },
})
