// `down: 'auto'` from the folder to the database: in the registry as SQL, proven, and run by a rollback.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { addFiles } from '../support/project.js'
import { runProgram } from './support/command-line.js'
import { migrationProject } from './support/project.js'
import { processesHere } from '../support/processes-here.js'

processesHere()

const MIGRATIONS = {
  '001_users.sql':
    '-- down: auto\nCREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\nCREATE INDEX users_name ON users (name);\n',
  '002_email.ts': `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({
  up: ["ALTER TABLE users ADD COLUMN email TEXT", "CREATE INDEX users_email ON users (email)"],
  down: 'auto',
})
`,
}

describe('a derived down', () => {
  it('is in the registry, leads back, and is what a rollback runs', async () => {
    const root = migrationProject(MIGRATIONS)
    const generated = await runProgram(root, ['gen'])
    expect(generated, generated.stderr).toMatchObject({ exitCode: 0 })
    const registry = readFileSync(join(root, 'generated/registry.ts'), 'utf8')
    expect(registry).toContain('ALTER TABLE users DROP COLUMN email;')
    expect(registry).toContain('DROP TABLE users;')
    expect(registry).not.toContain('import m')
    expect((await runProgram(root, ['migrate'])).exitCode).toBe(0)
    const undone = await runProgram(root, ['rollback', '--to', '0', '--yes', '--json'])
    expect(undone, undone.stderr).toMatchObject({ exitCode: 0 })
    expect((await runProgram(root, ['verify'])).exitCode).toBe(0)
    expect((await runProgram(root, ['migrate'])).exitCode).toBe(0)
  })

  it('changes as `up` changes, which is an edit of `down` too', async () => {
    const root = migrationProject(MIGRATIONS)
    await runProgram(root, ['gen'])
    await runProgram(root, ['migrate'])
    addFiles(root, {
      'migrations/002_email.ts': MIGRATIONS['002_email.ts'].replaceAll('email', 'mail'),
    })
    await runProgram(root, ['gen'])
    const { stdout } = await runProgram(root, ['status'])
    expect(stdout).toContain('HISTORY_EDITED')
  })
})
