// Drivers that mistake transactions, locks, time or faults.
import type { Fault } from '../../../src/database/driver.js'
import { type Sabotage, type Saboteur } from './saboteur.js'

/** A driver that does not know one of the faults. */
const unable =
  (fault: Fault): Sabotage =>
  (driver) => ({
    faultOf(error: unknown) {
      const found = driver.faultOf(error)
      return found === fault ? undefined : found
    },
  })

/** What they mistake. */
export const locks: readonly Saboteur[] = [
  [
    'never tells of a transaction',
    "run: a caller's open transaction is refused, and left as it is",
    () => ({ inTransaction: () => false }),
  ],
  [
    'tells of its own transactions only',
    'inTransaction: it is true from BEGIN until COMMIT or ROLLBACK, whoever runs them',
    (driver) => {
      let own = false
      return {
        inTransaction: () => own && driver.inTransaction(),
        begin: () => (own = driver.begin()),
        execute(script: string) {
          driver.execute(script)
          own = driver.inTransaction() && (own || script.startsWith('BEGIN'))
        },
      }
    },
  ],
  [
    'begins without taking the lock',
    'begin: it answers true when its transaction holds the write lock',
    (driver) => ({
      begin() {
        driver.execute('BEGIN')
        return true
      },
    }),
  ],
  [
    'throws when another connection holds the lock',
    'begin: it answers false when another connection holds the lock, and leaves no transaction open',
    (driver) => ({
      begin() {
        driver.execute('BEGIN IMMEDIATE')
        return true
      },
    }),
  ],
  [
    'leaves a transaction open when it gets no lock',
    'begin: it answers false when another connection holds the lock, and leaves no transaction open',
    (driver) => ({
      begin() {
        const taken = driver.begin()
        if (!taken) driver.execute('BEGIN')
        return taken
      },
    }),
  ],
  [
    'waits far too long',
    'begin: it waits for the lock no longer than the busy timeout',
    (driver) => ({
      begin() {
        const taken = driver.begin()
        if (!taken) driver.pause(10_000)
        return taken
      },
    }),
  ],
  [
    'takes every failure for a lock',
    'begin: it throws on anything else than a lock',
    (driver) => ({
      begin() {
        try {
          return driver.begin()
        } catch {
          return false
        }
      },
    }),
  ],
  [
    'does not know the busy timeout before',
    'setBusyTimeout: it answers how long that was before',
    (driver) => ({
      setBusyTimeout(ms: number) {
        driver.setBusyTimeout(ms)
        return 5_000
      },
    }),
  ],
  [
    'cuts the busy timeout to 32 bits',
    'setBusyTimeout: it takes any time from zero to Infinity',
    (driver) => ({ setBusyTimeout: (ms: number) => driver.setBusyTimeout(ms | 0) }),
  ],
  [
    'always has the same data version',
    'run: steps that another connection does between plan and lock are not repeated',
    () => ({ dataVersion: () => 1 }),
  ],
  [
    'has another data version each time',
    'dataVersion: it does not change with what this connection commits',
    () => {
      let version = 0
      return { dataVersion: () => (version += 1) }
    },
  ],
  [
    'has no data version',
    'dataVersion: it changes when another connection has committed',
    () => ({ dataVersion: () => undefined }),
  ],
  [
    'counts time from its own start',
    'now: it is the number of milliseconds since 1970',
    (driver) => {
      const start = driver.now()
      return { now: () => driver.now() - start }
    },
  ],
  [
    'counts time in text',
    'now: it is the number of milliseconds since 1970',
    (driver) => ({ now: () => String(driver.now()) }),
  ],
  [
    'stands still in a transaction',
    'now: it goes on inside a transaction',
    (driver) => {
      let last = driver.now()
      return {
        now() {
          if (!driver.inTransaction()) last = driver.now()
          return last
        },
      }
    },
  ],
  [
    'does not pause',
    'pause: it lets about this many milliseconds pass',
    () => ({ pause: () => {} }),
  ],
  [
    'does not know busy',
    'faultOf: it names `busy`, when another connection holds a lock',
    unable('busy'),
  ],
  [
    'does not know readonly',
    'faultOf: it names `readonly`, when the handle cannot write',
    unable('readonly'),
  ],
  ['does not know full', 'faultOf: it names `full`, when the database cannot grow', unable('full')],
  [
    'does not know closed',
    'faultOf: it names `closed`, when the connection has been closed',
    unable('closed'),
  ],
  [
    'takes every error for a fault',
    'faultOf: it answers undefined for everything that is no fault of the database',
    (driver) => ({ faultOf: (error: unknown) => driver.faultOf(error) ?? 'io' }),
  ],
]
