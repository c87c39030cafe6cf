// The driver for better-sqlite3 keeps the promises written at the port.
import { writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { betterSqlite3 } from '../../src/database/better-sqlite3/driver.js'
import { databases } from '../support/databases.js'

const files = databases()
const connect = (db = files.open()) => ({ db, driver: betterSqlite3(db) })

test('execute runs a whole script, and keeps what came before a failing statement', () => {
  const { db, driver } = connect()
  expect(() => driver.execute('CREATE TABLE a (x); oops; CREATE TABLE b (x)')).toThrow(
    'near "oops"',
  )
  expect(db.prepare('SELECT name FROM sqlite_master').pluck().all()).toEqual(['a'])
})

test('query binds values of every kind and answers rows; a statement without rows answers none', () => {
  const { driver } = connect()
  expect(driver.query('CREATE TABLE a (x, y)')).toEqual([])
  expect(driver.query('INSERT INTO a VALUES (?, ?)', ['text', null])).toEqual([])
  expect(
    driver.query('INSERT INTO a VALUES (?, ?) RETURNING x', [1.5, new Uint8Array([7])]),
  ).toEqual([{ x: 1.5 }])
  expect(driver.query('SELECT x FROM a WHERE y IS NULL')).toEqual([{ x: 'text' }])
  expect(driver.query('SELECT ? AS big', [2n ** 40n])).toEqual([{ big: 2 ** 40 }])
})

test('a statement that was prepared once sees a schema that has changed', () => {
  const { driver } = connect()
  driver.execute('CREATE TABLE a (x); INSERT INTO a VALUES (1)')
  const select = 'SELECT * FROM a'
  expect(driver.query(select)).toEqual([{ x: 1 }])
  driver.execute('ALTER TABLE a ADD COLUMN y DEFAULT 2')
  expect(driver.query(select)).toEqual([{ x: 1, y: 2 }])
})

test('begin takes the write lock, or answers false when another connection has it', () => {
  const path = files.path()
  const first = connect(files.open(path))
  const second = connect(files.open(path, { timeout: 0 }))
  expect(first.driver.begin()).toBe(true)
  expect(first.driver.inTransaction()).toBe(true)
  expect(second.driver.begin()).toBe(false)
  expect(second.driver.inTransaction()).toBe(false)
  first.driver.query('COMMIT')
  expect(second.driver.begin()).toBe(true)
})

test('begin throws what is no lock', () => {
  const { driver } = connect()
  driver.begin()
  expect(() => driver.begin()).toThrow('within a transaction')
})

test('setBusyTimeout answers what it was', () => {
  const { db, driver } = connect(files.open(undefined, { timeout: 77 }))
  expect(driver.setBusyTimeout(100)).toBe(77)
  expect(driver.setBusyTimeout(Infinity)).toBe(100)
  expect(db.pragma('busy_timeout', { simple: true })).toBe(2 ** 31 - 1)
})

test('dataVersion moves when another connection commits, and only then', () => {
  const path = files.path()
  const { driver } = connect(files.open(path))
  const other = files.open(path)
  const before = driver.dataVersion()
  driver.execute('CREATE TABLE mine (x)')
  expect(driver.dataVersion()).toBe(before)
  other.exec('CREATE TABLE theirs (x)')
  expect(driver.dataVersion()).not.toBe(before)
})

test('now is the time, in milliseconds, and pause lets it pass', () => {
  const { driver } = connect()
  expect(Math.abs(driver.now() - Date.now())).toBeLessThan(1_000)
  const before = driver.now()
  driver.pause(30)
  expect(driver.now() - before).toBeGreaterThanOrEqual(28)
})

test('readonly tells how the handle was opened', () => {
  const path = files.path()
  files.open(path).exec('CREATE TABLE a (x)')
  expect(connect(files.open(path, { readonly: true })).driver.readonly).toBe(true)
  expect(connect().driver.readonly).toBe(false)
})

describe('faults by the errors that the client really throws', () => {
  const thrown = (action: () => unknown): unknown => {
    try {
      action()
    } catch (error) {
      return error
    }
    throw new Error('Nothing was thrown')
  }
  const { driver } = connect()
  test('readonly', () => {
    const path = files.path()
    files.open(path).exec('CREATE TABLE a (x)')
    const db = files.open(path, { readonly: true })
    expect(driver.faultOf(thrown(() => db.exec('DROP TABLE a')))).toBe('readonly')
  })
  test('busy', () => {
    const path = files.path()
    files.open(path).exec('BEGIN IMMEDIATE')
    const db = files.open(path, { timeout: 0 })
    expect(driver.faultOf(thrown(() => db.exec('CREATE TABLE a (x)')))).toBe('busy')
  })
  test('full', () => {
    const db = files.open()
    db.pragma('max_page_count = 1')
    expect(driver.faultOf(thrown(() => db.exec('CREATE TABLE a (x); CREATE TABLE b (x)')))).toBe(
      'full',
    )
  })
  test('not a database', () => {
    const path = files.path()
    writeFileSync(path, 'x'.repeat(4_096))
    expect(driver.faultOf(thrown(() => files.open(path).exec('SELECT * FROM a')))).toBe(
      'not-a-database',
    )
  })
  test('cannot open', () => {
    const path = `${files.path()}/nowhere/a.db`
    expect(driver.faultOf(thrown(() => new Database(files.path(), { fileMustExist: true })))).toBe(
      'cannot-open',
    )
    expect(thrown(() => new Database(path))).toBeInstanceOf(TypeError)
  })
  test('closed', () => {
    const db = files.open()
    db.close()
    expect(driver.faultOf(thrown(() => db.exec('SELECT 1')))).toBe('closed')
  })
  test.each([
    undefined,
    null,
    'text',
    new Error('other'),
    { code: 'SQLITE_CONSTRAINT' },
    { code: 5 },
  ])('none: %j', (error) => expect(driver.faultOf(error)).toBeUndefined())
})

describe('watch', () => {
  test('sees each text before it runs, and can refuse it; afterwards the handle is as it was', () => {
    const { db, driver } = connect()
    const seen: string[] = []
    const before = { exec: db.exec, prepare: db.prepare }
    const release = driver.watch!((sql) => {
      seen.push(sql)
      if (sql === 'no') throw new Error('refused')
    })
    db.exec('CREATE TABLE a (x)')
    db.prepare('SELECT * FROM a').all()
    expect(() => db.exec('no')).toThrow('refused')
    driver.execute('SELECT 1')
    driver.query('SELECT 2')
    expect(seen).toEqual(['CREATE TABLE a (x)', 'SELECT * FROM a', 'no'])
    release()
    expect({ exec: db.exec, prepare: db.prepare }).toEqual(before)
    expect(Object.hasOwn(db, 'exec')).toBe(false)
  })
  test("puts back what an application had laid over the handle's methods", () => {
    const db = files.open()
    const calls: string[] = []
    const own = (sql: string): Database.Database => {
      calls.push(sql)
      return Database.prototype.exec.call(db, sql) as Database.Database
    }
    db.exec = own
    const { driver } = connect(db)
    const release = driver.watch!(() => {})
    db.exec('SELECT 1')
    release()
    expect(db.exec).toBe(own)
    expect(calls).toEqual(['SELECT 1'])
  })
})
