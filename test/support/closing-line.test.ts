// The closing line of the suite: what it says, and that nothing that went wrong is missing from it.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { closingLine } from './closing-line.js'
import { projectRoot } from './project-root.js'

const cache = join(projectRoot, 'node_modules', '.cache')
mkdirSync(cache, { recursive: true })
const folder = mkdtempSync(join(cache, 'closing-line-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs vitest with the project's configuration over one file of tests; answers the last line and the exit code. */
function run(text: string): { last: string | undefined; code: number | null } {
  const root = mkdtempSync(join(folder, 'run-'))
  mkdirSync(join(root, 'test'))
  writeFileSync(
    join(root, 'test', 'case.test.ts'),
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

test('counts a failing test', () => {
  expect(run(`test('a', () => expect(1).toBe(2)); test('b', () => {})`)).toEqual({
    last: '1 passed, 1 failed',
    code: 1,
  })
})

test('counts a file that cannot be loaded', () => {
  expect(run(`throw new TypeError('broken')`)).toEqual({ last: '0 passed, 1 failed', code: 1 })
})

test('counts an error that escapes every test', () => {
  const stray = `test('a', () => { queueMicrotask(() => Promise.reject(new TypeError('stray'))) })`
  expect(run(stray)).toEqual({ last: '1 passed, 1 failed', code: 1 })
})
