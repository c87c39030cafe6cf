// The configuration has example rows that no table can take.
import { closest, distance } from 'fastest-levenshtein'
import type { CatalogTable } from '../../model/catalog.js'
import { projectPath } from '../../project/project-path.js'
import type { GenerateSettings } from '../../model/settings.js'
import { fileStart } from '../../diagnostics/problem.js'
import type { Replayed, Rule } from '../subject/rule.js'
import { foldCase } from '../../../src/sql/names.js'

type Rows = NonNullable<GenerateSettings['seeds']>[string]

/** A table or a column that no version has, columns that no version has together, and two rows with one key. */
export const seedUnused: Rule = {
  code: 'SEED_UNUSED',
  severity: 'warning',
  stage: 'replay',
  *check({ settings, replay }) {
    if (!settings.seeds || !settings.config || !replay?.proof.complete) return
    const at = fileStart(projectPath(settings.root, settings.config.file))
    for (const [table, rows] of Object.entries(settings.seeds)) {
      const found = wrongWith(table, rows, replay)
      if (found)
        yield {
          at,
          message: `In ${at.file}, \`seeds\` ${found}.`,
          fix: `Correct the rows of ${table} in \`seeds\`, or remove what no version needs.`,
        }
    }
  },
}

/** What is wrong with the rows of one table, as the rest of a sentence; null if they can be used. */
function wrongWith(table: string, rows: Rows, { steps }: Replayed): string | null {
  const key = `table ${foldCase(table)}`
  const shapes = [...new Set(steps.map(({ after }) => after.get(key)))].filter(isTable)
  const last = shapes.at(-1)
  if (!last) {
    const names = steps
      .flatMap(({ after }) => [...after.values()].filter(isTable))
      .map(({ name }) => name)
    return `gives rows for ${table}, but no version has a table with this name${meant(table, names)}`
  }
  const index = rows.findIndex((row) => !shapes.some((shape) => missingIn(shape, row).length === 0))
  if (index < 0) return sameKey(rows, last)
  const columns = shapes.flatMap((shape) => shape.columns.map(({ name }) => name))
  const missing = missingIn(last, rows[index] ?? {})
  const unknown = missing.find((name) => !has(columns, name))
  const which = `row ${index + 1} of ${table}`
  return unknown === undefined
    ? `gives ${which} columns that no version has together: ${missing.join(', ')} and the others`
    : `gives ${which} the column ${unknown}, which no version has${meant(unknown, columns)}`
}

function sameKey(rows: Rows, { name, columns }: CatalogTable): string | null {
  const key = columns.filter(({ primaryKey }) => primaryKey > 0).map((one) => one.name)
  const seen = new Map<string, number>()
  for (const [index, row] of rows.entries()) {
    const values = key.map(
      (column) => Object.entries(row).find(([other]) => has([column], other))?.[1],
    )
    if (key.length === 0 || values.includes(undefined)) continue
    const before = seen.get(JSON.stringify(values))
    if (before !== undefined)
      return `gives the rows ${before + 1} and ${index + 1} of ${name} the same key (${key.join(', ')}), so only the first can be used`
    seen.set(JSON.stringify(values), index)
  }
  return null
}

const missingIn = ({ columns }: CatalogTable, row: Rows[number]): string[] =>
  Object.keys(row).filter(
    (name) =>
      !has(
        columns.map((one) => one.name),
        name,
      ),
  )

const has = (names: readonly string[], wanted: string): boolean =>
  names.some((name) => foldCase(name) === foldCase(wanted))

const isTable = (object: { readonly type: string } | undefined): object is CatalogTable =>
  object?.type === 'table'

function meant(name: string, names: readonly string[]): string {
  const near = names.length === 0 ? null : closest(name, [...new Set(names)])
  return near !== null && distance(name, near) <= 2 ? ` (did you mean ${near}?)` : ''
}
