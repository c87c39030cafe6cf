// What `readonly` promises.
import { expectEqual } from '../stage/expect.js'
import type { Promised } from '../stage/promised.js'

/** The promises of `readonly`. */
export const readonly: readonly Promised[] = [
  {
    promise: 'it is false on a handle that can write',
    async tryOut(driver) {
      expectEqual(driver.readonly, false, 'readonly')
    },
  },
  {
    promise: 'it is true on a handle that was opened for reading only',
    needs: ['openReadonly'],
    async tryOut(writing, stage) {
      await writing.execute('CREATE TABLE a (x)')
      const reading = await stage.openReadonly(writing)
      expectEqual(reading.readonly, true, 'readonly')
    },
  },
]
