// Tables of every kind, each changed in many ways: schema, rows and what hangs on a table must be what a plain model of the change
// says, and `down` must lead back. LOCKSTEP_ALTER_CASES tries more of them.
import Client from 'better-sqlite3'
import { expect, test } from 'vitest'
import { catalogIn, declared, expandedBy, runSteps, schemaIn, type Changes } from './altered.js'
import { diffSchemas } from '../../../src/schema/diff-schema.js'
import { randomFrom } from '../../support/random.js'
import { drawChanges, drawTable, type Drawn } from './drawn.js'
import { logged, wantedOf, wrongAfter, wrongInUse } from './expected-table.js'

const CASES = Number(process.env['LOCKSTEP_ALTER_CASES'] ?? 800)
const CHANGES_EACH = 20

interface DrawnTable {
  readonly seed: number
  readonly drawn: Drawn
  readonly changes: readonly Changes[]
}

const tables = Array.from({ length: CASES / CHANGES_EACH }, (_, seed): DrawnTable => {
  const random = randomFrom(seed)
  const drawn = drawTable(random)
  return {
    seed,
    drawn,
    changes: Array.from({ length: CHANGES_EACH }, () => drawChanges(random, drawn)),
  }
})

const counts = { expanded: 0, rebuilt: 0, refused: 0 }

/** What is wrong with each change of a table. */
function tryTable({ drawn, changes }: DrawnTable): string[] {
  const db = new Client(':memory:')
  db.pragma('foreign_keys = OFF')
  db.exec(drawn.setup)
  const catalog = catalogIn(db)
  const before = schemaIn(db)
  const known = logged(db, drawn)
  db.exec('BEGIN')
  const wrong = changes.flatMap((change, at) => {
    const { expansion, problems } = expandedBy(catalog, declared(change))
    if (!expansion) {
      counts.refused += 1
      return problems.every(({ message }) => EXPECTED.test(message)) ? [] : problems.map(String)
    }
    counts.expanded += 1
    if (expansion.up.some(({ kind }) => kind === 'rebuild')) counts.rebuilt += 1
    db.exec('SAVEPOINT one')
    const wanted = wantedOf(db, drawn, change)
    runSteps(db, expansion.up)
    const found = wrongAfter(db, drawn, change, wanted)
    // What costs as much again, and hangs less on the change.
    if (at % 4 === 0) {
      found.push(...wrongInUse(db, drawn, { changes: change, logged: known }))
      runSteps(db, expansion.down!)
      const left = diffSchemas(before, schemaIn(db)).filter(({ grade }) => grade === 'differs')
      found.push(...left.map((one) => `after down: ${JSON.stringify(one)}`))
    }
    db.exec('ROLLBACK TO one; RELEASE one')
    return found.map((one) => `${at}: ${one}`)
  })
  db.close()
  return wrong
}

/** What keeps a column that is drawn to be dropped, and what cannot be derived. */
const EXPECTED = /cannot be dropped, because (?:the index|`)|`down` cannot be derived/

test('every table becomes what is declared of it', () => {
  const wrong = tables.flatMap((table) =>
    tryTable(table).map((one) => `table ${table.seed}, change ${one}`),
  )
  expect(wrong.slice(0, 5)).toEqual([])
  expect(counts.expanded).toBeGreaterThan(CASES * 0.8)
  expect(counts.rebuilt).toBeGreaterThan(counts.expanded / 3)
  expect(counts.expanded - counts.rebuilt).toBeGreaterThan(counts.expanded / 10)
}, 300_000)
