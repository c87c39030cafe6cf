// Duplicates are deleted of which each has children: they are to be moved to the row that stays, before the others go.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'

const tables = (act: string): string =>
  `CREATE TABLE p (id INTEGER PRIMARY KEY, phone TEXT, note TEXT);
CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER REFERENCES p (id)${act});
CREATE INDEX c_p ON c (p_id);`
const [SET_NULL, NO_ACTION] = [tables(' ON DELETE SET NULL'), tables('')]
const UNIQUE = 'CREATE UNIQUE INDEX p_phone ON p (phone) WHERE phone IS NOT NULL;'
const OTHERS = 'phone IS NOT NULL AND id NOT IN (SELECT min(id) FROM p GROUP BY phone)'
const DELETE = `DELETE FROM p WHERE ${OTHERS};`
const FIRST =
  'SELECT min(k.id) FROM p AS k WHERE k.phone = (SELECT o.phone FROM p AS o WHERE o.id = c.p_id)'
const MOVE = `UPDATE c SET p_id = (${FIRST}) WHERE p_id IN (SELECT id FROM p WHERE ${OTHERS});`
const VOID = 'UPDATE c SET p_id = NULL WHERE p_id NOT IN (SELECT id FROM p);'
const ENFORCED = '-- foreign_keys: enforce\n-- irreversible: no\n-- migrate:up\n'

const coded = (body: string, enforce = true): string => `export const irreversible = 'merged'
${enforce ? "export const foreignKeys = 'enforce'" : ''}
export function up(db) {
  const first = new Map()
  const remove = db.prepare('DELETE FROM p WHERE id = ?')
  ${/\bmove/.test(body) ? "const move = db.prepare('UPDATE c SET p_id = ? WHERE p_id = ?')" : ''}
  for (const { id, phone } of db.prepare('SELECT id, phone FROM p WHERE phone IS NOT NULL ORDER BY id').all()) {
    const kept = first.get(phone)
    if (kept === undefined) { first.set(phone, id); continue }
    ${body}
  }
  db.exec('${UNIQUE}')
}`

const found = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => !code.startsWith('info'))

test.each([
  [SET_NULL, coded('remove.run(id); move.run(kept, id)'), 'error VALUES_LOST c.p_id'],
  [SET_NULL, coded('remove.run(id)'), 'warning VALUES_LOST c.p_id'],
  [SET_NULL, `${ENFORCED}${DELETE} ${UNIQUE}`, 'warning VALUES_LOST c.p_id'],
  [SET_NULL, `${ENFORCED}${DELETE} ${MOVE} ${UNIQUE}`, 'error VALUES_LOST c.p_id'],
  [SET_NULL, `${DELETE} ${VOID} ${UNIQUE}`, 'warning VALUES_LOST c.p_id'],
  [NO_ACTION, `${DELETE} ${UNIQUE}`, 'error FOREIGN_KEY_BROKEN c.p_id'],
  [SET_NULL, `${DELETE} ${UNIQUE}`, 'error FOREIGN_KEY_BROKEN c.p_id'],
  [NO_ACTION, DELETE, 'error FOREIGN_KEY_BROKEN c.p_id'],
  [SET_NULL, `${ENFORCED}${DELETE}`, 'warning VALUES_LOST c.p_id'],
  [NO_ACTION, coded('remove.run(id)', false), 'error FOREIGN_KEY_BROKEN c.p_id'],
])('children are left behind: %s %s', async (first, change, code) =>
  expect(await found(first, change)).toEqual([code]),
)

test.each([
  [SET_NULL, coded('move.run(kept, id); remove.run(id)')],
  [NO_ACTION, coded('move.run(kept, id); remove.run(id)', false)],
  [NO_ACTION, coded('remove.run(id); move.run(kept, id)', false)],
  [SET_NULL, `${ENFORCED}${MOVE} ${DELETE} ${UNIQUE}`],
  [NO_ACTION, `${MOVE} ${DELETE} ${UNIQUE}`],
  [NO_ACTION, `${MOVE} ${DELETE}`],
  [SET_NULL, `${ENFORCED}${MOVE} ${DELETE}`],
  [
    NO_ACTION,
    `DELETE FROM c WHERE p_id IN (SELECT id FROM p WHERE ${OTHERS}); ${DELETE} ${UNIQUE}`,
  ],
  [SET_NULL, `${ENFORCED}DELETE FROM p WHERE note = 'old';`],
])('they go along: %s %s', async (first, change) => expect(await found(first, change)).toEqual([]))
