// The suite notices what is wrong with a driver: each saboteur breaks the case that exists for it, and no other case than
// the golden file says. The file is written anew by `npx vitest run test/testing -u`; read it before it is committed.
import { expect, test } from 'vitest'
import { driverCases, type DriverCase } from 'lockstep/testing/driver'
import { asyncDriver } from '../support/async-driver.js'
import { answers } from './sabotage/answers.js'
import { late } from './sabotage/late.js'
import { locks } from './sabotage/locks.js'
import { runs } from './sabotage/runs.js'
import type { Handle, Sabotage } from './sabotage/saboteur.js'
import { failuresOf } from './support/failures-of.js'
import { hasty } from './support/hasty.js'
import { subject } from './support/subjects.js'

/** Members laid over a good driver. */
const over = <D extends object>(driver: D, members: object): D =>
  Object.defineProperties({ ...driver }, Object.getOwnPropertyDescriptors(members))

/** The cases of a driver that is sabotaged. */
const casesWith = (sabotage: Sabotage) =>
  driverCases(
    subject('sync', (db) => {
      const driver = hasty(db)
      return over(driver, sabotage(driver, db))
    }),
  )

const seen = new Map<string, readonly string[]>()

/** Tries everything, notes what breaks, and looks at how it is told. */
async function brokenBy(wrong: string, cases: readonly DriverCase[]): Promise<readonly string[]> {
  const failures = await failuresOf(cases)
  for (const { name, error } of failures) {
    expect(error).toMatchObject({
      code: 'CONFORMANCE_FAILED',
      message: expect.stringMatching(/^The driver does not keep a promise, ".+": .+[^.]\.$/s),
      facts: { promise: name },
    })
  }
  const broken = failures.map(({ name }) => name)
  seen.set(wrong, broken)
  return broken
}

test('a driver without sabotage breaks nothing', async () => {
  expect(await failuresOf(casesWith(() => ({})))).toEqual([])
})

test.each([...answers, ...locks, ...runs])('a driver that: %s', async (wrong, breaks, sabotage) => {
  expect(await brokenBy(wrong, casesWith(sabotage))).toContain(breaks)
})

test.each(late)('an asynchronous driver that: %s', async (wrong, breaks, sabotage) => {
  const driverOf = (db: Handle) => over(asyncDriver(db), sabotage(asyncDriver(db), db))
  const cases = driverCases({ ...subject('async', driverOf), capabilities: { watch: false } })
  expect(await brokenBy(wrong, cases)).toContain(breaks)
})

test('nothing else is broken than what is known', async () => {
  const pages = [...seen].map(([wrong, broken]) => [wrong, ...broken].join('\n  '))
  await expect(`${pages.join('\n\n')}\n`).toMatchFileSnapshot('expected/broken-by-sabotage.txt')
})

test('every case can fail', () => {
  const broken = new Set([...seen.values()].flat())
  const applying = casesWith(() => ({})).filter(({ skip }) => skip === undefined)
  expect(applying.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([])
})
