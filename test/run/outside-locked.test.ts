// Whoever waits for a step outside a transaction that holds the lock, in a long statement or a transaction of its own.
import { expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { MigrationEvent } from '../../src/model/events.js'
import { databases } from '../support/databases.js'
import { registryOf, tables } from '../support/registry.js'

const files = databases()

test.each(['wal', 'delete'])(
  'waits for its next sign of life when the lock is free again, with journal_mode %s',
  (mode) => {
    const registry = registryOf(...tables(1), { up: 'VACUUM', transaction: false })
    const db = files.open()
    db.pragma(`journal_mode = ${mode}`)
    migrate(db, registry, { to: 1 })
    db.exec(
      "INSERT INTO _migrations (version, name, checksum, started_by, heartbeat_at) VALUES ('002', 'step_2', '1:x', 'f00', strftime('%Y-%m-%d %H:%M:%f', 'now', '-5 hours'))",
    )
    const step = files.open(db.name)
    step.exec('BEGIN IMMEDIATE')
    const { checksum, lineage } = registry[1]!
    let waits = 0
    const onEvent = (event: MigrationEvent): void => {
      if (event.type !== 'waiting') return
      // Without a version it is the lock that is waited for.
      if (event.version === undefined && ++waits === 1) step.exec('COMMIT')
      else if (waits > 0)
        step.exec(
          `UPDATE _migrations SET checksum = '${checksum}', lineage = '${lineage}', started_by = NULL, heartbeat_at = NULL WHERE version = '002'`,
        )
    }
    const answer = migrate(db, registry, { lockTimeoutMs: 300, onEvent })
    expect(answer).toMatchObject({ to: 2, steps: [] })
    expect(waits).toBe(1)
  },
)
