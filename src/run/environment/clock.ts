// The time that is recorded: of the option `now`, else of the driver.
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { optionInvalid } from '../../errors/usage.js'
import { A_CLOCK, type Environment } from './environment.js'

type Clock<H> = Pick<Environment<H>, 'driver' | 'options'>

/** The time in milliseconds since 1970, to count how long something takes. */
export const timeOf = <H>(env: Clock<H>): Work<number> =>
  settled(givenTime(env) ?? env.driver.now())

/** The time that the ledger is to have, as it writes times; null where that is SQLite's own. */
export function timeToWrite<H>(env: Clock<H>): string | null {
  const ms = givenTime(env)
  return ms === undefined ? null : new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}

/** What the option answers. Throws `OPTION_INVALID` for what is no time between the years 0 and 9999, which SQLite can read. */
function givenTime<H>({ options }: Clock<H>): number | undefined {
  const ms = options.now?.()
  if (ms === undefined && !options.now) return undefined
  if (typeof ms === 'number' && ms >= FIRST_MS && ms < END_MS) return ms
  throw new LockstepError(optionInvalid('now', ms, A_CLOCK))
}

const FIRST_MS = -62_167_219_200_000
const END_MS = 253_402_300_800_000
