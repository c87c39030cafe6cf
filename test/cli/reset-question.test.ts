// The question that `reset` asks on a terminal.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { forgetAnswers, input } from '../support/prompts.js'
import type { Finished } from './support/command-line.js'
import { onTerminal } from './support/on-terminal.js'
import { temporaryProject } from '../support/project.js'
import { testSome } from '../support/some-of.js'

forgetAnswers()

async function resetOnTerminal(sql = ''): Promise<Finished> {
  const cwd = temporaryProject()
  writeFileSync(join(cwd, 'app.db'), '')
  if (sql !== '') new Database(join(cwd, 'app.db')).exec(sql).close()
  return onTerminal(cwd, ['reset', '--db', 'app.db'])
}

it('deletes nothing when another name is typed', async () => {
  input.mockResolvedValue('yes')
  const { exitCode, stderr } = await resetOnTerminal()
  expect(exitCode).toBe(2)
  expect(stderr).toContain('All data will be deleted from app.db: 0 bytes.')
  expect(stderr).toContain(
    'RESET_UNCONFIRMED  The database was not reset: yes was typed instead of app.db. Nothing was changed.',
  )
  expect(input.mock.calls[0]?.[0]).toEqual({ message: 'Type app.db to continue:' })
})

it('deletes nothing when the person breaks off', async () => {
  input.mockRejectedValue(new RangeError('User force closed the prompt'))
  const { exitCode, stderr } = await resetOnTerminal()
  expect(exitCode).toBe(130)
  expect(stderr).toContain('COMMAND_INTERRUPTED')
})

testSome([
  ["'2024-01-02 03:04:05.678'", true],
  ['NULL', false],
])('names a step that may still be running, with the sign of life %s: %s', async (beat, named) => {
  input.mockResolvedValue('no')
  const { exitCode, stderr } = await resetOnTerminal(`
    CREATE TABLE _migrations (version TEXT, name TEXT, description TEXT, checksum TEXT, down_checksum TEXT, lineage TEXT,
      applied_at TEXT, duration_ms INTEGER, started_by TEXT, heartbeat_at TEXT);
    INSERT INTO _migrations (version, name, checksum, started_by, heartbeat_at) VALUES ('001', 'slow', '1:x', 'up:f00', ${beat});`)
  expect(exitCode).toBe(2)
  const line =
    '001 slow was started outside a transaction, and the ledger does not show whether it is still running'
  expect(stderr.includes(line)).toBe(named)
})
