// A registry of 1,000 entries stays cheap for the compiler.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { projectRoot } from '../support/project-root.js'
import { runTool } from '../support/run-program.js'

/** Instantiations that 1,000 entries may add to those of an empty registry. */
const BUDGET = 1_000
const folder = mkdtempSync(join(tmpdir(), 'lockstep-budget-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

/** A registry as the generator writes it, with every second migration imported. */
const registry = (
  count: number,
): string => `import { migrate, type Database, type Registry } from 'lockstep/better-sqlite3'
import migration from './migration.js'
export type Version = ${range(count).join(' | ') || 'never'}
export const registry: Registry<Version> = [
${range(count)
  .map(
    (version) =>
      `  { version: ${version}, name: 'step_${version}', file: 'migrations/${version}.ts', checksum: '1:${version}', downChecksum: '1:${version}', lineage: '1:${version}', reversible: true, source: ${version % 2 ? 'migration' : "{ up: ['SELECT 1'], down: 'SELECT 2' }"} },`,
  )
  .join('\n')}
]
migrate({} as Database, registry)
`

async function instantiations(count: number): Promise<number> {
  writeFileSync(
    join(folder, 'migration.ts'),
    "import { defineMigration } from 'lockstep/better-sqlite3'\nexport default defineMigration({ up: (db) => db.exec(''), down: '' })\n",
  )
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'registry.ts'), registry(count))
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(projectRoot, 'tsconfig.json'),
      compilerOptions: { types: [] },
      include: ['.'],
    }),
  )
  const { code, stdout } = await runTool(
    'typescript/bin/tsc',
    '-p',
    folder,
    '--extendedDiagnostics',
  )
  expect(code, stdout).toBe(0)
  return Number(/Instantiations:\s+(\d+)/.exec(stdout)?.[1])
}

test('1,000 entries stay within the budget of instantiations', async () => {
  const [none, many] = [await instantiations(0), await instantiations(1_000)]
  expect(none).toBeGreaterThan(0)
  expect(many - none).toBeLessThan(BUDGET)
})
