// A history with a step outside a transaction that stands still in its middle until a file is there.
import { existsSync } from 'node:fs'
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import type { Registry } from '../../src/model/registry.js'
import { registryOf } from '../support/registry.js'
import { HALF } from './history.js'

const pause = (ms: number): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

const digest = (n: number): string => `1:${String(n).padStart(32, '0')}`

/** Every step writes its number; the one outside a transaction when it begins, and into `ended` when it ends. */
export const outsideHistory = (gate: string): Registry<Database> =>
  registryOf<Database>(
    {
      checksum: digest(1),
      up: 'CREATE TABLE applied_steps (n INTEGER NOT NULL); CREATE TABLE ended (n); INSERT INTO applied_steps VALUES (1)',
    },
    {
      checksum: digest(2),
      transaction: false,
      up(db, ctx) {
        db.exec('INSERT INTO applied_steps VALUES (2)')
        ctx.log(HALF)
        if (!existsSync(gate)) {
          while (!existsSync(gate)) pause(20)
          // Whoever has given no sign of life for a second looks whether the step is still its own.
          pause(1_000)
        }
        db.exec('INSERT INTO ended VALUES (2)')
      },
    },
    { checksum: digest(3), up: 'INSERT INTO applied_steps VALUES (3)' },
  )
