// The closing line of the suite: its format, and that it counts everything that went wrong.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { closingLine, count } from './closing-line.js'
import { projectRoot } from './project-root.js'

const cache = join(projectRoot, 'node_modules', '.cache')
mkdirSync(cache, { recursive: true })
const folder = mkdtempSync(join(cache, 'closing-line-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs vitest with the project's configuration on test files with these texts; returns the last line and the exit code. */
function run(...texts: readonly string[]): { last: string | undefined; code: number | null } {
  const root = mkdtempSync(join(folder, 'run-'))
  mkdirSync(join(root, 'test'))
  for (const [at, text] of texts.entries())
    writeFileSync(
      join(root, 'test', `case-${at}.test.ts`),
      `import { expect, test } from 'vitest'\n${text}`,
    )
  const { stdout, status } = spawnSync(
    process.execPath,
    [
      join(projectRoot, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--config',
      join(projectRoot, 'vitest.config.ts'),
      '--root',
      root,
    ],
    { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
  )
  return { last: stdout.split('\n').at(-2), code: status }
}

test('names skipped tests only when there are any', () => {
  expect(closingLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed')
  expect(closingLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped')
})

test('ends a green run', () => {
  expect(run(`test('a', () => {}); test.skip('b', () => {})`)).toEqual({
    last: '1 passed, 0 failed, 1 skipped',
    code: 0,
  })
})

test('counts what fails: a test, a file that cannot be loaded, an error that escapes every test', () => {
  const failing = `test('a', () => expect(1).toBe(2)); test('b', () => {})`
  const stray = `test('a', () => { queueMicrotask(() => Promise.reject(new TypeError('stray'))) })`
  expect(run(failing, `throw new TypeError('broken')`, stray)).toEqual({
    last: '2 passed, 3 failed',
    code: 1,
  })
})

test('a run without a single test is red, and so is one with nothing but a stray error', () => {
  expect(count([], 0)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  expect(count([], 2)).toEqual({ passed: 0, failed: 2, skipped: 0 })
})
