// Declared batches on their whole way: read, proven, written into the registry, applied, gone on with and undone.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Client from 'better-sqlite3'
import { expect, test } from 'vitest'
import { loadModule } from '../../../codegen/bundle/load-module.js'
import { betterSqlite3, migrate } from '../../../src/drivers/better-sqlite3.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { Registry } from '../../../src/model/registry.js'
import { errorOf } from '../../support/error-of.js'
import { managerOf } from '../../support/manager-of.js'
import { generateHere } from '../proven/prove-project.js'
import { replayed } from '../replay/project.js'

const FILES = {
  'migrations/001_a.sql':
    '-- down: auto\nCREATE TABLE users (id INTEGER PRIMARY KEY, score INTEGER NOT NULL);\n',
  'migrations/002_b.ts': `import { defineMigration } from 'lockstep/better-sqlite3'

export default defineMigration({
  batches: [
    { query: 'SELECT id FROM users', by: 'id', size: 2, update: 'UPDATE users SET score = score + 1 WHERE id BETWEEN :from AND :to' },
  ],
  down: 'UPDATE users SET score = score - 1 WHERE id > 0',
})
`,
}

test('the registry hands over what runs them, and the step goes on where it was stopped', async () => {
  const settings = replayed(FILES, {})
  const { ok, diagnostics } = await generateHere(settings, { write: true })
  expect([ok, diagnostics]).toEqual([true, []])
  const path = join(settings.out, 'registry.ts')
  const text = readFileSync(path, 'utf8')
  expect(text).toMatch(/import \{ resumable \} from ["']lockstep\/better-sqlite3["']/)
  expect(text).not.toContain('toolkit')
  const registry = (await loadModule(path, settings.root))['registry'] as Registry<Database>
  const db = new Client(':memory:')
  migrate(db, registry, { to: 1 })
  db.exec('INSERT INTO users VALUES (1, 0), (2, 0), (3, 0), (4, 0), (5, 0)')
  let batches = 0
  const driver = betterSqlite3(db as unknown as Database)
  const onEvent = ({ type }: { readonly type: string }): void => {
    if (type === 'progress' && ++batches === 2) throw new Error('stopped')
  }
  expect(errorOf(() => managerOf(db, registry, { onEvent }).migrate()).code).toBe(
    'EVENT_HANDLER_FAILED',
  )
  expect(driver.query('SELECT id, score FROM users WHERE score = 1')).toHaveLength(4)
  migrate(db, registry)
  expect(driver.query('SELECT DISTINCT score AS s FROM users')).toEqual([{ s: 1 }])
  managerOf(db, registry).rollback()
  expect(driver.query('SELECT DISTINCT score AS s FROM users')).toEqual([{ s: 0 }])
  db.close()
})
