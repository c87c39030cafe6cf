// Names that a backup may not have: those under which SQLite keeps what belongs to a database.
import { existsSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram } from './support/command-line.js'
import { preparedProjects } from './support/prepared.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const prepared = preparedProjects()

describe('backup', () => {
  testSome(['-journal', '-wal', '-shm', '-WAL'])(
    'is not written where SQLite keeps %s, of this database by any of its names or of another',
    async (suffix) => {
      const root = prepared.applied()
      symlinkSync(join(root, 'data'), join(root, 'link'))
      symlinkSync(join(root, 'data/app.db'), join(root, 'linked.db'))
      writeFileSync(join(root, 'other.db'), '')
      for (const owner of ['data/app.db', 'link/app.db', 'linked.db', 'other.db']) {
        const { exitCode, stderr } = await runProgram(root, ['backup', `${owner}${suffix}`])
        expect([exitCode, stderr]).toEqual([1, expect.stringContaining('BACKUP_FAILED')])
        expect(stderr).toContain('Name another file')
        expect(existsSync(join(root, `${owner}${suffix}`))).toBe(false)
      }
    },
  )

  it('may be named like that where there is no such database', async () => {
    const root = prepared.applied()
    mkdirSync(join(root, 'copies'))
    for (const file of ['before-wal', 'copies-journal', 'data/app.db-wal.copy'])
      expect(await runProgram(root, ['backup', file])).toMatchObject({ exitCode: 0 })
  })

  it('is refused under such a name before the first step', async () => {
    const root = prepared.applied()
    await runProgram(root, ['rollback'])
    const { exitCode, stderr } = await runProgram(root, ['migrate', '--backup=data/app.db-journal'])
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('BACKUP_FAILED')])
    expect((await runProgram(root, ['status', '--check'])).exitCode).toBe(3)
  })
})

it('restore takes no link to the database itself', async () => {
  const root = prepared.applied()
  linkSync(join(root, 'data/app.db'), join(root, 'hard.db'))
  symlinkSync(join(root, 'data/app.db'), join(root, 'linked.db'))
  for (const file of ['hard.db', 'linked.db', 'data/app.db']) {
    const { exitCode, stderr } = await runProgram(root, ['restore', file, '--yes'])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/RESTORE_SOURCE_UNUSABLE[^]*it is the database itself/)
  }
})
