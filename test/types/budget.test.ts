// A long registry compiles, and stays cheap for the compiler.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Side } from '../../codegen/model/migration.js'
import type { RegistryItem } from '../../codegen/model/registry-item.js'
import { renderRegistry } from '../../codegen/render/registry/render-registry.js'
import { projectRoot } from '../support/project-root.js'
import { runTool } from '../support/run-program.js'

/** Instantiations that 2,500 entries may add to those of a registry with one. */
const BUDGET = 1_000
const folder = mkdtempSync(join(tmpdir(), 'lockstep-budget-'))

/** Half of the migrations as code that is imported, the others as SQL that stands in the registry. */
function item(version: number): RegistryItem {
  const position = { file: `migrations/${version}.ts`, line: 1, column: 1 }
  const code = { kind: 'code', position } as unknown as Side
  const sql: Side = {
    kind: 'sql',
    position,
    pieces: [{ text: 'SELECT 1', position, verbatim: true }],
  }
  const [form, side] = version % 2 ? (['object', code] as const) : (['list', sql] as const)
  const file = { file: position.file, path: join(folder, 'migration.ts') }
  const migration = { version, name: `step_${version}`, form, file, position, up: side, down: side }
  const digest = `1:${version}`
  return {
    migration: { ...migration, irreversible: null } as unknown as RegistryItem['migration'],
    checksums: { up: digest, down: digest },
    lineage: digest,
    keepsForeignKeys: false,
    formerly: [],
    acknowledged: [],
    schema: null,
  }
}

/** A registry as the generator writes it, and its use. */
function registry(count: number): string {
  const items = Array.from({ length: count }, (_, index) => item(index + 1))
  const text = renderRegistry(items, {
    path: join(folder, 'registry.ts'),
    migrations: 'migrations',
    driver: 'better-sqlite3',
    extension: 'js',
    language: 'ts',
  })
  return `${text}
import { migrate, type Database } from 'lockstep/better-sqlite3'
migrate({} as Database, registry)
migrate({} as Database, registry, { to: ${count} })
// @ts-expect-error There is no such version.
migrate({} as Database, registry, { to: ${count + 1} })
`
}

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

test('2,500 entries compile, and stay within the budget of instantiations', async () => {
  const [none, many] = [await instantiations(1), await instantiations(2_500)]
  expect(none).toBeGreaterThan(0)
  expect(many - none).toBeLessThan(BUDGET)
})
