// What a database lacks skips the cases that need it, with the reason; the others are tried all the same.
import { describe, expect, test } from 'vitest'
import {
  describeDriver,
  driverCases,
  type DriverCapabilities,
  type DriverUnderTest,
} from 'lockstep/testing/driver'
import { failureOf } from '../support/error-of.js'
import { failuresOf } from './support/failures-of.js'
import { hasty, type HastyDriver } from './support/hasty.js'
import { subject } from './support/subjects.js'
import type Database from 'better-sqlite3'

type Subject = DriverUnderTest<Database.Database, 'sync'>

const good = subject('sync', hasty)

/** A driver whose members are exchanged, declared to lack something. */
const lacking = (
  capabilities: Partial<DriverCapabilities>,
  without: (driver: HastyDriver) => Partial<HastyDriver>,
): Subject => ({
  ...subject('sync', (db) => {
    const driver = hasty(db)
    return { ...driver, ...without(driver) }
  }),
  capabilities,
})

const noTransactions = lacking({ interactiveTransactions: false }, (driver) => {
  const refuse = (sql: string): void => {
    if (/^\s*(?:BEGIN|COMMIT|SAVEPOINT)/.test(sql)) throw new RangeError('no transactions here')
  }
  return {
    begin() {
      throw new RangeError('no transactions here')
    },
    query(sql, parameters) {
      refuse(sql)
      return driver.query(sql, parameters)
    },
    execute(script) {
      refuse(script)
      driver.execute(script)
    },
  }
})

const noPragmas = lacking({ pragmas: false }, (driver) => ({
  execute(script) {
    if (/PRAGMA (?:foreign_keys|max_page_count)/.test(script))
      throw new RangeError('not authorized')
    driver.execute(script)
  },
  // Enforcement is off for good, or the runtime would have to switch it off.
  query: (sql, parameters) =>
    sql === 'PRAGMA foreign_keys' ? [{ foreign_keys: 0 }] : driver.query(sql, parameters),
}))

const { openAgain: _again, ...alone } = good
const { openReadonly: _readonly, ...writingOnly } = good
const { bigIntegers: _choice, ...numbersOnly } = good

const reduced: readonly (readonly [string, Subject, string, number])[] = [
  [
    'no scripts',
    lacking({ scripts: false }, () => ({ runsScripts: false })),
    'capabilities.scripts is false',
    3,
  ],
  ['no transactions', noTransactions, 'capabilities.interactiveTransactions is false', 36],
  ['no settings', noPragmas, 'capabilities.pragmas is false', 6],
  [
    'no data version',
    lacking({ dataVersion: false }, () => ({ dataVersion: () => undefined })),
    'capabilities.dataVersion is false',
    2,
  ],
  [
    'nothing to watch',
    lacking({ watch: false }, () => ({ watch: undefined as never })),
    'capabilities.watch is false',
    5,
  ],
  ['no second connection', alone, 'openAgain is not given', 10],
  ['no handle for reading only', writingOnly, 'openReadonly is not given', 3],
  ['no choice of integers', numbersOnly, 'bigIntegers is not given', 1],
]

describe.each(reduced)('with %s', (_, driver, reason, count) => {
  const cases = driverCases(driver)

  test('cases are skipped for that reason', () => {
    expect(cases.filter(({ skip }) => skip?.startsWith(`${reason}: `))).toHaveLength(count)
  })
  test('all that is left is kept', async () => expect(await failuresOf(cases)).toEqual([]))
})

test('nothing is skipped of a driver that can do everything, but what it would have to lack', () => {
  const skipped = driverCases(good).filter(({ skip }) => skip !== undefined)
  expect(skipped.map(({ name }) => name)).toEqual([
    'dataVersion: it is undefined where the database does not tell',
  ])
})

test('a data version that was declared missing must be missing', async () => {
  const cases = driverCases({ ...good, capabilities: { dataVersion: false } })
  const undefinedCase = cases.find(({ promise }) => promise.startsWith('it is undefined'))
  await expect(undefinedCase?.run()).rejects.toMatchObject({ code: 'CONFORMANCE_FAILED' })
})

test('a skipped case that is run all the same says why it cannot be', async () => {
  const skipped = driverCases(alone).find(({ skip }) => skip !== undefined)
  const error = await failureOf(skipped!.run)
  expect(error.code).toBe('CONFORMANCE_SKIPPED')
  expect(error.message).toContain('openAgain is not given: there is no second connection')
})

test('a driver without a way to use its handle fails with the reason', async () => {
  const [first] = driverCases({ ...good, ways: {} })
  const error = await failureOf(first!.run)
  expect(error.message).toContain('a way to run a statement on the handle is missing')
})

test('what cannot be closed fails too', async () => {
  const close = (db: Database.Database): void => {
    good.close(db)
    throw new RangeError('stuck')
  }
  const [first] = driverCases({ ...good, close })
  expect((await failureOf(first!.run)).message).toContain('it threw stuck')
})

describe('describeDriver', () => {
  const titles: string[] = []
  const skipped: string[] = []
  const it = Object.assign((title: string) => void titles.push(title), {
    skip: (title: string) => void skipped.push(title),
  })

  test('declares each case once, and gives the reason of those that it skips', () => {
    describeDriver({ describe: (_, body) => body(), it }, alone)
    expect(titles.length + skipped.length).toBe(driverCases(alone).length)
    expect(skipped).toContain(
      'run: being up to date needs no lock (openAgain is not given: there is no second connection)',
    )
  })
})
