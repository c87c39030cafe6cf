// What `mode` promises.
import { isPromise } from '../../../database/outcome.js'
import { expectThat } from '../stage/expect.js'
import type { Promised } from '../stage/promised.js'
import type { AnyDriver } from '../stage/stage.js'

/** The promises of `mode`. */
export const mode: readonly Promised[] = [
  {
    promise: 'every `Outcome` is a promise when `async`, and none is when `sync`',
    async tryOut(driver) {
      expectThat(
        driver.mode === 'sync' || driver.mode === 'async',
        'mode is neither sync nor async',
      )
      for (const [call, answer] of answersOf(driver)) {
        const promised = isPromise(answer)
        await answer
        const kind = promised ? 'a promise' : 'no promise'
        expectThat(promised === (driver.mode === 'async'), `${call} answered ${kind}`)
      }
    },
  },
]

function* answersOf(driver: AnyDriver): Generator<readonly [call: string, answer: unknown]> {
  yield ['execute', driver.execute('CREATE TABLE a (x)')]
  yield ['query', driver.query('SELECT x FROM a')]
  yield ['setBusyTimeout', driver.setBusyTimeout(10)]
  yield ['dataVersion', driver.dataVersion()]
  yield ['now', driver.now()]
  yield ['pause', driver.pause(1)]
}
