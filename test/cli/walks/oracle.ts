// What must be true during a walk, told without Lockstep: a shadow of the database on which the walk itself runs what was
// applied, and what follows for the ledger, for `status` and for `verify`.
import Database from 'better-sqlite3'
import { downKey, downOf, upKey, upOf, type Step } from './step.js'

/** What stands in a schema, by object, however it is written. */
export type Shape = ReadonlyMap<string, string>

/** The shape of a database, without the ledger. */
export function shapeOf(db: Database.Database): Shape {
  const rows = db
    .prepare(
      `SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name`,
    )
    .all() as { type: string; name: string; sql: string }[]
  return new Map(
    rows.map(({ type, name, sql }) => [`${type} ${name}`, describe(db, { type, name, sql })]),
  )
}

function describe(
  db: Database.Database,
  { type, name, sql }: Record<'type' | 'name' | 'sql', string>,
): string {
  if (type === 'table') return JSON.stringify(db.pragma(`table_xinfo("${name}")`))
  if (type === 'index') return JSON.stringify(db.pragma(`index_xinfo("${name}")`))
  return sql
    .replaceAll(/[\s"]+/g, ' ')
    .replaceAll(/ ?([(),]) ?/g, '$1')
    .trim()
}

/** Shape and rows, as one text. */
export function contentOf(db: Database.Database): string {
  const shape = shapeOf(db)
  const tables = [...shape.keys()].filter((key) => key.startsWith('table '))
  const rows = tables.map((key) => {
    const name = key.slice(6)
    return `${name}: ${JSON.stringify(db.prepare(`SELECT * FROM "${name}"`).raw().all())}`
  })
  return [...[...shape].map(([key, text]) => `${key} ${text}`), ...rows].join('\n')
}

/** A new database in which these were applied; null where one of them fails. */
export function built(steps: readonly Step[]): Database.Database | null {
  const db = new Database(':memory:')
  try {
    for (const step of steps) db.exec(upOf(step).join(';'))
    return db
  } catch {
    db.close()
    return null
  }
}

const shapes = new Map<string, Shape | null>()

/** The shape that these lead to; null where one of them fails. */
export function shapeAfter(steps: readonly Step[]): Shape | null {
  const key = steps.map(upKey).join('|')
  let shape = shapes.get(key)
  if (shape === undefined) {
    const db = built(steps)
    shape = db && shapeOf(db)
    db?.close()
    shapes.set(key, shape)
  }
  return shape
}

/** The objects that these make or change on the way. */
export function touchedBy(steps: readonly Step[]): Set<string> {
  const touched = new Set<string>()
  steps.forEach((_, index) => {
    const [before, after] = [
      shapeAfter(steps.slice(0, index)),
      shapeAfter(steps.slice(0, index + 1)),
    ]
    for (const [key, text] of after ?? []) if (before?.get(key) !== text) touched.add(key)
    for (const key of before?.keys() ?? []) if (!after?.has(key)) touched.add(key)
  })
  return touched
}

/** `CODE version` of each problem that comparing what was applied with the registry must find. */
export function problemsOf(applied: readonly Step[], registry: readonly Step[]): string[] {
  const found: string[] = []
  for (const step of applied) {
    const { version, name } = step
    const own = registry[version - 1]
    if (!own) continue
    if (upKey(own) === upKey(step)) {
      if (own.name !== name) found.push(`HISTORY_RENAMED ${version}`)
      if (downKey(own) !== downKey(step)) found.push(`HISTORY_DOWN_CHANGED ${version}`)
      continue
    }
    const elsewhere = registry.some((one) => upKey(one) === upKey(step) && one.name === name)
    const code = elsewhere ? 'RENUMBERED' : own.name === name ? 'EDITED' : 'ANOTHER'
    found.push(`HISTORY_${code} ${version}`)
  }
  if (applied.length > registry.length) found.push(`DATABASE_AHEAD ${registry.length + 1}`)
  return found
}

/** Those of them that are errors. */
export const errorsIn = (problems: readonly string[]): string[] =>
  problems.filter((one) => !/^HISTORY_(?:RENAMED|DOWN_CHANGED) /.test(one))

/** What `verify` must find about the schema, where the ledger agrees with the registry. */
export function schemaProblemsOf(
  live: Shape,
  applied: readonly Step[],
  registry: readonly Step[],
): 'none' | 'differs' | 'behind' {
  const own = registry.slice(0, applied.length)
  const wanted = shapeAfter(own)
  const owned = touchedBy(own)
  if ([...owned].some((key) => live.get(key) !== wanted?.get(key))) return 'differs'
  const later = [...touchedBy(registry)].filter((key) => !owned.has(key))
  return later.some((key) => live.has(key)) ? 'behind' : 'none'
}

/** Runs one side of a step as a migration is run: all of it or nothing. Answers why it failed; null where it did not. */
export function runSide(db: Database.Database, step: Step, side: 'up' | 'down'): string | null {
  const statements = side === 'up' ? upOf(step) : downOf(step)
  if (!statements) return 'it has no down'
  db.exec('SAVEPOINT step')
  try {
    db.exec(statements.join(';'))
    return null
  } catch (error) {
    db.exec('ROLLBACK TO step')
    return String(error)
  } finally {
    db.exec('RELEASE step')
  }
}
