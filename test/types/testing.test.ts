// The kit for tests is typed by the versions of its registry, and stays cheap for the compiler.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { projectRoot } from '../support/project-root.js'
import { runTool } from '../support/run-program.js'
import { compile, expected } from './type-check.js'

test('what does not fit fails to compile, on its line, and what fits compiles', async () => {
  const errors = expected('testing')
  expect(errors.length).toBeGreaterThan(10)
  expect(await compile('testing')).toEqual(errors)
})

/** Instantiations that a kit over 1,000 versions may cost more than one over a single version. */
const BUDGET = 1_000
const folder = mkdtempSync(join(projectRoot, 'node_modules', '.cache', 'lockstep-kit-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function instantiations(versions: number): Promise<number> {
  const union = Array.from({ length: versions }, (_, index) => index + 1).join(' | ')
  const door = (path: string): readonly string[] => [join(projectRoot, 'src', path)]
  const paths = {
    'lockstep/better-sqlite3': door('drivers/better-sqlite3.ts'),
    'lockstep/testing': door('testing/migrations.ts'),
  }
  writeFileSync(
    join(folder, 'kit.ts'),
    `import Database from 'better-sqlite3'
import type { Registry } from 'lockstep/better-sqlite3'
import { testMigrations } from 'lockstep/testing'
declare const registry: Registry<${union}>
const kit = testMigrations(registry, { open: () => new Database(':memory:') })
kit.migrateTo(1)
kit.expectReversible()
kit.expectDataSurvives(1, { before: (db) => db.exec('') })
kit.expectUpgrades({ released: [1], seed: (db) => db.exec('') })
`,
  )
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const project = { extends: join(projectRoot, 'tsconfig.json'), compilerOptions: { paths } }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ ...project, include: ['.'], exclude: [] }),
  )
  const tsc = 'typescript/bin/tsc'
  const { code, stdout } = await runTool(tsc, '-p', folder, '--extendedDiagnostics')
  expect(code, stdout).toBe(0)
  return Number(/Instantiations:\s+(\d+)/.exec(stdout)?.[1])
}

test('1,000 versions stay within the budget of instantiations', async () => {
  const [one, many] = [await instantiations(1), await instantiations(1_000)]
  expect(one).toBeGreaterThan(0)
  expect(many - one).toBeLessThan(BUDGET)
})
