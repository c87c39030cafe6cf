// Columns of few values that are mixed up: the rows there are may have the same in both.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const TYPES: readonly (readonly [string, (name: string) => string])[] = [
  ['BOOLEAN', () => 'BOOLEAN NOT NULL DEFAULT 0'],
  ['IN (0, 1)', (name) => `INTEGER NOT NULL DEFAULT 0 CHECK (${name} IN (0, 1))`],
  ['BETWEEN', (name) => `INTEGER NOT NULL CHECK (${name} BETWEEN 0 AND 1)`],
  ['texts', (name) => `TEXT NOT NULL CHECK (${name} IN ('a', 'b'))`],
]
const SWAPPED = ['error VALUES_SWAPPED s']

testSome(TYPES)('%s', async (_, type) => {
  const table = (name: string): string =>
    `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, admin ${type('admin')}, active ${type('active')})`
  const anew = (select: string): Promise<string[]> =>
    codesIn(
      `${table('s')};`,
      `${table('n')}; INSERT INTO n (id, admin, active) SELECT ${select} FROM s; DROP TABLE s; ALTER TABLE n RENAME TO s;`,
    )
  const rebuilt = (copy: string): Promise<string[]> =>
    codesIn(
      `${table('s')};`,
      `export const irreversible = 'no'
export const up = (_: unknown, ctx: any) => ctx.rebuild('s', { create: ${JSON.stringify(table('s'))}${copy} })`,
    )
  expect(await anew('id, active, admin')).toEqual(SWAPPED)
  expect(await anew('id, admin, active')).toEqual([])
  expect(await anew('*')).toEqual([])
  expect(await rebuilt(`, copy: { admin: 'active', active: 'admin' }`)).toEqual(SWAPPED)
  expect(await rebuilt('')).toEqual([])
})

testSome([
  ['NOT active, active', []],
  ['admin OR active, active', []],
  ['admin, admin AND active', []],
])('what is calculated: %s', async (items, codes) => {
  const table = 'id INTEGER PRIMARY KEY, admin BOOLEAN NOT NULL, active BOOLEAN NOT NULL'
  const step = `CREATE TABLE n (${table}); INSERT INTO n (id, admin, active) SELECT id, ${items} FROM s; DROP TABLE s; ALTER TABLE n RENAME TO s;`
  const found = await codesIn(`CREATE TABLE s (${table});`, step)
  expect(found.filter((code) => code.includes('SWAPPED'))).toEqual(codes)
})

test('of three, two', async () => {
  const table = 'id INTEGER PRIMARY KEY, a BOOLEAN NOT NULL, b BOOLEAN NOT NULL, c BOOLEAN NOT NULL'
  const step = `CREATE TABLE n (${table}); INSERT INTO n (id, a, b, c) SELECT id, a, c, b FROM s; DROP TABLE s; ALTER TABLE n RENAME TO s;`
  expect(await codesIn(`CREATE TABLE s (${table});`, step)).toEqual(SWAPPED)
})

test('a key over several of them', async () => {
  const table = 'id INTEGER PRIMARY KEY, a BOOLEAN NOT NULL, b BOOLEAN NOT NULL, UNIQUE (a, b)'
  const step = (items: string): string =>
    `CREATE TABLE n (${table}); INSERT INTO n (id, a, b) SELECT id, ${items} FROM s; DROP TABLE s; ALTER TABLE n RENAME TO s;`
  expect(await codesIn(`CREATE TABLE s (${table});`, step('b, a'))).toEqual(SWAPPED)
  expect(await codesIn(`CREATE TABLE s (${table});`, step('a, b'))).toEqual([])
})

const LOST = ['error VALUES_LOST s.admin']
testSome([
  ["CASE admin WHEN 1 THEN 'all' ELSE 'few' END", "role = 'few'", LOST],
  ["CASE admin WHEN 1 THEN 'all' ELSE 'few' END", "role = 'all'", []],
  ["CASE WHEN admin = 1 THEN 'few' ELSE 'all' END", "role = 'all'", LOST],
  ["iif(admin, 'all', 'few')", "iif(role = 'all', 0, 1)", LOST],
  ["iif(admin, 'all', 'few')", "CASE role WHEN 'all' THEN 1 ELSE 0 END", []],
  ["CASE admin WHEN 1 THEN 'all' WHEN 2 THEN 'most' ELSE 'few' END", "role = 'all'", []],
])('a flag without a constraint becomes %s, and again %s', async (role, admin, codes) => {
  const flag = 'admin INTEGER NOT NULL DEFAULT 0'
  const found = await codesIn(
    `CREATE TABLE s (id INTEGER PRIMARY KEY, ${flag});`,
    `-- migrate:up
ALTER TABLE s ADD COLUMN role TEXT NOT NULL DEFAULT 'few'; UPDATE s SET role = ${role}; ALTER TABLE s DROP COLUMN admin;
-- migrate:down
ALTER TABLE s ADD COLUMN ${flag}; UPDATE s SET admin = (${admin}); ALTER TABLE s DROP COLUMN role;`,
  )
  expect(found.filter((code) => code.includes('VALUES_LOST'))).toEqual(codes)
})
