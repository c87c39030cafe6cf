// Random schemas: statements of every kind over hostile names, as far as SQLite takes them.
import Database from 'better-sqlite3'
import { pick, type Random } from '../../../support/random.js'
import { randomView } from './random-query.js'
import {
  NAMES,
  spaced,
  sql,
  written,
  type Candidate,
  type Made,
  type Source,
  type Words,
} from './random-sql.js'
import { randomColumn, randomIndex, randomTable } from './random-table.js'
import { randomTrigger } from './random-trigger.js'

/** The statements that an empty database took, one after the other. */
export function randomSchema(random: Random): string[] {
  const db = new Database(':memory:')
  try {
    const isTaken = acceptance(db)
    const state: Made = { random, tables: [], views: [] }
    return Array.from({ length: 30 }).flatMap(() => {
      const { words, made } = pick(random, KINDS)(state)
      const statement = spaced(random, words)
      if (!isTaken(statement)) return []
      made?.()
      return [statement]
    })
  } finally {
    db.close()
  }
}

/** Views are compiled only when they are used: those that are there are used each time. */
function acceptance(db: Database.Database): (statement: string) => boolean {
  const views = db.prepare<[], { name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'view'",
  )
  return (statement) => {
    db.exec('BEGIN')
    try {
      db.exec(statement)
      for (const { name } of views.all())
        db.prepare(`SELECT * FROM "${name.replaceAll('"', '""')}"`)
      db.exec('COMMIT')
      return true
    } catch {
      db.exec('ROLLBACK')
      return false
    }
  }
}

function alteredTable(state: Made): Candidate {
  const { random, tables } = state
  const table = pick(random, tables)
  if (!table) return randomTable(state)
  const { name, columns } = table
  const [column, fresh] = [pick(random, columns), pick(random, NAMES)]
  const head = sql`ALTER TABLE ${written(random, name)}`
  const candidate = (words: Words, next: Source): Candidate => ({
    words: [...head, ...words],
    made: () => void (tables[tables.indexOf(table)] = next),
  })
  const renamed = columns.map((one) => (one === column ? fresh : one))
  return pick(random, [
    candidate(sql`RENAME TO ${written(random, fresh)}`, { name: fresh, columns }),
    candidate(sql`RENAME COLUMN ${written(random, column)} TO ${written(random, fresh)}`, {
      name,
      columns: renamed,
    }),
    candidate(sql`ADD COLUMN ${randomColumn(state, fresh, [])}`, {
      name,
      columns: [...columns, fresh],
    }),
  ])
}

const virtualTable = ({ random }: Made): Candidate => {
  const [name, column] = [pick(random, NAMES), pick(random, NAMES)].map((one) =>
    written(random, one),
  ) as [string, string]
  const tokenize = ['"unicode61  remove_diacritics 2"']
  return {
    words: pick(random, [
      sql`CREATE VIRTUAL TABLE ${name} USING FTS5 ( body , ${column} UNINDEXED , tokenize = ${tokenize} )`,
      sql`CREATE VIRTUAL TABLE ${name} USING rtree ( id , x1 , x2 , +label TEXT )`,
    ]),
  }
}

const KINDS: readonly ((state: Made) => Candidate)[] = [
  randomTable,
  randomTable,
  randomTable,
  randomView,
  randomView,
  randomView,
  randomIndex,
  randomIndex,
  randomTrigger,
  randomTrigger,
  randomTrigger,
  alteredTable,
  virtualTable,
]
