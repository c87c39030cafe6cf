// Projects that are ready to be worked with, made once for a test file.
import { beforeAll, expect } from 'vitest'
import { runProgram } from './command-line.js'
import { copyOf, migrationProject } from './project.js'

/** Two migrations, one in code and one in SQL. */
export const MIGRATIONS = {
  '001_users.ts': `import { defineMigration } from 'lockstep/better-sqlite3'

export default defineMigration({
  description: 'People',
  up(db, ctx) {
    ctx.log('making users')
    db.exec('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)')
  },
  down: 'DROP TABLE users',
})
`,
  '002_email.sql': `-- migrate:up
ALTER TABLE users ADD COLUMN email TEXT;
CREATE UNIQUE INDEX users_email ON users (email);

-- migrate:down
DROP INDEX users_email;
ALTER TABLE users DROP COLUMN email;
`,
}

/** Copies of a project, each for one test. */
export interface Prepared {
  /** With a registry, and no database yet. */
  generated(): string
  /** With a database that is up to date. */
  applied(): string
}

/** Makes both projects before the tests of a file. */
export function preparedProjects(): Prepared {
  let generated = ''
  let applied = ''
  beforeAll(async () => {
    generated = migrationProject(MIGRATIONS)
    const gen = await runProgram(generated, ['gen', '-q'])
    expect(gen).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    applied = copyOf(generated)
    expect((await runProgram(applied, ['migrate', '-q'])).exitCode).toBe(0)
  })
  return { generated: () => copyOf(generated), applied: () => copyOf(applied) }
}
