// Asynchronous drivers that answer at the wrong time.
import type { Driver } from '../../../src/database/driver.js'
import type { Handle } from './saboteur.js'

type LateDriver = Driver<Handle, 'async'>

/** What is wrong, the case that exists to notice it, and how it is done. */
export type LateSaboteur = readonly [
  wrong: string,
  breaks: string,
  sabotage: (driver: LateDriver, db: Handle) => object,
]

/** When they answer. */
export const late: readonly LateSaboteur[] = [
  [
    'answers one call without a promise',
    'mode: every `Outcome` is a promise when `async`, and none is when `sync`',
    (_, db) => ({
      dataVersion: () => db.pragma('data_version', { simple: true }),
    }),
  ],
  [
    'answers before a script has run',
    "execute: it throws the client's own error",
    (driver) => ({
      async execute(script: string) {
        driver.execute(script).catch(() => {})
      },
    }),
  ],
  [
    'commits when a step takes a while',
    'run: a promise is refused when `sync`, and awaited inside the transaction when `async`',
    (driver, db) => ({
      async pause(ms: number) {
        await driver.pause(ms)
        if (db.inTransaction) db.exec('COMMIT')
      },
    }),
  ],
]
