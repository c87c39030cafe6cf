// Whether two branches make the same of rows: of those that their migrations write, and of those that a database has.
import { describe, expect, test } from 'vitest'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { compareRows, type RowsCompared } from '../../../codegen/renumber/compare-rows.js'
import { carryRows } from '../../../codegen/replay/rows/carry-rows.js'
import { historyOf, type Step } from '../replay/rows/prove-history.js'
import { testSome } from '../../support/some-of.js'

const BASE = `CREATE TABLE settings (key TEXT PRIMARY KEY, value);
CREATE TABLE roles (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO settings VALUES ('theme', 'light');`

/** What comes of two branches that go on from one history. */
function compared(theirs: Step['up'], mine: Step['up']): Promise<RowsCompared> {
  const order = (...ups: readonly [string, Step['up']][]) => {
    const run = historyOf([{ up: BASE }, ...ups.map(([, up]) => ({ up }))])
    const registry = run.registry.map((entry, index) => ({
      ...entry,
      name: ups[index - 1]?.[0] ?? 'base',
    }))
    return (spared: Parameters<typeof carryRows>[1]['spared']) =>
      carryRows({ ...run, registry }, { from: 1, spared })
  }
  return compareRows(
    order(['theirs', theirs], ['mine', mine]),
    order(['mine', mine], ['theirs', theirs]),
  )
}

const role = (name: string, id = 'NULL'): string => `INSERT INTO roles VALUES (${id}, '${name}');`
const set = (value: string): string => `UPDATE settings SET value = ${value};`

testSome([
  ['in tables of their own', 'CREATE TABLE b (x); INSERT INTO b VALUES (1);', role('editor')],
  ['under numbers that are given', role('reader', '7'), role('editor', '8')],
  ['in the same table, whatever comes first', set("value || ''"), set('value')],
  [
    'in tables with odd names',
    `CREATE TABLE "it's \\ ""odd""" ("a b" BLOB); INSERT INTO "it's \\ ""odd""" VALUES (x'00ff');`,
    role('editor'),
  ],
  ['and none', 'CREATE TABLE b (x);', 'CREATE TABLE c (x);'],
])('the same rows: %s', async (_, theirs, mine) =>
  expect(await compared(theirs, mine)).toMatchObject({ kind: 'same', rows: 'same' }),
)

describe('other rows', () => {
  testSome([
    ['of two updates the last one counts', set("'dark'"), set("'blue'"), ['settings']],
    ['numbers are given in turn', role('reader'), role('editor'), ['roles']],
    [
      'one counts what the other writes',
      role('reader', '7'),
      set('(SELECT count(*) FROM roles)'),
      ['settings'],
    ],
    [
      'in two tables',
      `${set("'dark'")} ${role('reader')}`,
      `${set("'blue'")} ${role('editor')}`,
      ['roles', 'settings'],
    ],
    ['a type is all that differs', set("'1'"), set('1'), ['settings']],
  ])('%s', async (_, theirs, mine, tables) =>
    expect(await compared(theirs, mine)).toEqual({ kind: 'rows-differ', tables }),
  )

  test('beside rows that are never the same', async () => {
    const stamp = 'CREATE TABLE stamps (at); INSERT INTO stamps VALUES (random());'
    const found = await compared(`${stamp} ${set("'dark'")}`, set("'blue'"))
    expect(found).toEqual({ kind: 'rows-differ', tables: ['settings'] })
  })
})

test('rows that are never the same cannot be compared', async () => {
  const stamp = 'CREATE TABLE stamps (at); INSERT INTO stamps VALUES (random());'
  expect(await compared(stamp, role('editor'))).toMatchObject({
    kind: 'same',
    rows: 'unknown',
    reason: 'those of stamps are never the same twice',
  })
})

describe('rows that a database has', () => {
  const roles = { kind: 'rows-differ', tables: ['roles'] }
  testSome([
    [
      'two updates of a column',
      "UPDATE roles SET name = name || 'x'",
      'UPDATE roles SET name = upper(name)',
    ],
    [
      'an update of what the other deletes',
      "UPDATE roles SET name = 'anonymous' WHERE name = ''",
      "DELETE FROM roles WHERE name = ''",
    ],
    [
      'one looks for what the other writes',
      "UPDATE roles SET name = 'gone' WHERE name = 'left'",
      "DELETE FROM roles WHERE name = 'gone'",
    ],
  ])('%s', async (_, theirs, mine) => {
    expect(await compared(`${theirs};`, `${mine};`)).toEqual(roles)
  })

  test('are named where they come to be the same', async () => {
    const found = await compared("UPDATE roles SET name = 'a'", "UPDATE settings SET value = 'b'")
    expect(found).toEqual({
      kind: 'same',
      rows: 'same',
      reason: null,
      tried: ['settings', 'roles'],
      untried: [],
    })
  })

  test('are fewer where a step fails on them, the same for both orders', async () => {
    const unique = 'CREATE UNIQUE INDEX one_name ON roles (name);'
    expect(await compared(unique, "UPDATE settings SET value = 'b';")).toMatchObject({
      kind: 'same',
      rows: 'same',
      tried: ['settings', 'roles'],
    })
    const upper = 'UPDATE roles SET name = upper(name);'
    expect(await compared(`${unique} UPDATE roles SET name = name || 'x';`, upper)).toEqual(roles)
  })

  test('are none where a step fails on each, and that is told', async () => {
    const fails = 'INSERT INTO roles SELECT id, name FROM roles; UPDATE settings SET value = 1;'
    expect(await compared(fails, 'CREATE TABLE c (x);')).toMatchObject({
      kind: 'same',
      rows: 'same',
      tried: ['settings'],
      untried: ['roles'],
    })
  })

  test('those that code works on', async () => {
    const code = (sql: string) => (db: Handle) => void db.prepare(sql).run()
    const [update, remove] = ["UPDATE roles SET name = 'x'", 'DELETE FROM roles WHERE id > 0']
    expect(await compared(code(update), code(remove.replace('id', 'length(name)')))).toMatchObject({
      kind: 'rows-differ',
    })
  })
})
