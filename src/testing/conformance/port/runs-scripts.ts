// What `runsScripts` promises.
import { expectEqual } from '../stage/expect.js'
import type { Promised } from '../stage/promised.js'

/** The promises of `runsScripts`. */
export const runsScripts: readonly Promised[] = [
  {
    promise: 'it tells the truth about `execute`',
    async tryOut(driver, stage) {
      expectEqual(
        driver.runsScripts,
        stage.scripts,
        'runsScripts, compared with capabilities.scripts,',
      )
      if (!driver.runsScripts) return
      await driver.execute('CREATE TABLE a (x); CREATE TABLE b (x)')
      const tables = await driver.query("SELECT name FROM sqlite_master WHERE name IN ('a', 'b')")
      expectEqual(tables.length, 2, 'the number of tables that a script of two statements made')
    },
  },
]
