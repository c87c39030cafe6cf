// The recorded time: from the option `now`, otherwise from the driver.
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { optionInvalid } from '../../errors/usage.js'
import { A_CLOCK, type Environment } from './environment.js'

type Clock<H> = Pick<Environment<H>, 'driver' | 'options'>

/** The time in milliseconds since 1970, for measuring durations. */
export const timeOf = <H>(env: Clock<H>): Work<number> =>
  settled(givenTime(env) ?? env.driver.now())

/** The time to write into the ledger, in its format; null for SQLite's own. */
export function timeToWrite<H>(env: Clock<H>): string | null {
  const ms = givenTime(env)
  return ms === undefined ? null : new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}

/** What the option returns. Throws `OPTION_INVALID` for anything but a time between the years 0 and 9999, which SQLite can read. */
function givenTime<H>({ options }: Clock<H>): number | undefined {
  const ms = options.now?.()
  if (ms === undefined && !options.now) return undefined
  if (typeof ms === 'number' && ms >= FIRST_MS && ms < END_MS) return ms
  throw new LockstepError(optionInvalid('now', ms, A_CLOCK))
}

const FIRST_MS = -62_167_219_200_000
const END_MS = 253_402_300_800_000
