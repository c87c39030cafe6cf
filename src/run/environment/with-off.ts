// Switches off connection settings that change the meaning of SQL and that an application may have switched on for itself.
import { settled, type Work } from '../../database/outcome.js'
import type { Environment } from './environment.js'
import { unlessClosed } from './faults.js'

/** Does work with a setting switched off, and restores it on every path. */
export function* withOff<H, T>(env: Environment<H>, setting: string, work: Work<T>): Work<T> {
  const { driver } = env
  const [row = {}] = yield* settled(driver.query(`PRAGMA ${setting}`))
  if (Object.values(row)[0] !== 1) return yield* work
  const set = (value: string) => settled(driver.execute(`PRAGMA ${setting} = ${value}`))
  yield* set('OFF')
  try {
    return yield* work
  } finally {
    yield* unlessClosed(env, () => set('ON'))
  }
}
