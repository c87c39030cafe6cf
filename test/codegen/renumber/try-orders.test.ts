// Whether two branches commute in the rows that their migrations write themselves, where their schemas do.
import { describe, expect, test } from 'vitest'
import { tryOrders, type Commuting } from '../../../codegen/renumber/try-orders.js'
import { replayed } from '../replay/project.js'

const BASE = `CREATE TABLE settings (key TEXT PRIMARY KEY, value);
CREATE TABLE roles (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO settings VALUES ('theme', 'light');`

const file = (name: string, up: string) => ({
  path: `${name}.sql`,
  bytes: Buffer.from(`-- irreversible: a test\n-- migrate:up\n${up}\n`),
})

/** What comes of two branches that go on from one history. */
function branches(theirs: string, mine: string): Promise<Commuting> {
  const orders = {
    baseFirst: [file('001_a', BASE), file('002_theirs', theirs), file('003_mine', mine)],
    ownFirst: [file('001_a', BASE), file('002_mine', mine), file('003_theirs', theirs)],
  }
  return tryOrders(orders, replayed({ 'migrations/.keep': '' }))
}

const role = (name: string, id = 'NULL'): string => `INSERT INTO roles VALUES (${id}, '${name}');`
const set = (value: string): string => `UPDATE settings SET value = ${value};`

describe('the same rows', () => {
  test.each([
    ['in tables of their own', 'CREATE TABLE b (x); INSERT INTO b VALUES (1);', role('editor')],
    ['under numbers that are given', role('reader', '7'), role('editor', '8')],
    ['in the same table, whatever comes first', set("value || ''"), set('value')],
    [
      'in tables with odd names',
      `CREATE TABLE "it's \\ ""odd""" ("a b" BLOB); INSERT INTO "it's \\ ""odd""" VALUES (x'00ff');`,
      role('editor'),
    ],
    ['and none', 'CREATE TABLE b (x);', 'CREATE TABLE c (x);'],
  ])('%s', async (_, theirs, mine) =>
    expect(await branches(theirs, mine)).toEqual({ kind: 'same', rows: 'same' }),
  )
})

describe('other rows', () => {
  test.each([
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
    expect(await branches(theirs, mine)).toEqual({ kind: 'rows-differ', tables }),
  )

  test('beside rows that are never the same', async () => {
    const stamp = 'CREATE TABLE stamps (at); INSERT INTO stamps VALUES (random());'
    const found = await branches(`${stamp} ${set("'dark'")}`, set("'blue'"))
    expect(found).toEqual({ kind: 'rows-differ', tables: ['settings'] })
  })
})

test('rows that are never the same cannot be compared', async () => {
  const stamp = 'CREATE TABLE stamps (at); INSERT INTO stamps VALUES (random());'
  expect(await branches(stamp, role('editor'))).toEqual({ kind: 'same', rows: 'unknown' })
})

test('where rows cannot be looked at, the schemas are compared all the same', async () => {
  const taken = 'CREATE TABLE lockstep_rows_probe (x);'
  expect(await branches(taken, set("'blue'"))).toEqual({ kind: 'same', rows: 'unknown' })
})

test('another schema comes first', async () => {
  const add = (column: string): string => `ALTER TABLE roles ADD COLUMN ${column};`
  expect(
    await branches(`${add('b')} ${set("'dark'")}`, `${add('c')} ${set("'blue'")}`),
  ).toMatchObject({
    kind: 'differ',
    differences: [{ object: 'table roles' }],
  })
})
