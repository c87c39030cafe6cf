// What migrations leave for later, where they are replayed: found where it comes back to the database, and nowhere else.
import { expect, test } from 'vitest'
import { code, findings, replayed } from './project.js'

const FIRST =
  '-- migrate:up\nCREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);\n-- migrate:down\nDROP TABLE users;\n'

/** The codes that are found for a history of these versions, with their files. */
async function found(...texts: readonly string[]): Promise<string[]> {
  const files = texts.map((text, at) => [`migrations/00${at + 2}_m.ts`, text] as const)
  const settings = replayed(
    { 'migrations/001_users.sql': FIRST, ...Object.fromEntries(files) },
    { rules: { SCHEMA_AND_DATA_MIXED: 'off', MIGRATION_EMPTY: 'off', REPLAY_UNPROVEN: 'off' } },
  )
  return (await findings(settings)).map((one) => `${one.code} ${one.file}:${one.line}`)
}

/** As a helper does that prepares each statement once. */
const KEPT = `const kept = new WeakMap()
const statement = (db, sql) => {
  const own = kept.get(db) ?? kept.set(db, new Map()).get(db)
  return own.get(sql) ?? own.set(sql, db.prepare(sql)).get(sql)
}`

test('what is nothing to the database, or is taken back', async () => {
  const watchdog = `const watchdog = setTimeout(() => db.exec('SELECT 1'), 1)
  db.exec('CREATE TABLE a (id INTEGER PRIMARY KEY)')
  db.exec('CREATE TABLE b (id INTEGER PRIMARY KEY)')
  clearTimeout(watchdog)`
  const beside = `const rows = statement(db, 'SELECT id, email FROM users').all()
  void Promise.all(rows.map(async ({ email }) => email)).then((all) => all.length)
  setTimeout(() => rows.length, 1)
  db.exec('CREATE TABLE addresses (id INTEGER PRIMARY KEY, email TEXT NOT NULL)')
  const add = statement(db, 'INSERT INTO addresses (email) VALUES (?)')
  db.transaction(() => rows.forEach(({ email }) => add.run(email)))()`
  const outside = `console.log('begins')
  process.nextTick(() => {})
  db.exec('CREATE TABLE c (id INTEGER PRIMARY KEY)')`
  const own = `const other = new db.constructor(':memory:')
  other.exec('CREATE TABLE x (y)')
  setImmediate(() => other.close())
  db.exec('CREATE TABLE d (id INTEGER PRIMARY KEY)')`
  const walked = `function* ids() { for (const { id } of db.prepare('SELECT id FROM users').all()) yield id }
  for (const id of ids()) db.prepare('UPDATE users SET email = ? WHERE id = ?').run(String(id), id)`
  expect(
    await found(
      code(watchdog),
      code(beside, KEPT),
      code(outside, 'export const transaction = false'),
      code(own),
      code(walked),
    ),
  ).toEqual([])
})

test('what comes back long afterwards, and timers that a module keeps for itself', async () => {
  const long = `setTimeout(() => db.exec("UPDATE users SET email = ''"), 30_000)`
  const kept = `clock.last = db.prepare('SELECT count(*) AS n FROM users').get().n
  db.exec('CREATE TABLE counted (n INTEGER)')`
  const clock = 'const clock = { last: 0 }\nsetInterval(() => clock.last, 5000)'
  expect(await found(code(long), code(kept, clock))).toEqual([
    'STATEMENT_AFTER_END migrations/002_m.ts:4',
    'MODULE_SIDE_EFFECT migrations/003_m.ts:2',
  ])
})

test('what comes back, on empty tables and with rows alone, though its errors are caught', async () => {
  const schema = `Promise.resolve().then(() => db.exec('CREATE TABLE late (x INTEGER)')).catch(() => {})`
  const rows = `const set = db.prepare('UPDATE users SET email = ? WHERE id = ?')
  for (const { id, email } of db.prepare('SELECT * FROM users').all())
    crypto.subtle.digest('SHA-1', new Uint8Array(1)).then(() => {
      try {
        set.run(email, id)
      } catch {}
    })`
  expect(await found(code(schema), code(rows, 'export const transaction = false'))).toEqual([
    'STATEMENT_AFTER_END migrations/002_m.ts:4',
    'STATEMENT_AFTER_END migrations/003_m.ts:8',
  ])
})
