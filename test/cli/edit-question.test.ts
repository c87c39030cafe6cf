// The questions that mark, repair and adopt ask on a terminal, and what happens to a plan that was confirmed.
import { confirm } from '@inquirer/prompts'
import Database from 'better-sqlite3'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it, vi } from 'vitest'
import { planDigest } from '../../src/cli/plan-digest.js'
import { runCommandLine } from '../../src/cli/run-command-line.js'
import { runInWorker } from '../../src/cli/worker/run-in-worker.js'
import { preparedProjects } from './support/prepared.js'

vi.mock('@inquirer/prompts', () => ({ confirm: vi.fn<() => Promise<boolean>>() }))
vi.mock('../../src/cli/worker/run-in-worker.js', () => ({ runInWorker: vi.fn<() => unknown>() }))
beforeEach(() => vi.mocked(runInWorker).mockReset())

const prepared = preparedProjects()

function unmanaged(): string {
  const root = prepared.generated()
  mkdirSync(join(root, 'data'))
  const db = new Database(join(root, 'data/app.db'))
  db.exec('CREATE TABLE users (id)')
  db.close()
  return root
}

async function onTerminal(
  ...argv: string[]
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const printed = { stdout: '', stderr: '' }
  const exitCode = await runCommandLine(argv, {
    cwd: unmanaged(),
    environment: { NO_COLOR: '1' },
    stdin: { isTTY: true },
    stdout: { isTTY: true, write: (text) => (printed.stdout += text) },
    stderr: { isTTY: true, write: (text) => (printed.stderr += text) },
  })
  return { exitCode, ...printed }
}

it('writes nothing when the answer is no', async () => {
  vi.mocked(confirm).mockResolvedValue(false)
  const { exitCode, stderr } = await onTerminal('adopt', '--at', '2')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('data/app.db  2 migrations applied, as you say')
  expect(stderr).toContain('  001  users\n  002  email\n')
  expect(stderr).toContain('EDIT_UNCONFIRMED')
  expect(vi.mocked(confirm).mock.lastCall?.[0]).toMatchObject({
    message: 'Record these 2 migrations as applied? None is run.',
    default: false,
  })
  expect(runInWorker).not.toHaveBeenCalled()
})

it('has exactly what was confirmed written when the answer is yes', async () => {
  vi.mocked(confirm).mockResolvedValue(true)
  const marking = {
    version: 1,
    id: '001',
    name: 'users',
    as: 'applied',
    from: 0,
    to: 1,
    createsLedger: true,
  }
  vi.mocked(runInWorker).mockResolvedValue(marking as never)
  const { exitCode, stdout, stderr } = await onTerminal('mark', '1', '--applied')
  expect(exitCode).toBe(0)
  expect(stderr).toContain('data/app.db has tables but no ledger')
  expect(stdout).toContain('001 users is marked as applied')
  expect(vi.mocked(runInWorker).mock.lastCall?.[0]).toBe('mark')
  expect(vi.mocked(runInWorker).mock.lastCall?.[1]).toMatchObject({
    confirmed: planDigest(marking),
  })
})

it('writes nothing when the person breaks off', async () => {
  vi.mocked(confirm).mockRejectedValue(new RangeError('User force closed the prompt'))
  expect((await onTerminal('adopt', '--at', '0')).exitCode).toBe(130)
  expect(runInWorker).not.toHaveBeenCalled()
})
