// Full-text indexes that a step makes and fills itself, as the replay sees them.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import {
  NOTES,
  FTS5,
  FTS4,
  onInsert,
  REFILL,
  VIEW,
  OVER_VIEW,
  BARE,
  TEXT,
  misfits,
  blaming,
  rows,
} from './indexed-notes.js'
import { testSome } from '../../../support/some-of.js'

/** The statement that fills the index with these values. */
function filled(values: string, key = 'rowid'): string {
  return `INSERT INTO search (${key}, title, body) SELECT ${values} FROM notes`
}

const MISFILLED = { cause: 'misfilled', table: 'notes', message: null }
const OTHER_TEXT = { ...MISFILLED, cause: 'text' }

describe('an index that is filled with something else than its rows', () => {
  testSome([
    ['other numbers, fts4', FTS4, filled('id + 1, title, body', 'docid')],
    ['two columns swapped', FTS5, filled('id, body, title')],
    ['numbers alone kept', FTS5.replace(')', ', detail=none)'), filled(`id, title, ''`)],
    ['trigrams', FTS5.replace(')', ', tokenize=trigram)'), filled(`id, title, 'nothing'`)],
    [
      'options behind comments',
      FTS5.replace('content=', '/* c */ content = '),
      filled('id, body, title'),
    ],
  ])('%s', async (name, make, fill) => {
    const cause = name.startsWith('other numbers') ? MISFILLED : OTHER_TEXT
    const blamed = blaming('INSERT INTO search', cause)
    expect(await misfits(NOTES, `${make}; ${fill}`)).toMatchObject(blamed)
    expect(
      await misfits(`${NOTES}; ${make}`, `DROP TABLE search; ${make.split('; ').at(-1)}; ${fill}`),
    ).toMatchObject(blamed)
  })
  it('rows of another table', async () => {
    const made = `CREATE TABLE t AS SELECT id + 1000 AS id, n FROM notes; ${FTS5}; ${otherRows()}`
    expect(await misfits(NOTES, made)).toMatchObject(blaming('INSERT INTO search', MISFILLED))
  })
  it('row by row, in code', async () => {
    const fill = (value: (row: { title: string }) => string) => (db: Database) => {
      db.exec(FTS5)
      const put = db.prepare('INSERT INTO search (rowid, title, body) VALUES (?, ?, ?)')
      for (const row of db.prepare<[], Row>('SELECT * FROM notes').all())
        put.run(row.id, value(row), row.body)
    }
    expect(await misfits(NOTES, { up: fill(() => '') })).toMatchObject(
      blaming('INSERT INTO search', OTHER_TEXT),
    )
    expect(await misfits(NOTES, { up: fill(({ title }) => title) })).toEqual([])
  })
  it('over a view, and emptied and filled anew', async () => {
    const viewed = `${OVER_VIEW}; ${filled('id, body, title')}`
    expect(await misfits(`${NOTES}; ${VIEW}`, viewed)).toMatchObject(
      blaming('INSERT INTO search', { ...OTHER_TEXT, table: 'told' }),
    )
    const emptied = `INSERT INTO search (search) VALUES ('delete-all'); ${filled('id + 1, title, body')}`
    expect(await misfits(BARE, emptied)).toMatchObject(blaming('INSERT INTO search', MISFILLED))
  })
  it('and rows that change behind it', async () => {
    const part = `${FTS5}; ${filled('id, title, body')} WHERE id > 3`
    expect(await misfits(NOTES, `${part}; ${TEXT}`)).toMatchObject(blaming('UPDATE', rows))
  })
  testSome([
    ['in part', `${FTS5}; ${filled('id, title, body')} WHERE title IS NOT NULL`],
    [
      'in part, without sizes',
      `${FTS5.replace(')', ', columnsize=0)')}; ${filled('id, title, body')} LIMIT 1`,
    ],
    [
      'in part, without its statistics',
      `${FTS4.replace(')', ', matchinfo=fts3)')}; ${filled('id, title, body', 'docid')} LIMIT 1`,
    ],
    [
      'with its languages',
      `${FTS4.replace(')', ', languageid=n)')}; INSERT INTO search (docid, title, body, n) SELECT id, title, body, n FROM notes WHERE id > 3`,
    ],
    ['in upper case', `${FTS5}; ${filled('id, upper(title), body')}`],
    [
      'a view of some rows',
      `CREATE VIEW told AS SELECT id AS number, title, body FROM notes WHERE n > 3; ${OVER_VIEW}; ${REFILL}`,
    ],
    ['in part of a view', `${VIEW}; ${OVER_VIEW}; ${filled('id, title, body')} WHERE n > 3`],
    [
      'rows that are written behind it',
      `${FTS5}; ${filled('id, title, body')}; ${onInsert}; INSERT INTO notes (title) VALUES ('a')`,
    ],
  ])('is not: one filled %s', async (_, up) => {
    expect(await misfits(NOTES, up)).toEqual([])
    expect(await misfits(`CREATE TABLE other (a)`, `${NOTES}; ${up}`)).toEqual([])
  })
  it('is not: one that was wrong before, in the next step', async () => {
    const wrong = `${FTS5}; ${onInsert}; ${filled('id + 1, title, body')}`
    expect(await misfits(NOTES, wrong, 'CREATE INDEX i ON notes (n)', TEXT)).toMatchObject(
      blaming('INSERT INTO search', MISFILLED),
    )
  })
})

interface Row {
  readonly id: number
  readonly title: string
  readonly body: string
}

function otherRows(): string {
  return 'INSERT INTO search (rowid, title, body) SELECT id, n, n FROM t'
}

describe('an index that is made over what it cannot read', () => {
  testSome([
    ['the number', FTS5.replace("'id'", 'number'), 'no such column: T.number'],
    ['the table', FTS5.replace("'notes'", 'memos'), 'no such table: main.memos'],
  ])('is found: without %s', async (_, up, message) => {
    const table = /memos/.exec(up)?.[0] ?? 'notes'
    const blamed = blaming('CREATE VIRTUAL', { cause: 'blind', table, message })
    expect(await misfits(NOTES, up)).toMatchObject(blamed)
    expect(await misfits('CREATE TABLE other (a)', `${NOTES}; ${up}`)).toMatchObject(blamed)
  })
  it('is not where the step makes it later, or fills it itself', async () => {
    expect(await misfits('CREATE TABLE other (a)', `${FTS5}; ${NOTES}`)).toEqual([])
    const own = `${FTS5.replace('body', 'text')}; INSERT INTO search (rowid, title, text) SELECT id, title, body || title FROM notes`
    expect(await misfits(NOTES, own)).toEqual([])
  })
})
