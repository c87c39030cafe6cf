// The suite notices what is wrong with a driver: each saboteur breaks the case that exists for it, and no other case than
// the golden file says. The file is written anew by `npx vitest run test/testing -u`; read it before it is committed.
import { describe, expect, test } from 'vitest'
import { driverCases } from 'lockstep/testing/driver'
import { answers } from './sabotage/answers.js'
import { locks } from './sabotage/locks.js'
import { runs } from './sabotage/runs.js'
import type { Sabotage } from './sabotage/saboteur.js'
import { failuresOf } from './support/failures-of.js'
import { hasty } from './support/hasty.js'
import { subject } from './support/subjects.js'

/** The cases of a good driver with a sabotage laid over it. */
const casesWith = (sabotage: Sabotage) =>
  driverCases(
    subject('sync', (db) => {
      const driver = hasty(db)
      const members = Object.getOwnPropertyDescriptors(sabotage(driver, db))
      return Object.defineProperties({ ...driver }, members)
    }),
  )

const seen = new Map<string, readonly string[]>()

test('a driver without sabotage breaks nothing', async () => {
  expect(await failuresOf(casesWith(() => ({})))).toEqual([])
})

describe('a driver that', () => {
  test.each([...answers, ...locks, ...runs])('%s', async (wrong, breaks, sabotage) => {
    const failures = await failuresOf(casesWith(sabotage))
    const broken = failures.map(({ name }) => name)
    seen.set(wrong, broken)
    expect(broken).toContain(breaks)
    for (const { name, error } of failures) {
      expect(error).toMatchObject({
        code: 'CONFORMANCE_FAILED',
        message: expect.stringMatching(/^The driver does not keep a promise, ".+": .+[^.]\.$/s),
        facts: { promise: name },
      })
    }
  })
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
