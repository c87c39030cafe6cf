// Makes SQLite behave as at another time, in another time zone and with other random numbers: the rows that migrations insert then show
// whether they depend on these.
import { CLOCK_FUNCTIONS } from '../../sql/clock-functions.js'
import { createHash } from 'node:crypto'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'

/** A fixed time, a time zone, and a seed for random numbers. */
export interface World {
  /** In milliseconds since 1970. */
  readonly at: number
  readonly zone: string
  readonly seed: string
}

/** The same time twice, with different random numbers, and times that have as little as possible in common. */
export const WORLDS: readonly [World, World, ...World[]] = [
  { at: Date.UTC(2024, 1, 29, 11, 22, 33, 444), zone: 'UTC', seed: 'a' },
  { at: Date.UTC(2024, 1, 29, 11, 22, 33, 444), zone: 'UTC', seed: 'b' },
  { at: Date.UTC(2031, 6, 5, 21, 7, 0, 1), zone: 'Pacific/Kiritimati', seed: 'a' },
  { at: Date.UTC(1999, 11, 31, 3, 59, 59), zone: 'America/Los_Angeles', seed: 'a' },
]

/** Runs work in that time zone. */
export function inZone<T>({ zone }: World, work: () => T): T {
  const { TZ } = process.env
  process.env['TZ'] = zone
  try {
    return work()
  } finally {
    if (TZ === undefined) delete process.env['TZ']
    else process.env['TZ'] = TZ
  }
}

const NOWS: Readonly<Record<string, string>> = {
  current_timestamp: 'datetime',
  current_date: 'date',
  current_time: 'time',
}

/** Redefines the functions of a connection to return what they would there; `plain` is another connection, on which they are unchanged. */
export function moveFunctions(handle: Database, plain: Database, { at, seed }: World): void {
  const now = new Date(at).toISOString().replace('Z', '')
  const define = (
    name: string,
    answer: (...values: unknown[]) => unknown,
    deterministic = true,
  ): void => void handle.function(name, { varargs: true, deterministic }, answer)
  const ask = (name: string, values: readonly unknown[]): unknown =>
    plain
      .prepare<unknown[], { readonly v: unknown }>(
        `SELECT ${name}(${values.map(() => '?').join(', ')}) AS v`,
      )
      .get(...values)?.v
  for (const [name, before] of Object.entries(CLOCK_FUNCTIONS))
    define(name, (...values) => {
      const given = values.length > before ? values : [...values, 'now']
      const moved = given.map((value) => (/^now$/i.test(String(value)) ? now : value))
      return ask(name, moved)
    })
  for (const [name, same] of Object.entries(NOWS)) define(name, () => ask(same, [now]))
  let drawn = 0
  const next = (): Buffer => createHash('sha256').update(`${seed} ${drawn++}`).digest()
  define('random', () => next().readBigInt64BE(), false)
  define(
    'randomblob',
    (length) => {
      const wanted = Math.max(1, Number(length))
      return Buffer.alloc(wanted, next())
    },
    false,
  )
}
