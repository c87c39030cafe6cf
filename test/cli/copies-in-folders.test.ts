// Folders that are missing, where a database is to be restored or a copy is to be written.
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { runProgram } from './support/command-line.js'
import { preparedProjects } from './support/prepared.js'
import { addFiles } from '../support/project.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const prepared = preparedProjects()

const names = (file: string): unknown[] => {
  const db = new Database(file, { readonly: true })
  try {
    return db.prepare('SELECT name FROM users').pluck().all()
  } finally {
    db.close()
  }
}

describe('restore', () => {
  it('makes the folder that is configured where there is none, as on a new machine', async () => {
    const root = prepared.applied()
    await runProgram(root, ['backup', 'copy.db'])
    rmSync(join(root, 'data'), { recursive: true })
    const restored = await runProgram(root, ['restore', 'copy.db'])
    expect(restored).toEqual({
      exitCode: 0,
      stderr: 'Created the folder data for the database.\n',
      stdout: 'data/app.db  restored from copy.db.\n',
    })
    expect(names(join(root, 'data/app.db'))).toEqual([])
  })

  it('makes none for a path that may be mistyped, nor for what cannot be restored', async () => {
    const root = prepared.applied()
    await runProgram(root, ['backup', 'copy.db'])
    const named = await runProgram(root, ['restore', 'copy.db', '--db', 'dtaa/app.db'])
    expect(named).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('DATABASE_FOLDER_MISSING'),
    })
    expect(existsSync(join(root, 'dtaa'))).toBe(false)
    rmSync(join(root, 'data'), { recursive: true })
    expect((await runProgram(root, ['restore', 'none.db'])).stderr).toContain(
      'RESTORE_SOURCE_UNUSABLE',
    )
    expect(existsSync(join(root, 'data'))).toBe(false)
  })
})

describe('a copy into a folder that is missing', () => {
  testSome([
    ['backup', 'out/copy.db'],
    ['migrate', '--backup', 'out/copy.db'],
  ])('is refused by name: %s', async (...command) => {
    const root = prepared.applied()
    const more = '-- migrate:up\nCREATE TABLE more (x);\n\n-- migrate:down\nDROP TABLE more;\n'
    addFiles(root, { 'migrations/003_more.sql': more })
    await runProgram(root, ['gen', '-q', '--no-replay'])
    const { stderr, exitCode } = await runProgram(root, command)
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/BACKUP_FAILED.*the folder .*out does not exist\. The database/)
    expect(existsSync(join(root, 'out'))).toBe(false)
  })
})
