// Rows for what functions look for beside conditions: a text that is replaced, taken away, or trimmed.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { toolkit } from '../../../../src/run/context/toolkit.js'
import { FTS5, NOTES, misfits, onDelete, onInsert, onUpdate } from './indexed-notes.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const KEPT = `${NOTES}; ${FTS5}; ${onInsert}; ${onDelete}; ${onUpdate}`
const HALF_KEPT = `${NOTES}; ${FTS5}; ${onInsert}; ${onDelete}`

describe('an index that is not told of a text which few rows have', () => {
  const changes = [
    "replace(body, 'colour', 'color')",
    "replace(coalesce(body, ''), 'colour', 'color')",
    "replace(body, '-', '')",
    "nullif(body, 'n/a')",
    "nullif(trim(body), 'n/a')",
    "iif(body IN ('m', 'f'), 'x', body)",
    "iif(body GLOB 'old*', 'new', body)",
    "iif(body = 'm', 'x', body)",
    "iif(substr(body, 1, 3) = 'abc', 'x', body)",
    "iif(substr(body, 4, 2) = 'de', 'x', body)",
    "iif(instr(body, '://'), 'x', body)",
    "ltrim(body, 'xyz:')",
    "rtrim(body, 'xyz')",
    "trim(body, 'a')",
    "coalesce(substr(body, nullif(instr(body, '://'), 0) + 3), body)",
    "printf('%s', replace(body, 'colour', 'color'))",
    "trim(body, '0123456789 ') || ''",
  ]
  testSome(changes)('is found behind an update, with %s', async (change) => {
    const update = `UPDATE notes SET body = ${change} WHERE id > 0`
    expect(await misfits(HALF_KEPT, update)).toMatchObject([{ index: 'search' }])
    expect(await misfits(KEPT, update)).toEqual([])
  })

  testSome(changes)('is found behind a rebuild, with %s', async (change) => {
    const up: Step['up'] = (_: Database, ctx) =>
      ctx.rebuild('notes', { create: NOTES, copy: { body: change } })
    expect(await misfits(KEPT, { up, toolkit } as Step)).toMatchObject([{ index: 'search' }])
  })
})

it('an index that is not told of a text which code replaces is found', async () => {
  const up = (db: Database): void => {
    const rows = db.prepare('SELECT id, body FROM notes').all() as { id: number; body: string }[]
    const update = db.prepare('UPDATE notes SET body = ? WHERE id = ?')
    for (const row of rows) update.run(row.body?.replace('colour', 'color') ?? null, row.id)
  }
  expect(await misfits(HALF_KEPT, { up })).toMatchObject([{ index: 'search' }])
})

describe('an index over other text than before', () => {
  testSome([
    ['a renamed column', 'title', 'body'],
    ['nothing', 'body', 'null'],
  ])('is found behind a rebuild that copies %s', async (_, column, from) => {
    const up: Step['up'] = (_: Database, ctx) =>
      ctx.rebuild('notes', { create: NOTES, copy: { [column]: from } })
    expect(await misfits(KEPT, { up, toolkit } as Step)).toMatchObject([{ index: 'search' }])
  })
  it('is found where the column gets another name', async () => {
    const create = 'CREATE TABLE n (id TEXT PRIMARY KEY, txt TEXT)'
    const up: Step['up'] = (_: Database, ctx) => ctx.rebuild('n', { create, copy: { txt: 'body' } })
    const before = `${create.replace('txt', 'body')}; CREATE VIRTUAL TABLE f USING fts5(body, content='n')`
    expect(await misfits(before, { up, toolkit } as Step)).toMatchObject([
      { index: 'f', cause: 'unreadable' },
    ])
  })
})

describe('a unique text', () => {
  const TABLE = 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)'
  const copy = (name: string, from = TABLE): string =>
    `${from.replace('TABLE t', 'TABLE fresh')}; INSERT INTO fresh SELECT id, ${name} FROM t;
     DROP TABLE t; ALTER TABLE fresh RENAME TO t`
  const trims = [
    "rtrim(name, '/')",
    'rtrim(name, char(10))',
    'trim (name, char (13) || char (10))',
    'trim(name)',
    "ltrim(name, '#')",
    "trim(coalesce(name, ''))",
  ]
  testSome(trims)('is tried beside one that differs in what %s takes away', async (trim) => {
    const all = await Promise.all(
      [copy(trim), `UPDATE t SET name = ${trim}`, `CREATE UNIQUE INDEX u ON t (${trim})`].map(
        (up) => factsOf([TABLE, up]),
      ),
    )
    for (const found of all) expect(found).toMatchObject([{ kind: 'step-failed', cause: 'sqlite' }])
  })
  const replaces = [
    "replace(name, '-', '')",
    "replace(replace(name, '-', ''), ' ', '')",
    "replace(name, 'http:', 'https:')",
  ]
  const innocent = [
    "substr(name, instr(name, ':') + 1) || id",
    "coalesce(name, 'x')",
    "iif(name = '-', 'none', name)",
    'name || char(10)',
    'CAST(name AS CHAR(10))',
    "name || '-'",
  ]
  testSome(replaces)('is tried beside one in which %s has been done', async (to) => {
    for (const up of [copy(to), `UPDATE t SET name = ${to}`])
      expect(await factsOf([TABLE, up])).toMatchObject([{ kind: 'step-failed', column: 'name' }])
  })
  testSome(innocent)('is no trouble in a copy: %s', async (to) => {
    expect(await factsOf([TABLE, copy(to)])).toEqual([])
  })
  testSome(innocent)('is no trouble: %s', async (to) => {
    for (const up of [`UPDATE t SET name = ${to}`, `CREATE UNIQUE INDEX u ON t (${to})`])
      expect([up, await factsOf([TABLE, up])]).toEqual([up, []])
  })
  testSome(['lower(name)', "name) WHERE (name <> 'x'"])(
    'is no trouble under an index over other terms: %s',
    async (terms) => {
      const table = `${TABLE}; CREATE UNIQUE INDEX folded ON t (lower(name))`
      expect(await factsOf([table, `CREATE UNIQUE INDEX u ON t (${terms})`])).toEqual([])
    },
  )
  testSome([...trims, ...replaces, ...innocent, "nullif(name, 'none')", 'lower(trim(name))'])(
    'is no trouble where it may be repeated: %s',
    async (to) => {
      const free = 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)'
      for (const up of [copy(to, free), `UPDATE t SET name = ${to}`, `CREATE INDEX u ON t (${to})`])
        expect([up, await factsOf([free, up])]).toEqual([up, []])
    },
  )
  it('is missing where another is made NULL', async () => {
    expect(await factsOf([TABLE, copy("nullif(name, 'none')")])).toMatchObject([
      { kind: 'step-failed', column: 'name', row: { name: 'none' } },
    ])
  })
})
