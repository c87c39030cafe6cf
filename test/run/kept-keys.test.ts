// A row that loses its parent in a step that fixes, deletes or renumbers another: keys tell the two apart.
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { toolkit } from '../../src/run/context/toolkit.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { databases } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, type Draft } from '../support/registry.js'

const files = databases()

const KEY = 'id INTEGER PRIMARY KEY, p INTEGER REFERENCES p'
const NO_KEY = 'id, p REFERENCES p'
const KEYS = Object.entries({
  'an integer key': KEY,
  'a text key': 'id TEXT PRIMARY KEY, p INTEGER REFERENCES p',
  'a text key, without rowid': 'id TEXT PRIMARY KEY, p TEXT REFERENCES p WITHOUT ROWID',
  'a key of two columns':
    'id INTEGER, p INTEGER REFERENCES p, more DEFAULT 1, PRIMARY KEY (more, id)',
})

const create = (name: string, columns: string): string =>
  `CREATE TABLE ${name} (${columns.replace(' WITHOUT', ') WITHOUT')}${columns.endsWith('ROWID') ? '' : ')'}`

describe('a row that had its parent, beside an old one without', () => {
  const SWAP = 'CASE id WHEN 2 THEN 1 WHEN 3 THEN 9 ELSE p END'
  const attempt = (columns: string, step: Draft<Handle>, rows = '(1, 1), (2, 9), (3, 2)') => {
    const db = files.open()
    const first = {
      up: `CREATE TABLE p (id INTEGER PRIMARY KEY, u); INSERT INTO p (id) VALUES (1), (2); ${create('c', columns)}`,
    }
    migrate(db, registryOf(first))
    db.pragma('foreign_keys = OFF')
    db.exec(`INSERT INTO c (id, p) VALUES ${rows}`)
    return () => migrate(db, registryOf(first, { toolkit, ...step }))
  }
  const rebuilt = (columns: string, p: string) =>
    `${create('n', columns)}; INSERT INTO n (id, p) SELECT id, ${p} FROM c; DROP TABLE c; ALTER TABLE n RENAME TO c`
  const WAYS: [string, (columns: string) => Draft<Handle>][] = [
    ['rebuilt by hand', (columns) => ({ up: rebuilt(columns, SWAP) })],
    [
      'rebuilt by hand, and renamed',
      (columns) => ({ up: `${rebuilt(columns, SWAP)}; ALTER TABLE c RENAME TO d` }),
    ],
    [
      'rebuilt by ctx.rebuild',
      (columns) => ({
        up: (_db, ctx) => ctx.rebuild('c', { create: create('c', columns), copy: { p: SWAP } }),
      }),
    ],
    ['deleted from', () => ({ up: 'DELETE FROM c WHERE id = 2; UPDATE c SET p = 9 WHERE id = 3' })],
    [
      'deleted from and added to',
      () => ({
        up: 'DELETE FROM c WHERE id = 2; UPDATE c SET p = 9 WHERE id = 3; INSERT INTO c (id, p) VALUES (4, 1)',
      }),
    ],
    [
      'deleted from and rebuilt',
      (columns) => ({
        up: `DELETE FROM c WHERE id = 2; ${rebuilt(columns, 'CASE id WHEN 3 THEN 9 ELSE p END')}`,
      }),
    ],
    [
      'deleted from, outside a transaction',
      () => ({
        transaction: false,
        up: 'DELETE FROM c WHERE id = 2; UPDATE c SET p = 9 WHERE id = 3; VACUUM',
      }),
    ],
  ]
  const cases = KEYS.flatMap(([kind, columns]) =>
    WAYS.map(([way, step]) => [kind, way, columns, step(columns)] as const),
  )
  test.each(cases)('is found in a table with %s that is %s', (_kind, _way, columns, step) => {
    const error = errorOf(attempt(columns, step))
    expect(error.code).toBe('FOREIGN_KEY_VIOLATED')
    expect(error.message).toContain('parent: 1 in ')
  })
  test('is found among more rows', () => {
    const more = Array.from({ length: 500 }, (_, at) => `(${at + 10}, 1)`).join()
    for (const [, step] of WAYS)
      expect(errorOf(attempt(KEY, step(KEY), `(1, 1), (2, 9), (3, 2), ${more}`)).message).toContain(
        'such as rowid 3',
      )
  })
  test.each<[string, Draft<Handle>]>([
    ['deleted', { up: 'DELETE FROM c WHERE id = 2; UPDATE c SET p = 9 WHERE id = 3' }],
    ['fixed', { up: `UPDATE c SET p = ${SWAP}` }],
    ['fixed in code', { up: (db) => void db.prepare(`UPDATE c SET p = ${SWAP}`).run() }],
  ])('is found by the rowid, where nothing has changed that and the old one is %s', (_, step) => {
    for (const outside of [{}, { transaction: false } as const])
      expect(errorOf(attempt(NO_KEY, { ...step, ...outside })).message).toContain('such as rowid 3')
  })
  test.each([
    ['a table without key is rebuilt', NO_KEY, rebuilt(NO_KEY, 'p')],
    [
      'one without key is rebuilt in another order',
      NO_KEY,
      rebuilt(NO_KEY, 'p').replace('FROM c', 'FROM c ORDER BY p DESC'),
    ],
    [
      'the key becomes another column',
      KEY,
      rebuilt('nr INTEGER PRIMARY KEY, id, p REFERENCES p', 'p').replace(
        'FROM c',
        'FROM c ORDER BY p DESC',
      ),
    ],
    ['the old one gets a new key', KEY, 'UPDATE c SET id = 50 WHERE id = 2'],
    [
      'the old one gets a new key in a rebuild',
      KEY,
      `${rebuilt(KEY, 'p').replace('SELECT id', 'SELECT CASE id WHEN 2 THEN 50 ELSE id END')}`,
    ],
    ['all get new keys in a rebuild', KEY, rebuilt(KEY, 'p').replace('SELECT id', 'SELECT id + 9')],
  ])('is none where %s', (_, columns, up) => {
    expect(attempt(columns, { up })().steps).toHaveLength(1)
  })
  test('is none where VACUUM numbers rows without a key anew', () => {
    const up = 'VACUUM'
    const step = attempt(
      NO_KEY,
      { up, transaction: false },
      `(1, 1), (0, 1), (3, 1), (2, 9); DELETE FROM c WHERE id = 0`,
    )
    expect(step().steps).toHaveLength(1)
  })
})
