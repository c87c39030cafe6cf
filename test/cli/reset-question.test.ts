// The question that `reset` asks on a terminal.
import { input } from '@inquirer/prompts'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { runCommandLine } from '../../src/cli/run-command-line.js'
import { temporaryProject } from '../support/project.js'

vi.mock('@inquirer/prompts', () => ({ input: vi.fn<() => Promise<string>>() }))

async function resetOnTerminal(): Promise<{ exitCode: number; stderr: string }> {
  const cwd = temporaryProject()
  writeFileSync(join(cwd, 'app.db'), '')
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
