// What steps leave for later: seen where it comes back to the database of the step, and only there.
import { AsyncLocalStorage } from 'node:async_hooks'
import { pbkdf2 } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { LateWork } from '../../../codegen/wall/late-work.js'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { betterSqlite3 } from '../../../src/drivers/better-sqlite3.js'
import type { Where } from '../../../src/model/told-step.js'
import { databases } from '../../support/databases.js'

const files = databases()
const where: Where = { version: 7, name: 'x', direction: 'up', file: '7.ts', outside: false }

/** What is refused throws where nobody can catch it. */
const followed: LateWork[] = []
const endure = (error: unknown): void => {
  if (!followed.some((late) => late.isKnown(error))) throw error
}
beforeAll(() => void process.on('unhandledRejection', endure).on('uncaughtException', endure))
afterAll(() => void process.off('unhandledRejection', endure).off('uncaughtException', endure))

type Step = (db: Handle) => unknown

/** The texts that come too late, and the database. */
async function left(
  step: Step,
  then: (db: Handle, late: LateWork) => void = () => {},
  late = new LateWork(),
) {
  const db = files.open() as Handle
  db.exec('CREATE TABLE t (a)')
  followed.push(late)
  const driver = late.over(betterSqlite3(db))
  late.begin(where)
  const release = driver.watch?.(
    () => {},
    () => {},
  )
  step(db)
  release?.()
  late.guard()
  then(db, late)
  const found = await late.settle()
  return { db, texts: found.map(({ text }) => text), found, again: await late.settle() }
}

const count = (db: Handle): unknown => db.prepare('SELECT count(*) FROM t').pluck().get()
const INSERT = 'INSERT INTO t VALUES (1)'

describe('is seen and not run', () => {
  test.each<[string, Step]>([
    ['a timer', (db) => setTimeout(() => db.exec(INSERT), 5)],
    ['a turn of the loop', (db) => setImmediate(() => db.prepare(INSERT).run())],
    ['a tick', (db) => process.nextTick(() => db.prepare(INSERT).run())],
    ['a promise', (db) => Promise.resolve().then(() => db.exec(INSERT))],
    [
      'a callback that is async, with the method taken before',
      (db) => {
        const add = db.prepare(INSERT)
        const nothing = async (): Promise<void> => {}
        ;[1].forEach(async () => add.run(await nothing()))
      },
    ],
    [
      'work in other threads, one after the other',
      (db) => {
        const data = new Uint8Array(1)
        const digest = (): Promise<unknown> => crypto.subtle.digest('SHA-256', data)
        void digest()
          .then(digest)
          .then(digest)
          .then(() => db.exec(INSERT))
      },
    ],
    [
      'work that takes its time',
      (db) => pbkdf2('a', 'b', 30_000, 32, 'sha512', () => db.exec(INSERT)),
    ],
    ['a module', (db) => import('node:os').then(() => db.exec(INSERT))],
    [
      'a statement that was prepared in the step',
      (db) => {
        const add = db.prepare(INSERT)
        setTimeout(() => add.run())
      },
    ],
  ])('%s', async (_, step) => {
    const { db, texts, found, again } = await left(step)
    expect(texts).toEqual([INSERT])
    expect(found[0]).toMatchObject({ where, error: { code: 'MIGRATION_OVER' } })
    expect(count(db)).toBe(0)
    expect(again).toEqual([])
  })

  test('a text that is a pragma', async () => {
    const { texts } = await left((db) => setImmediate(() => db.pragma('user_version = 3')))
    expect(texts).toEqual(['user_version = 3'])
  })
})

describe('is no business of the step', () => {
  test.each<[string, Step]>([
    ['nothing', (db) => db.exec('SELECT 1')],
    ['a timer that is cleared', (db) => clearTimeout(setTimeout(() => db.exec(INSERT), 1))],
    ['a timer that does something else', () => setTimeout(() => {}, 1)],
    ['a promise that is never settled', (db) => new Promise(() => {}).then(() => db.exec(INSERT))],
    ['a value that is there already', () => Promise.resolve(1).then((one) => one + 1)],
    [
      'another database',
      (db) => {
        const other = new (db.constructor as new (path: string) => Handle)(':memory:')
        setTimeout(() => other.exec('CREATE TABLE u (a)').close(), 1)
      },
    ],
  ])('%s', async (_, step) => expect((await left(step)).texts).toEqual([]))

  test('what a step has left that was broken off', async () => {
    const { texts, db } = await left(
      (other) => setTimeout(() => other.exec(INSERT), 1),
      (_, late) => late.fail(),
    )
    expect(texts).toEqual([])
    expect(count(db)).toBe(0)
  })

  test('what others run meanwhile', async () => {
    const { db, texts } = await left(
      () => setTimeout(() => {}, 5),
      (other) => setTimeout(() => other.exec(INSERT), 1),
    )
    expect(texts).toEqual([])
    expect(count(db)).toBe(1)
  })
})

describe('a timer that is longer than anybody waits', () => {
  const MINUTE = 60_000
  const hurried = (step: Step) => left(step, () => {}, new LateWork('hurries'))
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

  test.each<[string, Step]>([
    ['comes', (db) => setTimeout(() => db.exec(INSERT), MINUTE)],
    ['comes with what it was given', (db) => setTimeout((sql) => db.exec(sql), MINUTE, INSERT)],
    ['comes as a promise', (db) => wait(MINUTE).then(() => db.exec(INSERT))],
    [
      'comes after another one',
      (db) => wait(MINUTE).then(() => setTimeout(() => db.exec(INSERT), MINUTE)),
    ],
    [
      'comes once of many',
      (db) => {
        const every = setInterval(() => {
          clearInterval(every)
          db.exec(INSERT)
        }, MINUTE)
      },
    ],
  ])('%s at once in a trial', async (_, step) => {
    const { db, texts, found } = await hurried(step)
    expect(texts).toEqual([INSERT])
    expect(found[0]).toMatchObject({ where })
    expect(count(db)).toBe(0)
  })

  const innocent: Record<string, Step> = {
    'does something else': () => setTimeout(() => {}, MINUTE).refresh(),
    'is cleared by something shorter': (db) => {
      const guard = setTimeout(() => db.exec(INSERT), MINUTE)
      setTimeout(() => clearTimeout(guard), 1)
    },
    'keeps no process alive': (db) => setTimeout(() => db.exec(INSERT), MINUTE).unref(),
  }
  test.each(Object.entries(innocent))('is no business of the step: %s', async (_, step) => {
    expect((await hurried(step)).texts).toEqual([])
  })

  test('is left alone where it was started outside of a step, by a module that is loaded', async () => {
    let ran = 0
    const own = setInterval(() => (ran += 1), MINUTE)
    const { texts } = await hurried((db) => setTimeout(() => db.exec(INSERT), MINUTE))
    clearInterval(own)
    expect({ texts, ran }).toEqual({ texts: [INSERT], ran: 0 })
  })

  test('is left alone in a run that is no trial', async () => {
    let ran = false
    const timers: NodeJS.Timeout[] = []
    const { texts } = await left(() => timers.push(setTimeout(() => (ran = true), MINUTE)))
    timers.forEach(clearTimeout)
    expect({ texts, ran }).toEqual({ texts: [], ran: false })
  })
})

test('the handle is as it was', async () => {
  const { db } = await left((handle) => setTimeout(() => handle.exec(INSERT), 1))
  expect(Object.getOwnPropertyNames(db)).toEqual(Object.getOwnPropertyNames(files.open()))
  db.prepare(INSERT).run()
  expect(count(db)).toBe(1)
})

test('what follows steps is put away when they are over, or every promise of the process would pay', async () => {
  const disabled = vi.spyOn(AsyncLocalStorage.prototype, 'disable')
  await left((db) => db.exec(INSERT))
  expect(disabled).toHaveBeenCalledTimes(1)
  await left((db) => Promise.resolve().then(() => db.exec(INSERT)))
  expect(disabled).toHaveBeenCalledTimes(2)
  disabled.mockRestore()
})
