// Whether two branches commute, in their schemas and in their rows.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tryOrders, type Commuting } from '../../../codegen/renumber/try-orders.js'
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
