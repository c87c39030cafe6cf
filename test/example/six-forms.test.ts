// One history, written in each of the six forms, leads to one schema and the same rows.
import Database from 'better-sqlite3'
import { MigrationManager } from 'lockstep'
import { betterSqlite3, migrate } from 'lockstep/better-sqlite3'
import { describe, expect, test } from 'vitest'
import { temporaryProject } from '../support/project.js'
import { loadRegistry } from './load-registry.js'
import { rowsOf, schemaOf } from './schema-of.js'

const users = `CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  email TEXT NOT NULL DEFAULT ';'
);
INSERT INTO users (email) VALUES ('a@example.org');`

const audit = `CREATE TABLE audit (user_id INTEGER, was TEXT); -- the ; in here is no end
CREATE TRIGGER users_audit AFTER UPDATE ON users BEGIN
  INSERT INTO audit VALUES (OLD.id, CASE WHEN OLD.email = ';' THEN NULL ELSE OLD.email END);
END;
UPDATE users SET email = 'b@example.org';`

const [noUsers, noAudit] = ['DROP TABLE users', 'DROP TRIGGER users_audit;\nDROP TABLE audit']

const door = "from 'lockstep/better-sqlite3'"
const code = (sql: string): string => `(db) { db.exec(\`${sql}\`) }`
const typed = (sql: string): string => `(db: Handle) { db.exec(\`${sql}\`) }`

const object = (up: string, down: string): string =>
  `import { defineMigration } ${door}\nexport default defineMigration({ up${code(up)}, down${code(down)} })\n`

const sqlTemplate = (up: string, down: string): string =>
  `import { defineMigration, sql } ${door}\nexport default defineMigration({ up: sql\`${up}\`, down: [sql\`${down}\`] })\n`

const namedExports = (up: string, down: string): string =>
  `import type { Handle } ${door}\nexport function up${typed(up)}\nexport function down${typed(down)}\n`

const classForm = (up: string, down: string): string =>
  `import { type Handle, Migration } ${door}\nexport default class A extends Migration { up${typed(up)} down${typed(down)} }\n`

const sections = (up: string, down: string): string =>
  `-- migrate:up\n${up}\n-- migrate:down\n${down};\n`

const list = `import { defineMigrations } ${door}
export default defineMigrations([
  { version: 1, name: 'users', sql: [\`${users}\`], down: '${noUsers}' },
  { version: 2, name: 'audit', sql: \`${audit}\`, down: \`${noAudit}\` },
])
`

const inEachFile = (write: (up: string, down: string) => string, extension: string) => ({
  [`migrations/001_users.${extension}`]: write(users, noUsers),
  [`migrations/002_audit.${extension}`]: write(audit, noAudit),
})

const forms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  object: inEachFile(object, 'ts'),
  'SQL in TypeScript': inEachFile(sqlTemplate, 'ts'),
  'named exports': inEachFile(namedExports, 'ts'),
  class: inEachFile(classForm, 'ts'),
  'SQL file with sections': inEachFile(sections, 'sql'),
  'pair of SQL files': {
    'migrations/001_users.up.sql': users,
    'migrations/001_users.down.sql': noUsers,
    'migrations/002_audit.up.sql': audit,
    'migrations/002_audit.down.sql': noAudit,
  },
  list: { 'migrations/001-002_all.ts': list },
  'one of each': {
    'migrations/001_users.ts': classForm(users, noUsers),
    'migrations/002_audit.sql': sections(audit, noAudit),
  },
}

describe.each(Object.entries(forms))('the history as %s', (_form, files) => {
  test('leads to the same schema and rows as the plain SQL, and back', async () => {
    const registry = await loadRegistry(temporaryProject({ 'package.json': '{}', ...files }))
    expect(registry.map(({ version }) => version)).toEqual([1, 2])

    const [plain, db] = [new Database(':memory:'), new Database(':memory:')]
    plain.exec(users)
    plain.exec(audit)
    migrate(db, registry)
    expect(schemaOf(db)).toEqual(schemaOf(plain))
    expect(rowsOf(db)).toEqual(rowsOf(plain))
    expect(Object.keys(schemaOf(db))).toEqual(['audit', 'users', 'users_audit'])

    new MigrationManager(betterSqlite3(db), registry).rollback({ to: 0 })
    expect(schemaOf(db)).toEqual({})
  })
})
