// Full-text indexes that are left behind by something else than rowids, as the replay sees them.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { toolkit } from '../../../../src/run/context/toolkit.js'
import {
  NOTES,
  FTS5,
  FTS4,
  onInsert,
  onDelete,
  onUpdate,
  REFILL,
  VIEW,
  OVER_VIEW,
  BARE,
  TEXT,
  misfits,
  blaming,
  rows,
} from './indexed-notes.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const KEPT = `${NOTES}; ${FTS5}; ${onInsert}; ${onDelete}; ${onUpdate}`
const HALF_KEPT = `${NOTES}; ${FTS5}; ${onInsert}; ${onDelete}`
const BARE4 = `${NOTES}; ${FTS4}`
const VIEWED = `${NOTES}; ${VIEW}; ${OVER_VIEW}`

const create = 'id INTEGER PRIMARY KEY, title TEXT, body TEXT, n INT'
const rebuild = (body = 'body', rest = ''): string =>
  `CREATE TABLE fresh (${create}); INSERT INTO fresh SELECT id, title, ${body}, n FROM notes${rest};
   DROP TABLE notes; ALTER TABLE fresh RENAME TO notes`

describe('rows that nobody tells the index of', () => {
  testSome([
    ['a new text, no triggers', BARE, TEXT, 'UPDATE notes'],
    ['a new text, fts4', BARE4, TEXT, 'UPDATE notes'],
    ['a new text, triggers for INSERT and DELETE', HALF_KEPT, TEXT, 'UPDATE notes'],
    ['a new text, through a view', VIEWED, TEXT, 'UPDATE notes'],
    ['rows less', BARE, 'DELETE FROM notes WHERE id > 3', 'DELETE'],
    ['rows replaced, which no trigger hears', KEPT, REPLACED(), 'INSERT OR REPLACE'],
    ['a copy with another text', KEPT, rebuild(`body || ' more'`), 'INSERT INTO fresh'],
    ['a copy without some rows', KEPT, rebuild('body', ' LIMIT 1'), 'INSERT INTO fresh'],
    ['a table made anew without rows', BARE, `DROP TABLE notes; ${NOTES}`, 'DROP TABLE'],
    [
      'a text that few rows have, which no trigger hears',
      `${HALF_KEPT}; ${onUpdate.replace('UPDATE ON', 'UPDATE OF title ON')}`,
      `UPDATE notes SET body = replace(body, 'http://', 'https://') WHERE body LIKE '%http://%'`,
      'UPDATE notes',
    ],
    ['two columns swapped', BARE, 'UPDATE notes SET title = body, body = title', 'UPDATE'],
    [
      'an update of another column behind it',
      BARE,
      `${TEXT}; UPDATE notes SET n = 1`,
      'UPDATE notes SET body',
    ],
    [
      'a trigger of another table',
      `${BARE}; CREATE TABLE other (a); CREATE TRIGGER far AFTER INSERT ON other BEGIN ${TEXT}; END`,
      `CREATE INDEX i ON notes (n); INSERT INTO other VALUES (1)`,
      'INSERT INTO other',
    ],
  ])('%s', async (_, setup, up, start) => {
    expect(await misfits(setup, up)).toMatchObject(
      blaming(start, start.endsWith('other') ? { cause: 'rows' } : rows),
    )
  })
  it('a view that answers something else', async () => {
    const up = `DROP VIEW told; ${VIEW.replace('body FROM', `body || ' more' AS body FROM`)}`
    expect(await misfits(VIEWED, up)).toMatchObject(
      blaming('CREATE VIEW told', { ...rows, table: 'told' }),
    )
  })
  it('in code, and by ctx.rebuild with a copy of its own', async () => {
    const up = (db: Database): void => void db.exec(TEXT)
    expect(await misfits(BARE, { up })).toMatchObject(blaming('UPDATE notes', rows))
    const remade: Step['up'] = (_: Database, ctx) =>
      ctx.rebuild('notes', { create: NOTES, copy: { body: `body || ' more'` } })
    expect(await misfits(KEPT, { up: remade, toolkit } as Step)).toMatchObject([rows])
  })
  it('in `down`', async () => {
    const up = 'ALTER TABLE notes ADD COLUMN more'
    const down = `${TEXT}; ALTER TABLE notes DROP COLUMN more`
    expect(await misfits(BARE, { up, down })).toMatchObject([
      { ...rows, at: { version: 2, direction: 'down' } },
    ])
  })
  it('each index by itself, once', async () => {
    const other = FTS5.replace('search', 'found')
    const found = await misfits(`${BARE}; ${other}`, TEXT, 'CREATE TABLE other (a)')
    expect(found).toMatchObject([{ index: 'search' }, { index: 'found' }])
  })
})

function REPLACED(): string {
  return `INSERT OR REPLACE INTO notes SELECT id, 'new', 'words', 1 FROM notes`
}

testSome([
  ['a column that is dropped', BARE, 'ALTER TABLE notes DROP COLUMN body', 'no such column'],
  ['a column that is renamed', KEPT, 'ALTER TABLE notes RENAME body TO text', 'no such column'],
  ['and fts4', BARE4, 'ALTER TABLE notes RENAME TO memos', 'no such table: main.notes'],
  ['a view that is dropped', VIEWED, 'DROP VIEW told', 'no such table: main.told'],
])('an index that cannot read: %s', async (_, setup, up, message) => {
  expect(await misfits(setup, up)).toMatchObject(
    blaming(up.split('; ').at(-1) ?? '', {
      cause: 'unreadable',
      message: expect.stringContaining(message),
      table: setup === VIEWED ? 'told' : 'notes',
    }),
  )
})

describe('an index that could not read before a step that mends it', () => {
  const there = 'ALTER TABLE notes RENAME body TO text'
  const back = 'ALTER TABLE notes RENAME text TO body'
  const at = { version: 2 }
  testSome([
    ['a column', BARE, there, back],
    ['a table', KEPT, 'ALTER TABLE notes RENAME TO memos', 'ALTER TABLE memos RENAME TO notes'],
    ['a view', VIEWED, 'DROP VIEW told', VIEW],
  ])('is left to `down` as it was found: %s', async (_, setup, up, mend) => {
    expect(await misfits(setup, up, { up: mend, down: up })).toMatchObject([{ at }])
  })
  it('but not otherwise', async () => {
    const step = { up: back, down: 'ALTER TABLE notes RENAME title TO heading' }
    const found = await misfits(BARE, there, step)
    expect(found).toMatchObject([{ at }, { at: { version: 3, direction: 'down' } }])
  })
})

describe('an index that is made anew and left empty', () => {
  const anew = `DROP TABLE search; ${FTS5}`
  it('is found', async () => {
    expect(await misfits(KEPT, anew)).toMatchObject(
      blaming('CREATE VIRTUAL TABLE search', { cause: 'unfilled', table: 'notes' }),
    )
  })
  it('is not where it is filled, also by hand and in part', async () => {
    expect(await misfits(KEPT, `${anew}; ${REFILL}`)).toEqual([])
    expect(
      await misfits(
        KEPT,
        `${anew}; INSERT INTO search (rowid, title, body) SELECT id, title, body FROM notes WHERE id > 3`,
      ),
    ).toEqual([])
  })
})

describe('an index that is new over rows that there are', () => {
  const unfilled = { cause: 'unfilled', table: 'notes' }
  testSome([
    ['with triggers', `${FTS5}; ${onInsert}; ${onDelete}; ${onUpdate}`],
    [
      'under another name at first',
      `${FTS5.replace('search', 's')}; ALTER TABLE s RENAME TO search`,
    ],
  ])('is found: %s', async (_, up) => {
    expect(await misfits(NOTES, up)).toMatchObject(blaming('CREATE VIRTUAL TABLE', unfilled))
  })
  it('over a view, in code, and in `down`', async () => {
    const viewed = await misfits(`${NOTES}; ${VIEW}`, OVER_VIEW)
    expect(viewed).toMatchObject(blaming('CREATE', { cause: 'unfilled', table: 'told' }))
    const up = (db: Database): void => void db.exec(FTS5)
    expect(await misfits(NOTES, { up })).toMatchObject(blaming('CREATE', unfilled))
    expect(await misfits(KEPT, { up: 'DROP TABLE search', down: FTS5 })).toMatchObject([
      { ...unfilled, at: { version: 2, direction: 'down' } },
    ])
  })
  it('and once: the next step is not blamed', async () => {
    expect(await misfits(NOTES, FTS5, 'UPDATE notes SET n = 1')).toHaveLength(1)
    expect(await misfits(NOTES, `${FTS5}; ${onInsert}; ${onUpdate}`, TEXT)).toHaveLength(1)
    const kept = `${FTS5}; ${onInsert}; ${onDelete}`
    const found = await factsOf([NOTES, kept, 'DELETE FROM notes WHERE length(body) > 20'])
    expect(found.filter(({ kind }) => kind === 'step-failed')).toEqual([])
    const fill = 'INSERT INTO search (rowid, title, body) SELECT id, title, body FROM notes'
    expect(await misfits(NOTES, kept, fill)).toHaveLength(1)
  })
  it('also where the rows change once it is filled', async () => {
    expect(await misfits(NOTES, `${FTS5}; ${REFILL}; ${TEXT}`)).toMatchObject(
      blaming('UPDATE', rows),
    )
    expect(await misfits(BARE, `DROP TABLE search; ${FTS5}; ${REFILL}; ${TEXT}`)).toMatchObject(
      blaming('UPDATE', rows),
    )
  })
  testSome([
    [
      'that is filled by its numbers, fts4',
      `${FTS4}; INSERT INTO search (docid, title, body) SELECT id, title, body FROM notes`,
    ],
    ['over no rows', `DELETE FROM notes; ${FTS5}`],
    ['that is gone again', `${FTS5}; DROP TABLE search`],
    ['of another kind', 'CREATE VIRTUAL TABLE search USING rtree(id, a, b)'],
  ])('is not: one %s', async (_, up) => expect(await misfits(NOTES, up)).toEqual([]))
  it('is not: one made with its table, which triggers tell of rows', async () => {
    const put = `INSERT INTO notes (title) VALUES ('welcome')`
    expect(await misfits(`${NOTES}; ${FTS5}`, TEXT.replace('body', 'n'))).toEqual([])
    expect(await misfits('CREATE TABLE a (b)', `${KEPT}; ${put}`, put)).toEqual([])
    const copied = `${KEPT}; INSERT INTO notes (id, title) SELECT id, b FROM a`
    expect(await misfits('CREATE TABLE a (id INTEGER PRIMARY KEY, b)', copied)).toEqual([])
  })
  it('is not: one that is renamed and leaves rows out on purpose', async () => {
    const some = onInsert.replace('BEGIN', 'WHEN new.n > 3 BEGIN')
    const up = 'ALTER TABLE search RENAME TO found'
    expect(await misfits(`${NOTES}; ${FTS5}; ${some}`, up)).toEqual([])
  })
})

describe('an index that is filled without the numbers of the rows', () => {
  const unnumbered = { cause: 'unnumbered', table: 'notes' }
  testSome([
    ['with its columns', `${FTS5}; INSERT INTO search (title, body) SELECT title, body FROM notes`],
    [
      'with its schema',
      `${FTS5}; INSERT INTO main.search (title, body) SELECT title, body FROM notes`,
    ],
  ])('is found: %s', async (_, up) => {
    expect(await misfits(NOTES, up)).toMatchObject(blaming('INSERT', unnumbered))
    expect(await misfits(BARE, `DROP TABLE search; ${up}`)).toMatchObject(
      blaming('INSERT', unnumbered),
    )
  })
})

describe('innocent', () => {
  testSome([
    ['a column that it does not read', 'UPDATE notes SET n = n + 1'],
    ['a text with the same words', 'UPDATE notes SET body = upper(body)'],
    ['a column more', 'ALTER TABLE notes ADD COLUMN more'],
    ['another column less', 'ALTER TABLE notes DROP COLUMN n'],
    ['another column renamed', 'ALTER TABLE notes RENAME n TO m'],
    ['an index of the ordinary sort', 'CREATE INDEX by_n ON notes (n)'],
    ['another table', `CREATE TABLE other (body); INSERT INTO other SELECT body FROM notes`],
    ['a rebuild that keeps all', rebuild()],
    ['a text that changes before it is made anew', `${TEXT}; ${REFILL}`],
    ['a column that goes with it', 'DROP TABLE search; ALTER TABLE notes DROP COLUMN body'],
    ['a table that goes with it', 'DROP TABLE notes; DROP TABLE search'],
    [
      'a table that is renamed, and an index over the new name',
      `DROP TABLE search; ALTER TABLE notes RENAME TO memos;
       ${FTS5.replace("'notes'", "'memos'")}; ${REFILL}`,
    ],
    [
      'an index that keeps its own text from now on',
      `${TEXT}; DROP TABLE search; CREATE VIRTUAL TABLE search USING fts5(title, body)`,
    ],
  ])('%s', async (_, up) => {
    for (const setup of [BARE, BARE4, `${BARE}; ${onInsert}`])
      expect(await misfits(setup, up), setup).toEqual([])
  })
  it('rows that triggers tell it of', async () => {
    for (const up of [
      TEXT,
      'DELETE FROM notes WHERE id > 3',
      `INSERT INTO notes (body) VALUES ('a')`,
    ])
      expect(await misfits(KEPT, up)).toEqual([])
  })
  it('an index without content, or with its own', async () => {
    for (const options of ['', ", content=''"]) {
      const own = `${NOTES}; CREATE VIRTUAL TABLE search USING fts5(title, body${options})`
      expect(await misfits(own, TEXT, 'DROP TABLE notes')).toEqual([])
    }
  })
  it('an index that leaves rows out on purpose', async () => {
    const some = onInsert.replace('BEGIN', 'WHEN new.n > 3 BEGIN')
    expect(await misfits(`${NOTES}; ${FTS5}; ${some}`, TEXT)).toEqual([])
  })
  it('a view that stays what it was', async () => {
    const up = `DROP VIEW told; ${rebuild()}; ${VIEW}`
    expect(await misfits(VIEWED, up, 'UPDATE notes SET n = 5')).toEqual([])
  })
  it('a history from which an index is gone again', async () => {
    expect(await misfits(KEPT, 'DROP TABLE search', 'DROP TRIGGER added', TEXT)).toEqual([])
  })
})

it('an index that one step leaves behind is no excuse for the next', async () => {
  const change = (word: string): string => `UPDATE notes SET body = body || ' ${word}'`
  const facts = await factsOf([HALF_KEPT, change('more'), change('still')])
  expect(facts).toMatchObject([
    { kind: 'index-misfit', cause: 'rows', at: { version: 2 } },
    { kind: 'index-misfit', cause: 'rows', at: { version: 3 } },
  ])
  const mended = [HALF_KEPT, `${change('more')}; ${REFILL}`, `${change('still')}; ${REFILL}`]
  expect(await factsOf(mended)).toEqual([])
})
