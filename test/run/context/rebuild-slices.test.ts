// ctx.rebuild of a table with many rows: slice by slice, with the same result as at once.
import { describe, expect, test } from 'vitest'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import type { MigrationEvent, ProgressEvent } from '../../../src/model/events.js'
import type { RebuildOptions } from '../../../src/model/migration.js'
import { toolkit } from '../../../src/run/context/toolkit.js'
import { databases } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf } from '../../support/registry.js'
import { all } from './rebuilt.js'

const files = databases()
const ROWS = 120_001

/** A table with that many rows, in which `id` is what the values of a counter make of it. */
function filled(create: string, id = 'n'): ReturnType<typeof files.open> {
  const db = files.open()
  db.exec(
    `${create}; WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${ROWS})
    INSERT INTO t (id, a) SELECT ${id}, 'a' || n FROM c`,
  )
  return db
}

function rebuild(
  db: ReturnType<typeof files.open>,
  options: RebuildOptions,
  onEvent: (event: MigrationEvent) => void = () => {},
  signal = { aborted: false },
): ProgressEvent[] {
  const told: ProgressEvent[] = []
  migrate(db, registryOf({ toolkit, up: (_, ctx) => ctx.rebuild('t', options) }), {
    onUnmanaged: 'allow',
    signal,
    onEvent(event) {
      if (event.type === 'progress') told.push(event)
      onEvent(event)
    },
  })
  return told
}

const KEYED = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)'
const WIDER = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT)'

const sumOf = (db: ReturnType<typeof files.open>, ...columns: string[]): unknown[] =>
  all(db, `SELECT count(*), ${columns.map((one) => `md5sum(${one})`).join(', ')} FROM t`)

/** Tells every change of a value or of the order in which rows stand. */
function withSum(db: ReturnType<typeof files.open>): void {
  db.aggregate('md5sum', {
    start: 7,
    step: (sum: number, value: unknown) =>
      [...String(value)].reduce((is, letter) => (is * 31 + letter.charCodeAt(0)) % 1_000_003, sum),
  })
}

describe('is told how far it is, and copies what one statement would', () => {
  test.each<[string, string, string, RebuildOptions]>([
    ['by a key', KEYED, 'n', { create: WIDER, copy: { b: "upper(a) || '!'" } }],
    [
      'by a key that is called otherwise',
      KEYED,
      'n * 3 - 70',
      { create: 'CREATE TABLE t (nr INTEGER PRIMARY KEY, id INTEGER, a TEXT)', copy: { nr: 'id' } },
    ],
    [
      'by the rowid',
      'CREATE TABLE t (id INTEGER, a TEXT)',
      '-n',
      { create: 'CREATE TABLE t (id INTEGER, a TEXT NOT NULL)' },
    ],
    [
      'with a subquery, and a function of the application',
      KEYED,
      'n',
      {
        create: WIDER,
        copy: { b: '(SELECT max(o.id) FROM t o WHERE o.id < 9) || slug(hex(zeroblob(2)))' },
      },
    ],
    [
      'with the lowest and the highest number',
      KEYED,
      `CASE n WHEN 1 THEN -9223372036854775808 WHEN 2 THEN 9223372036854775807 ELSE n END`,
      { create: WIDER },
    ],
  ])('%s', (_, create, id, options) => {
    const db = filled(create, id)
    withSum(db)
    db.function('slug', (value: string) => value.slice(1))
    const before = sumOf(db, 'id', 'a')
    const told = rebuild(db, options)
    expect(told.every(({ table }) => table === 't')).toBe(true)
    expect(told.map(({ done, total }) => [done, total])).toEqual([
      [50_000, ROWS],
      [100_000, ROWS],
      [ROWS, ROWS],
    ])
    expect(sumOf(db, 'id', 'a')).toEqual(before)
  })
})

describe('is done at once', () => {
  test.each<[string, string, RebuildOptions, string, unknown]>([
    [
      'where rows are numbered',
      KEYED,
      { create: WIDER, copy: { b: 'row_number() OVER (ORDER BY id DESC)' } },
      'SELECT min(CAST(b AS INTEGER)), max(CAST(b AS INTEGER)), count(DISTINCT b) FROM t',
      [1, ROWS, ROWS],
    ],
    [
      'where statements before are asked',
      KEYED,
      { create: WIDER, copy: { b: '(SELECT total_changes() > 0 OR 1)' } },
      'SELECT min(b), max(b), count(*) FROM t',
      ['1', '1', ROWS],
    ],
    [
      'where the key changes',
      KEYED,
      { create: WIDER, copy: { id: 'id + 5' } },
      'SELECT min(id), max(id), count(*) FROM t',
      [6, ROWS + 5, ROWS],
    ],
    [
      'without a rowid',
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT) WITHOUT ROWID',
      { create: 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT) WITHOUT ROWID' },
      'SELECT min(id), max(id), count(*) FROM t',
      [1, ROWS, ROWS],
    ],
  ])('%s', (_, create, options, query, answer) => {
    const db = filled(create)
    expect(rebuild(db, options)).toEqual([])
    expect(all(db, query)).toEqual([answer])
  })
})

test('is stopped between two slices, and nothing is changed', () => {
  const db = filled(KEYED)
  const signal = { aborted: false }
  const stop = (): void => void (signal.aborted = true)
  const error = errorOf(() =>
    rebuild(db, { create: WIDER }, ({ type }) => type === 'progress' && stop(), signal),
  )
  expect(error.code).toBe('RUN_ABORTED')
  expect(all(db, "SELECT count(*), sql FROM t, sqlite_master WHERE name = 't'")).toEqual([
    [ROWS, KEYED],
  ])
})

test('is refused where the new table leaves rows out', () => {
  const db = filled(KEYED)
  const create =
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT CHECK (length(a) < 9), b TEXT DEFAULT 1 UNIQUE ON CONFLICT IGNORE)'
  expect(errorOf(() => rebuild(db, { create })).code).toBe('REBUILD_INVALID')
})

test.each([':a', '?', '@a', '$a'])('a parameter is given no value: %s', (parameter) => {
  const db = files.open()
  db.exec(KEYED)
  const copy = { b: `upper(${parameter})` }
  expect(errorOf(() => rebuild(db, { create: WIDER, copy })).message).toContain('parameter')
})
