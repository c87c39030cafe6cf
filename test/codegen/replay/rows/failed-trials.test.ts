// A trial of the proof that breaks off itself says nothing; everything else is said, and so is that.
import { describe, expect, test } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import type { HistoryRun } from '../../../../codegen/replay/sides/history-run.js'
import { attempt, attemptLater } from '../../../../codegen/replay/sides/attempt.js'
import { openFailed } from '../../../../src/errors/command-line.js'
import { LockstepError } from '../../../../src/errors/lockstep-error.js'
import { rowFacts, type Step } from './prove-history.js'

const STEPS: readonly (Step | string)[] = [
  'CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT, body TEXT)',
  { up: (db: Database) => db.exec("UPDATE notes SET title = 'none' WHERE title = 'no title'") },
  'CREATE TABLE n (id INTEGER PRIMARY KEY, title TEXT, body TEXT); INSERT INTO n SELECT * FROM notes WHERE body IS NOT NULL; DROP TABLE notes; ALTER TABLE n RENAME TO notes',
]

/** Databases cannot be copied, on which code is tried again. */
const reopen = (): Promise<Database> => Promise.reject(new Error('no such table: gone'))

const kindsBy = async (options: Partial<HistoryRun>): Promise<string[]> =>
  (await rowFacts(STEPS, options)).flatMap(({ version, facts }) =>
    facts.map(({ kind }) => `${version} ${kind}`),
  )

describe('a trial that breaks off', () => {
  test('is told of its version, beside what is found in others', async () => {
    const facts = (await rowFacts(STEPS, { reopen, failedTrials: [] })).flatMap((one) => one.facts)
    expect(facts).toContainEqual({
      kind: 'unproven',
      version: 2,
      reason: 'trial-failed',
      thrown: expect.stringMatching(/^no such table: gone \(/),
    })
    const known = await kindsBy({})
    expect(known).toContain('3 rows-lost')
    expect(await kindsBy({ reopen, failedTrials: [] })).toEqual(
      expect.arrayContaining(known.filter((one) => !one.startsWith('2'))),
    )
  })

  test('is told where rows are made as well, and other tables get theirs', async () => {
    const broken = new Proxy({}, { ownKeys: () => fails('x is undefined') })
    const options = { seeds: { notes: [broken] }, failedTrials: [] }
    const steps = [...STEPS, 'CREATE TABLE t (a); CREATE TABLE u (a); DROP TABLE u', 'DROP TABLE t']
    const facts = (await rowFacts(steps, options)).flatMap((one) => one.facts)
    expect(facts.map((fact) => [fact.kind, 'thrown' in fact && fact.thrown])).toEqual(
      expect.arrayContaining([
        ['unproven', expect.stringMatching(/^x is undefined/)],
        ['values-gone', false],
      ]),
    )
  })

  test('ends the proof where nobody takes notes, as in tests', async () => {
    await expect(rowFacts(STEPS, { reopen })).rejects.toThrow('no such table: gone')
  })
})

function fails(message: string): never {
  throw new TypeError(message)
}

describe('an attempt', () => {
  const side = { entry: { version: 4 } }

  test('comes to something else where it throws, and notes it once', async () => {
    const failedTrials: HistoryRun['failedTrials'] = []
    const fail = (): number => {
      throw new TypeError('x is undefined')
    }
    const tries = [1, 2].map(() => attempt({ failedTrials }, side, fail, 7))
    expect(tries).toEqual([7, 7])
    expect(await attemptLater({ failedTrials }, side, async () => fail(), 8)).toBe(8)
    expect(failedTrials.map(({ version, thrown }) => [version, thrown])).toEqual([
      [4, expect.stringMatching(/^x is undefined \(fail < attempt/)],
      [4, expect.stringMatching(/^x is undefined \(fail/)],
    ])
  })

  test('does not stand in the way of errors about the project', () => {
    const fail = (): never => {
      throw new LockstepError(openFailed(':memory:', 'no'))
    }
    expect(() => attempt({ failedTrials: [] }, side, fail, null)).toThrow('no')
  })
})
