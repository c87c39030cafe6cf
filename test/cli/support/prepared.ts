// Projects that are ready to use, created once for all tests.
import { cpSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect } from 'vitest'
import { builtProgram } from '../../support/built-package.js'
import { makeOnce } from '../../support/make-once.js'
import { projectRoot } from '../../support/project-root.js'
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

/** Creates copies of the projects, each for one test; returns their absolute paths. */
export interface Prepared {
  /** With a registry, and no database yet. */
  generated(): string
  /** With a database that is up to date. */
  applied(): string
}

const made = join(projectRoot, 'node_modules', '.cache', 'lockstep-prepared')
const nameOf = (kind: keyof Prepared): string => join(made, kind)

/** Ensures that both projects exist before the tests of a file; the first caller creates them with the current build. */
export function preparedProjects(): Prepared {
  beforeAll(async () => {
    const built = statSync(await builtProgram()).mtimeMs
    const isStale = (): boolean => (statSync(made, { throwIfNoEntry: false })?.mtimeMs ?? 0) < built
    await makeOnce({ folder: made, isStale, make })
  })
  return { generated: () => copyOf(nameOf('generated')), applied: () => copyOf(nameOf('applied')) }
}

/** Creates the projects outside the repository, so that its settings do not apply. */
async function make(next: string): Promise<void> {
  const root = migrationProject(MIGRATIONS)
  const gen = await runProgram(root, ['gen', '-q'])
  expect(gen).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  const options = { recursive: true, verbatimSymlinks: true }
  cpSync(root, join(next, 'generated'), options)
  expect((await runProgram(root, ['migrate', '-q'])).exitCode).toBe(0)
  cpSync(root, join(next, 'applied'), options)
}
