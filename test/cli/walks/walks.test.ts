// Walks at random through a project with branches: at every moment `status` and `verify` agree with what is in the file,
// and what is advised leads back. `LOCKSTEP_WALKS=500 LOCKSTEP_WALKS_LENGTH=12 npx vitest run test/cli/walks` walks for longer,
// `LOCKSTEP_WALKS_SEED=7` from another seed, and `LOCKSTEP_WALKS_KEEP=<folder>` keeps the project of the first that fails.
import { expect, test } from 'vitest'
import { processesHere } from '../../support/processes-here.js'
import { Violation } from './world.js'
import { walk } from './walk.js'

processesHere()

const setting = (name: string, otherwise: number): number =>
  Number(process.env[`LOCKSTEP_WALKS${name}`] ?? otherwise)

/** After so many there is enough to look into. */
const ENOUGH = 5

test('walks', { timeout: 3_000_000 }, async () => {
  const first = setting('_SEED', 1)
  const found: string[] = []
  for (let seed = first; seed < first + setting('', 10) && found.length < ENOUGH; seed++) {
    try {
      await walk(seed, setting('_LENGTH', 3))
    } catch (error) {
      if (!(error instanceof Violation)) throw error
      found.push(error.message)
    }
  }
  expect(found.join('\n\n')).toBe('')
})
