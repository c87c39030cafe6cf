// What full-text indexes say of where their text is, as SQLite reads it.
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { externalContent } from '../../src/schema/external-content.js'

const KEPT = "SELECT sql FROM sqlite_master WHERE sql LIKE '%VIRTUAL%'"

/** As SQLite has kept the statement, which it must accept. */
function kept(sql: string): string {
  const db = new Database(':memory:')
  try {
    db.exec(`CREATE TABLE notes (id INTEGER PRIMARY KEY, title); ${sql}`)
    return String(db.prepare(KEPT).pluck().get())
  } finally {
    db.close()
  }
}

const notes = { module: 'fts5', table: 'notes', key: 'id' }
const notes4 = { module: 'fts4', table: 'notes', key: 'rowid' }

it.each([
  [`fts5(title, content='notes', content_rowid='id')`, notes],
  ['fts5(title, content=notes, content_rowid=id)', notes],
  ['fts5(title, content = [notes], content_rowid = `id`)', notes],
  ['FTS5(title, CONTENT="notes", Content_Rowid="id")', notes],
  ['"fts5"(title, content="notes", content_rowid="id")', notes],
  ['fts5(content_rowid=id, content=notes, title)', notes],
  ['fts5(title, /* c */ content = "notes", /* d */ content_rowid=id /* e */)', notes],
  ['fts5(title, -- , content=other\n content=notes -- )\n, content_rowid=id)', notes],
  ['fts5(title, cont=notes, content_row=id)', notes],
  [`fts5(title, content='a "b" (c), d''e')`, { ...notes, table: `a "b" (c), d'e`, key: 'rowid' }],
  ['fts4(title, /* c */ content="notes")', notes4],
  ['fts4(content=notes)', notes4],
  [`fts5(title, content='')`, undefined],
  ['fts5(title, content=)', undefined],
  ['fts4(title, content="")', undefined],
  ['fts5(title, body)', undefined],
  [`fts5(title, tokenize="unicode61 tokenchars ',content='")`, undefined],
  ['fts5(title /* , content=notes */)', undefined],
  ['rtree(content, a, b)', undefined],
])('the options: %s', (definition, wanted) => {
  expect(externalContent(kept(`CREATE VIRTUAL TABLE search USING ${definition}`))).toEqual(wanted)
})

it.each(['"a (using b"', '"using fts5(content=notes)"', '[x, content=y]'])('of %s', (name) => {
  const options = 'title, content=notes, content_rowid=id'
  expect(externalContent(kept(`CREATE VIRTUAL TABLE ${name} USING fts5(${options})`))).toEqual(
    notes,
  )
})

it('of no other statement', () => {
  const table = `CREATE TABLE t (a CHECK (a <> 'USING fts5(content=notes)'))`
  expect(externalContent(table)).toBeUndefined()
  expect(externalContent('')).toBeUndefined()
})
