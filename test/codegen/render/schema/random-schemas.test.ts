// Whatever schema SQLite takes, its files are right: schema.sql makes it again, and schema.ts compiles.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { finalCatalog } from '../../../../codegen/check/subject/catalog-history.js'
import { orderSchema, type OrderedSchema } from '../../../../codegen/render/schema/order-schema.js'
import { schemaRows } from '../../../../codegen/render/schema/row-columns.js'
import { renderSchemaSql } from '../../../../codegen/render/schema/schema-files.js'
import { textOf } from '../../../../codegen/model/generated-file.js'
import { renderSchemaTypes } from '../../../../codegen/render/schema/schema-types.js'
import { diffSchemas } from '../../../../src/schema/diff-schema.js'
import { projectRoot } from '../../../support/project-root.js'
import { randomFrom } from '../../../support/random.js'
import { runTool } from '../../../support/run-program.js'
import { loadScript, proveScripts, type ProvenScripts } from './prove-scripts.js'
import { randomSchema } from './random-schema.js'

const SCHEMAS = 150

const ordered = ({ proof }: ProvenScripts): OrderedSchema =>
  orderSchema(finalCatalog(proof), { ledger: '_migrations', ignoreTables: [] })

/** The statements, whatever their order: views that go round in a circle have none. */
const parts = (text: string): string[] =>
  text
    .split('\n\n')
    .map((part) => part.trim())
    .sort()

const proven = Array.from({ length: SCHEMAS }, (_, seed) => {
  const script = randomSchema(randomFrom(seed)).join(';\n')
  return { seed, script, ...proveScripts(script) }
})

test('schema.sql makes the same schema, down to the names of columns, and is rendered from it as it is', () => {
  let objects = 0
  for (const one of proven) {
    const text = renderSchemaSql(ordered(one))
    const again = loadScript(text)
    const label = `seed ${one.seed}`
    expect(diffSchemas(one.schema, again.schema), label).toEqual([])
    expect(again.columns, label).toEqual(loadScript(one.script).columns)
    expect(parts(renderSchemaSql(ordered(proveScripts(text)))), label).toEqual(parts(text))
    objects += one.schema.size
  }
  expect(objects).toBeGreaterThan(SCHEMAS * 4)
})

test('schema.ts compiles', async () => {
  // Beside the sources, where the compiler finds the settings that it extends.
  const folder = mkdtempSync(join(projectRoot, 'node_modules/.cache/random-schemas-'))
  try {
    for (const one of proven) {
      const rows = schemaRows(ordered(one), one.proof.views)
      writeFileSync(join(folder, `schema-${one.seed}.ts`), textOf(renderSchemaTypes(rows)))
    }
    const config = { extends: join(projectRoot, 'tsconfig.json'), include: ['.'], exclude: [] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const { code, stdout } = await runTool('typescript/bin/tsc', '-p', folder, '--pretty', 'false')
    expect([code, stdout]).toEqual([0, ''])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
