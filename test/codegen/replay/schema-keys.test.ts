// Foreign keys that a version breaks without naming their tables: only a few are looked at, and it must be these.
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { proveSchema } from '../../../codegen/replay/schema/prove-schema.js'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { registryOf, type Draft } from '../../support/registry.js'
import { factsOf, runOf, step } from './schema-proof.js'

const FAMILY: readonly Draft<Handle>[] = [
  step(
    `CREATE TABLE p (id INTEGER PRIMARY KEY, n);
     CREATE TABLE c (p REFERENCES p (id));
     CREATE TABLE other (a);
     CREATE VIEW seen AS SELECT a FROM other;`,
    'DROP VIEW seen; DROP TABLE other; DROP TABLE c; DROP TABLE p',
  ),
  step(
    'INSERT INTO p VALUES (1, 1), (2, 2); INSERT INTO c VALUES (1)',
    'DELETE FROM c; DELETE FROM p',
  ),
]

const final = (up: string): Draft<Handle> => ({ up, irreversible: 'not tried' })
const trigger = (sql: string, name = 't'): Draft<Handle> =>
  step(`CREATE TRIGGER ${name} ${sql}`, `DROP TRIGGER ${name}`)

const BROKEN = { kind: 'foreign-key-broken', table: 'c', columns: ['p'], parent: 'p', rows: 1 }

it.each<[string, readonly Draft<Handle>[]]>([
  ['by deleting the parent', [final('DELETE FROM p WHERE id = 1')]],
  ['by giving the parent another number', [final('UPDATE p SET id = 7 WHERE id = 1')]],
  ['by a row whose parent is not there', [final("INSERT INTO 'c' VALUES (9)")]],
  [
    'by a trigger',
    [
      trigger('AFTER INSERT ON other BEGIN DELETE FROM p; END'),
      final('INSERT INTO other VALUES (1)'),
    ],
  ],
  [
    'by a trigger that another one sets off',
    [
      step('CREATE TABLE middle (a)', 'DROP TABLE middle'),
      trigger('AFTER INSERT ON middle BEGIN DELETE FROM p; END', 'second'),
      trigger('AFTER INSERT ON other BEGIN INSERT INTO middle VALUES (1); END', 'first'),
      final('INSERT INTO OTHER VALUES (1)'),
    ],
  ],
  [
    'by a trigger on a view',
    [
      trigger('INSTEAD OF DELETE ON seen BEGIN DELETE FROM p; END'),
      step('INSERT INTO other VALUES (1)', 'DELETE FROM other'),
      final('DELETE FROM seen'),
    ],
  ],
  [
    'by a trigger that nobody sees in the schema',
    [
      final('CREATE TEMP TRIGGER t AFTER INSERT ON main.other BEGIN DELETE FROM p; END'),
      final('INSERT INTO other VALUES (1)'),
    ],
  ],
  [
    'by a trigger on a table with an awkward name',
    [
      step('CREATE TABLE "an ""odd"" one" (a)', 'DROP TABLE "an ""odd"" one"'),
      trigger('AFTER INSERT ON "an ""odd"" one" BEGIN DELETE FROM p; END'),
      final('INSERT INTO [an "odd" one] VALUES (1)'),
    ],
  ],
  [
    'together with a new table',
    [final('CREATE TABLE fresh (a REFERENCES p (id)); DELETE FROM p WHERE id = 1')],
  ],
])('a key is seen to break %s', async (_, drafts) => {
  const facts = await factsOf(...FAMILY, ...drafts)
  expect(facts).toMatchObject([{ ...BROKEN, at: { version: FAMILY.length + drafts.length } }])
})

it('a column that points at nothing is seen in a table with rows', async () => {
  const facts = await factsOf(
    ...FAMILY,
    step('ALTER TABLE c ADD COLUMN n REFERENCES other (a)', 'ALTER TABLE c DROP COLUMN n'),
  )
  expect(facts).toMatchObject([
    { kind: 'foreign-key-broken', at: { version: 3 }, table: 'c', columns: ['n'], rows: 0 },
  ])
})

it('a key is seen to break on the way down', async () => {
  const facts = await factsOf(
    ...FAMILY,
    step('UPDATE p SET n = 5', 'UPDATE p SET n = id; DELETE FROM p WHERE id = 1'),
  )
  expect(facts).toMatchObject([{ ...BROKEN, at: { version: 3, direction: 'down' } }])
})

it('a key of a table that is ignored is seen to break', async () => {
  const keyed = step('CREATE TABLE d (p REFERENCES p (id))', 'DROP TABLE d')
  const registry = registryOf(...FAMILY, keyed, final('DELETE FROM p WHERE id = 1'))
  const open = async (): Promise<Database.Database> => new Database(':memory:')
  const { versions } = await proveSchema(runOf(registry, { open, ignoreTables: ['c'] }))
  expect(versions.flatMap(({ facts }) => facts)).toMatchObject([
    { kind: 'foreign-key-broken', at: { version: 4 }, table: 'c', rows: 1 },
  ])
})

it('what was broken before is not told again, and what holds again may break again', async () => {
  const facts = await factsOf(
    ...FAMILY,
    final('DELETE FROM p WHERE id = 1'),
    final('INSERT INTO other VALUES (1)'),
    final('INSERT INTO p VALUES (1, 1)'),
    final('DELETE FROM p WHERE id = 1'),
  )
  expect(facts).toMatchObject([
    { ...BROKEN, at: { version: 3 } },
    { ...BROKEN, at: { version: 6 } },
  ])
})
