// `npm start` in a copy of the project: generates, migrates data/app.db and shows the status; again, it changes nothing.
import { cpSync, existsSync, mkdtempSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { builtPackage } from '../support/built-package.js'
import { projectRoot } from '../support/project-root.js'
import { run } from '../support/run-program.js'

const copy = mkdtempSync(join(tmpdir(), 'lockstep-start-'))

beforeAll(async () => {
  await builtPackage()
  for (const entry of [
    'package.json',
    'tsconfig.json',
    '.prettierrc.json',
    'lockstep.config.ts',
    'migrations',
    'generated',
  ]) {
    cpSync(join(projectRoot, entry), join(copy, entry), { recursive: true })
  }
  for (const folder of ['dist', 'node_modules', 'src'])
    symlinkSync(join(projectRoot, folder), join(copy, folder))
})

const start = () => run('npm', ['start', '--silent'], { cwd: copy })

test('the first start migrates an empty folder', async () => {
  const { code, stdout, stderr } = await start()
  expect(code, stdout + stderr).toBe(0)
  expect(stdout).toContain('9 migrations applied')
  expect(stdout).toContain('9 applied, 0 pending')
  expect(existsSync(join(copy, 'data/app.db'))).toBe(true)
})

test('the second changes neither the registry nor the database', async () => {
  const times = () =>
    ['generated/registry.ts', 'data/app.db'].map((file) => statSync(join(copy, file)).mtimeMs)
  const before = times()
  const { code, stdout } = await start()
  expect(code).toBe(0)
  expect(stdout).toContain('9 applied, 0 pending')
  expect(times()).toEqual(before)
})
