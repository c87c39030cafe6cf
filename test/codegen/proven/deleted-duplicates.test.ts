// Duplicates are deleted that other rows point at: these are to point at the row that stays, and not to go along.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const CHILD =
  'CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER NOT NULL REFERENCES p (id) ON DELETE CASCADE, city TEXT NOT NULL); CREATE INDEX c_p ON c (p_id);'
const TABLES = `CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT NOT NULL, gone INTEGER NOT NULL DEFAULT 0); ${CHILD}`
const LINKED = TABLES.replace(
  CHILD,
  'CREATE TABLE k (id INTEGER PRIMARY KEY); CREATE TABLE c (p_id INTEGER NOT NULL REFERENCES p (id), k_id INTEGER NOT NULL REFERENCES k (id), PRIMARY KEY (p_id, k_id)); CREATE INDEX c_k ON c (k_id);',
)
const KEPT = '(SELECT min(id) FROM p GROUP BY name)'
const P = `DELETE FROM p WHERE id NOT IN ${KEPT};`
const C = `DELETE FROM c WHERE p_id NOT IN ${KEPT};`
const UNIQUE = 'CREATE UNIQUE INDEX p_name ON p (name);'
const HEIR = '(SELECT min(k.id) FROM p AS d JOIN p AS k ON k.name = d.name WHERE d.id = c.p_id)'
const MOVED = `UPDATE c SET p_id = ${HEIR};`
const ENFORCED = '-- foreign_keys: enforce\n-- irreversible: no\n-- migrate:up\n'
const byCode = (children: string): string => `export const irreversible = 'no'
export function up(db) {
  const first = new Map()
  for (const { id, name } of db.prepare('SELECT id, name FROM p ORDER BY id').all()) {
    const kept = first.get(name)
    if (kept === undefined) { first.set(name, id); continue }
    db.prepare('${children}').run({ id, kept })
    db.prepare('DELETE FROM p WHERE id = ?').run(id)
  }
  db.exec('${UNIQUE}')
}`

const lossesIn = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => !code.startsWith('info'))

testSome([
  [TABLES, `${ENFORCED}${P} ${UNIQUE}`, 'error'],
  [TABLES, `${ENFORCED}${C} ${P} ${UNIQUE}`, 'warning'],
  [
    TABLES,
    byCode('DELETE FROM c WHERE p_id = $id AND $kept').replace('$kept', '$kept IS NOT NULL'),
    'warning',
  ],
])('they go along: %s %s', async (tables, step, severity) =>
  expect(await lossesIn(tables, step)).toEqual([`${severity} ROWS_LOST c`]),
)

testSome([
  [TABLES, `${ENFORCED}${MOVED} ${P} ${UNIQUE}`],
  [TABLES, byCode('UPDATE c SET p_id = $kept WHERE p_id = $id')],
  [
    TABLES,
    `INSERT INTO c (p_id, city) SELECT ${HEIR}, city FROM c WHERE p_id NOT IN ${KEPT}; ${C} ${P} ${UNIQUE}`,
  ],
  [LINKED, `${MOVED.replace('UPDATE', 'UPDATE OR IGNORE')} ${C} ${P} ${UNIQUE}`],
  // What goes whether there is an equal or not, was not meant to be one of two.
  [
    TABLES,
    `DELETE FROM c WHERE p_id IN (SELECT id FROM p WHERE gone = 1); DELETE FROM p WHERE gone = 1; ${UNIQUE}`,
  ],
])('they stay, or go for another reason: %s %s', async (tables, step) =>
  expect((await lossesIn(tables, step)).filter((code) => code.includes('ROWS_LOST'))).toEqual([]),
)

test('it is said what they went with, and how to keep them', async () => {
  const [found] = await foundIn(TABLES, `${C} ${P} ${UNIQUE}`)
  expect(found?.message).toContain(
    'they are deleted with rows of p, of which another one with the same name',
  )
  expect(found?.fix).toContain(MOVED.slice(0, -1))
  expect(await lossesIn(TABLES, `${found!.fix.split('`')[1]}; ${P} ${UNIQUE}`)).toEqual([])
})

test('the DELETE is named that takes them, not a later one of the table', async () => {
  const found = await foundIn(TABLES, `${C} DELETE FROM c WHERE city = 'nowhere'; ${P} ${UNIQUE}`)
  const loss = found.find(({ code }) => code === 'ROWS_LOST')
  expect(loss?.message).toContain(`in \`${C.slice(0, -1)}\``)
})
