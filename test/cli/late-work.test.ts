// Migrations that leave work for later: neither `migrate` nor a dry run ends as if all of it had been done.
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, it } from 'vitest'
import { runProgram } from './support/command-line.js'
import { copyOf, migrationProject } from './support/project.js'

const FILES = {
  '001_t.sql':
    "-- migrate:up\nCREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\nINSERT INTO t VALUES (1, 'a'), (2, 'b');\n-- irreversible: no\n",
  '002_upper.js': `// lockstep-ignore STATEMENT_AFTER_END: to be seen at run time
export const irreversible = 'no'
export function up(db) {
  const set = db.prepare('UPDATE t SET name = ? WHERE id = ?')
  for (const { id, name } of db.prepare('SELECT * FROM t').all())
    setTimeout(() => set.run(name.toUpperCase(), id), 20)
}
`,
  '003_later.sql': '-- migrate:up\nCREATE TABLE later (x INTEGER);\n-- irreversible: no\n',
}

let good = ''
beforeAll(async () => {
  good = migrationProject(FILES)
  const { exitCode, stdout, stderr } = await runProgram(good, ['gen'])
  expect(exitCode, stdout + stderr).toBe(0)
})

const stateOf = (root: string) => {
  const db = new Database(join(root, 'data/app.db'), { readonly: true })
  const names = db.prepare('SELECT name FROM t ORDER BY id').pluck().all()
  const applied = db.prepare('SELECT count(*) FROM _migrations').pluck().get()
  db.close()
  return { names, applied }
}

describe('work that comes back to the database after its step', () => {
  it('fails migrate, which says what is recorded', async () => {
    const root = copyOf(good)
    const { exitCode, stderr } = await runProgram(root, ['migrate'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain(
      '✗ MIGRATION_OVER  Migration 002 (upper) in migrations/002_upper.js used the handle or ctx after it had ended',
    )
    expect(stderr).toContain('migrations/002_upper.js:6:')
    expect(stderr).toContain('The database is at 003.')
    expect(stateOf(root)).toEqual({ names: ['a', 'b'], applied: 3 })
  })

  it('fails a dry run, and nothing is applied', async () => {
    const root = copyOf(good)
    expect((await runProgram(root, ['migrate', '--to', '1'])).exitCode).toBe(0)
    const { exitCode, stdout } = await runProgram(root, ['migrate', '--dry-run', '--json'])
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'MIGRATION_OVER' } })
    expect(stateOf(root)).toEqual({ names: ['a', 'b'], applied: 1 })
  })
})
