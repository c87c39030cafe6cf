// The question that `reset` asks on a terminal.
import { input } from '@inquirer/prompts'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it, vi } from 'vitest'
import { runCommandLine } from '../../src/cli/run-command-line.js'
import { temporaryProject } from '../support/project.js'

vi.mock('@inquirer/prompts', () => ({ input: vi.fn<() => Promise<string>>() }))

async function resetOnTerminal(sql = ''): Promise<{ exitCode: number; stderr: string }> {
  const cwd = temporaryProject()
  writeFileSync(join(cwd, 'app.db'), '')
  if (sql !== '') new Database(join(cwd, 'app.db')).exec(sql).close()
  let stderr = ''
  const exitCode = await runCommandLine(['reset', '--db', 'app.db'], {
    cwd,
    environment: { NO_COLOR: '1' },
    stdin: { isTTY: true },
    stdout: { isTTY: true, write: () => true },
    stderr: { isTTY: true, write: (text) => (stderr += text) },
  })
  return { exitCode, stderr }
}

it('deletes nothing when another name is typed', async () => {
  vi.mocked(input).mockResolvedValue('yes')
  const { exitCode, stderr } = await resetOnTerminal()
  expect(exitCode).toBe(2)
  expect(stderr).toContain('All data will be deleted from app.db: 0 bytes.')
  expect(stderr).toContain('RESET_UNCONFIRMED')
  expect(vi.mocked(input).mock.calls[0]?.[0]).toEqual({ message: 'Type app.db to go on:' })
})

it('deletes nothing when the person breaks off', async () => {
  vi.mocked(input).mockRejectedValue(new RangeError('User force closed the prompt'))
  const { exitCode, stderr } = await resetOnTerminal()
  expect(exitCode).toBe(130)
  expect(stderr).toContain('COMMAND_INTERRUPTED')
})

it.each([
  ["'2024-01-02 03:04:05.678'", true],
  ['NULL', false],
])('names a step that may still be running, with the sign of life %s: %s', async (beat, named) => {
  vi.mocked(input).mockResolvedValue('no')
  const { exitCode, stderr } = await resetOnTerminal(`
    CREATE TABLE _migrations (version TEXT, name TEXT, description TEXT, checksum TEXT, down_checksum TEXT, lineage TEXT,
      applied_at TEXT, duration_ms INTEGER, started_by TEXT, heartbeat_at TEXT);
    INSERT INTO _migrations (version, name, checksum, started_by, heartbeat_at) VALUES ('001', 'slow', '1:x', 'up:f00', ${beat});`)
  expect(exitCode).toBe(2)
  const line = '001 slow was started outside a transaction and may still be running'
  expect(stderr.includes(line)).toBe(named)
})
