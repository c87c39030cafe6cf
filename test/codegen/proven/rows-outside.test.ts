// Steps outside a transaction that fail on rows: their rows cannot be tried one by one, and are told of all the same.
import { describe, expect, test } from 'vitest'
import { proveFiles } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const BASE = `-- migrate:up
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, nick TEXT);
CREATE TABLE msgs (id INTEGER PRIMARY KEY, body TEXT);
-- migrate:down
DROP TABLE msgs;
DROP TABLE users;
`
const step = (up: string, options = 'transaction: false'): string => `export default {
  irreversible: 'a test',
  ${options},
  up(db, ctx) {
    ${up}
  },
}
`
async function told(up: string, options?: string) {
  const files = { 'migrations/001_base.sql': BASE, 'migrations/002_b.js': step(up, options) }
  const found = (await proveFiles(files)).filter(({ code }) => code === 'REPLAY_FAILS_ON_ROWS')
  return found.map(({ message, fix }) => ({ message, fix }))
}
const rebuilt = (columns: string, copy = ''): string =>
  `ctx.rebuild('users', { create: 'CREATE TABLE users (id INTEGER PRIMARY KEY, ${columns})'${copy} })`
const NAMED = '`// lockstep-ignore REPLAY_FAILS_ON_ROWS users: reason`'

testSome([
  [
    'email TEXT, nick TEXT CHECK (length(nick) > 5)',
    'with `SELECT * FROM users WHERE NOT (length(nick) > 5)`',
  ],
  ['email TEXT NOT NULL, nick TEXT', '`UPDATE users SET email = … WHERE email IS NULL`'],
  ['email TEXT UNIQUE, nick TEXT', '`SELECT email, count(*) FROM users WHERE'],
])('a rebuild outside a transaction is told of with its table: %s', async (columns, advice) => {
  const [one, ...others] = await told(rebuilt(columns))
  expect(others).toEqual([])
  expect(one!.message).toContain('fails as soon as users has rows')
  expect(one!.fix).toContain(advice)
  expect(one!.fix).toContain(NAMED)
})

describe('no query is advised over a table without the column', () => {
  const AGES = "db.exec('CREATE TABLE ages (age INTEGER CHECK (age > 0), name TEXT NOT NULL)')"
  const each = (values: string): string =>
    `${AGES}; for (const one of db.prepare('SELECT * FROM users').all()) db.prepare('INSERT INTO ages VALUES (?, ?)').run(${values})`
  testSome(['transaction: false', "description: 'in one'"])('a CHECK, %s', async (options) => {
    const [one] = await told(each("-1, 'x'"), options)
    expect(one!.message).toContain('CHECK constraint failed: age > 0')
    expect(one!.fix).toMatch(/^Find the rows that do not satisfy it, and change them before/)
  })
  testSome(['transaction: false', "description: 'in one'"])('NOT NULL, %s', async (options) => {
    const [one] = await told(each('1, one.email'), options)
    expect(one!.fix).toMatch(/^Write a value for name in every row\. If there can be no such/)
  })
  test('a CHECK of a column that is calculated', async () => {
    const [one] = await told(
      rebuilt('email TEXT, years INTEGER CHECK (years > 5)', ", copy: { years: 'length(nick)' }"),
    )
    expect(one!.fix).toMatch(/^Write values that satisfy the CHECK/)
    expect(one!.fix).toContain(NAMED)
  })
  test('what writes into a table is not taken for one that reads it', async () => {
    const [one] = await told(
      "for (const one of db.prepare('SELECT * FROM users').all()) db.prepare('INSERT INTO msgs (id) VALUES (1)').run()",
    )
    expect(one!.message).toContain('fails as soon as the tables have rows')
  })
})

test('what passes on rows is not told of', async () => {
  expect(await told(rebuilt('email TEXT, nick TEXT'))).toEqual([])
})
