// Runs migrations as they would run at another time, in another time zone and with other random numbers: what they insert then shows
// whether it depends on any of that.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'

/** A time that stands still, a place, and what comes out of chance. */
export interface World {
  /** In milliseconds since 1970. */
  readonly at: number
  readonly zone: string
  /** What `random` begins with. */
  readonly chance: bigint
}

/** As different from each other as they can be: of what is decided by chance in two ways, one at least is met here. */
export const WORLDS: readonly World[] = [
  { at: Date.UTC(2024, 1, 29, 11, 22, 33, 444), zone: 'UTC', chance: 0n },
  { at: Date.UTC(2031, 6, 5, 21, 7, 0, 1), zone: 'Pacific/Kiritimati', chance: 1n },
  { at: Date.UTC(1999, 11, 31, 3, 59, 59), zone: 'America/Los_Angeles', chance: -1_000_000_007n },
]

/** Does work there. What opens connections must have been done before. */
export function inWorld<T>(world: World, work: () => T): T {
  const { Date: OwnDate } = globalThis
  const { random } = Math
  const { TZ } = process.env
  let drawn = 0
  globalThis.Date = standingStill(OwnDate, world.at)
  Math.random = () => (Number(world.chance & 1n) * 0.5 + 0.123_456 + 0.000_1 * drawn++) % 1
  process.env['TZ'] = world.zone
  try {
    return work()
  } finally {
    globalThis.Date = OwnDate
    Math.random = random
    if (TZ === undefined) delete process.env['TZ']
    else process.env['TZ'] = TZ
  }
}

const standingStill = (Own: DateConstructor, at: number): DateConstructor =>
  class extends Own {
    constructor(...parts: []) {
      if (parts.length === 0) super(at)
      else super(...parts)
    }
    static override now(): number {
      return at
    }
  } as DateConstructor

/** Functions of SQLite that tell the time, with how many arguments stand in front of it. */
const TIMES: Readonly<Record<string, number>> = {
  date: 0,
  time: 0,
  datetime: 0,
  julianday: 0,
  unixepoch: 0,
  strftime: 1,
}

const NOWS: Readonly<Record<string, string>> = {
  current_timestamp: 'datetime',
  current_date: 'date',
  current_time: 'time',
}

/** Makes the functions of a connection answer what they would there; `plain` is another connection, on which they are as ever. */
export function moveFunctions(handle: Database, plain: Database, { at, chance }: World): void {
  const now = new Date(at).toISOString().replace('Z', '')
  const define = (name: string, answer: (...values: unknown[]) => unknown): void =>
    void handle.function(name, { varargs: true, deterministic: true }, answer)
  const ask = (name: string, values: readonly unknown[]): unknown =>
    plain
      .prepare<unknown[], { readonly v: unknown }>(
        `SELECT ${name}(${values.map(() => '?').join(', ')}) AS v`,
      )
      .get(...values)?.v
  for (const [name, before] of Object.entries(TIMES))
    define(name, (...values) => {
      const given = values.length > before ? values : [...values, 'now']
      const moved = given.map((value) => (/^now$/i.test(String(value)) ? now : value))
      return ask(name, moved)
    })
  for (const [name, same] of Object.entries(NOWS)) define(name, () => ask(same, [now]))
  let drawn = 0n
  const next = (): bigint => chance + drawn++
  define('random', next)
  define('randomblob', (length) => {
    const bytes = Buffer.alloc(Math.max(8, Number(length)))
    bytes.writeBigInt64BE(next())
    return bytes.subarray(0, Math.max(1, Number(length)))
  })
}
