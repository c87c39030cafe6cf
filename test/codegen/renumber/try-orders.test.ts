// Whether two branches commute, in their schemas and in their rows.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { beyondReading } from '../../../codegen/beyond-reading.js'
import { tryOrders, type Commuting } from '../../../codegen/renumber/try-orders.js'
import { generateHere } from '../proven/prove-project.js'
import { replayed } from '../replay/project.js'
import { processesHere } from '../../support/processes-here.js'

processesHere()

const BASE = `CREATE TABLE settings (key TEXT PRIMARY KEY, value);
CREATE TABLE roles (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO settings VALUES ('theme', 'light');`

const file = (name: string, up: string) => ({
  path: `${name}.sql`,
  bytes: Buffer.from(`-- irreversible: a test\n-- migrate:up\n${up}\n`),
})

/** What comes of two branches that go on from one history. */
function branches(theirs: string, mine: string, config: string | null = null): Promise<Commuting> {
  const orders = {
    baseFirst: [file('001_a', BASE), file('002_theirs', theirs), file('003_mine', mine)],
    ownFirst: [file('001_a', BASE), file('002_mine', mine), file('003_theirs', theirs)],
    common: 1,
  }
  const settings = replayed({ 'migrations/.keep': '', 'lockstep.config.mjs': config ?? '' })
  return tryOrders(orders, {
    ...settings,
    config:
      config === null ? null : { file: join(settings.root, 'lockstep.config.mjs'), database: null },
  })
}

test('two updates of what a database has', async () => {
  const upper = 'UPDATE roles SET name = upper(name);'
  expect(await branches("UPDATE roles SET name = name || 'x';", upper)).toEqual({
    kind: 'rows-differ',
    tables: ['roles'],
  })
})

test('rows that the configuration gives', async () => {
  const config = "export default { seeds: { roles: [{ id: 1, name: 'Ada' }] } }"
  const [update, remove] = [
    "UPDATE roles SET name = 'x';",
    "DELETE FROM roles WHERE name LIKE 'A%';",
  ]
  const found = await branches(update, remove, config)
  expect(found).toEqual({ kind: 'rows-differ', tables: ['roles'] })
})

test('the same rows', async () => {
  const found = await branches("UPDATE roles SET name = 'a';", "UPDATE settings SET value = 'b';")
  const tried = { tried: ['settings', 'roles'], untried: [] }
  expect(found).toEqual({ kind: 'same', rows: 'same', reason: null, ...tried })
})

test('another schema comes first', async () => {
  const add = (column: string): string => `ALTER TABLE roles ADD COLUMN ${column};`
  expect(await branches(add('b'), add('c'))).toMatchObject({
    kind: 'differ',
    differences: [{ object: 'table roles' }],
  })
})

test('what both branches declare has the steps of the registry', async () => {
  const altered = `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({ alter: { roles: { change: { name: { notNull: true, using: "coalesce(name, '')" } } } }, down: 'auto' })`
  const common = [
    file('001_a', BASE),
    { path: '002_altered.ts', bytes: Buffer.from(altered) },
  ] as const
  const settings = replayed(
    Object.fromEntries(common.map(({ path, bytes }) => [`migrations/${path}`, String(bytes)])),
  )
  await generateHere(settings, { write: true })
  const [theirs, mine] = ['ALTER TABLE roles ADD COLUMN b;', 'CREATE TABLE f (id INTEGER);']
  const orders = {
    baseFirst: [...common, file('003_theirs', theirs), file('004_mine', mine)],
    ownFirst: [...common, file('003_mine', mine), file('004_theirs', theirs)],
    common: 2,
  }
  expect(await tryOrders(orders, settings, beyondReading)).toMatchObject({
    kind: 'same',
    tried: ['settings', 'roles'],
  })
  expect(await tryOrders(orders, settings)).toMatchObject({ kind: 'unknown' })
})
