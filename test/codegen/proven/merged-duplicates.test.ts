// Duplicates are deleted of which each has children: they are to be moved to the row that stays, before the others go.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

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

testSome([
  [SET_NULL, coded('remove.run(id); move.run(kept, id)'), 'error VALUES_LOST c.p_id'],
  [SET_NULL, coded('remove.run(id)'), 'warning VALUES_LOST c.p_id'],
  [SET_NULL, `${ENFORCED}${DELETE} ${MOVE} ${UNIQUE}`, 'error VALUES_LOST c.p_id'],
  [SET_NULL, `${DELETE} ${VOID} ${UNIQUE}`, 'warning VALUES_LOST c.p_id'],
  [SET_NULL, `${DELETE} ${UNIQUE}`, 'error FOREIGN_KEY_BROKEN c.p_id'],
  [NO_ACTION, DELETE, 'error FOREIGN_KEY_BROKEN c.p_id'],
  [NO_ACTION, coded('remove.run(id)', false), 'error FOREIGN_KEY_BROKEN c.p_id'],
])('children are left behind: %s %s', async (first, change, code) =>
  expect(await found(first, change)).toEqual([code]),
)

testSome([
  [NO_ACTION, coded('remove.run(id); move.run(kept, id)', false)],
  [SET_NULL, `${ENFORCED}${MOVE} ${DELETE}`],
  [
    NO_ACTION,
    `DELETE FROM c WHERE p_id IN (SELECT id FROM p WHERE ${OTHERS}); ${DELETE} ${UNIQUE}`,
  ],
  [SET_NULL, `${ENFORCED}DELETE FROM p WHERE note = 'old';`],
])('they go along: %s %s', async (first, change) => expect(await found(first, change)).toEqual([]))

const LOOSE = `CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE post_tags (post_id INTEGER NOT NULL, tag_id INTEGER NOT NULL, note TEXT);`
const NAMES = 'CREATE UNIQUE INDEX tags_name ON tags (name);'
const pointed = (which: string): string =>
  `UPDATE post_tags SET tag_id = (SELECT ${which}(k.id) FROM tags k JOIN tags d ON d.name = k.name WHERE d.id = post_tags.tag_id) WHERE tag_id IN (SELECT id FROM tags);
DELETE FROM tags WHERE id NOT IN (SELECT min(id) FROM tags GROUP BY name); ${NAMES}`
const byMap = (body: string): string => `export const irreversible = 'merged'
export function up(db) {
  const first = new Map()
  for (const { id, name } of db.prepare('SELECT id, name FROM tags ORDER BY id').all()) {
    const kept = first.get(name)
    if (kept === undefined) { first.set(name, id); continue }
    ${body}
    db.prepare('DELETE FROM tags WHERE id = ?').run(id)
  }
  db.exec('${NAMES}')
}`
const MOVED = "db.prepare('UPDATE post_tags SET tag_id = ? WHERE tag_id = ?')"

testSome([
  [LOOSE, pointed('max'), ['warning VALUES_LOST post_tags.tag_id']],
  [LOOSE, byMap(`${MOVED}.run(id, kept)`), ['warning VALUES_LOST post_tags.tag_id']],
  [LOOSE, byMap(`${MOVED}.run(kept, id)`), []],
  [
    LOOSE,
    byMap("db.prepare('DELETE FROM post_tags WHERE tag_id = ?').run(id)"),
    ['warning ROWS_LOST post_tags'],
  ],
  [LOOSE.replace('tag_id INTEGER NOT NULL', '$& REFERENCES tags (id)'), pointed('min'), []],
])('by a key that nothing declares: %s %s', async (first, change, codes) => {
  const told = (await found(first, change)).filter((code) => !code.includes('WRITE_WITHOUT'))
  expect(told).toEqual(codes)
})

test('code merges them, and the key stands in the next version', async () => {
  const work = (children: string): string =>
    coded(`db.prepare('${children}').run(id); remove.run(id)`).replace(`db.exec('${UNIQUE}')`, '')
  const said = NO_ACTION.replace('p_id', 'x TEXT, p_id')
  const lost = await codesIn(said, work('DELETE FROM c WHERE p_id = ?'), UNIQUE)
  expect(lost).toContain('warning ROWS_LOST c')
})

test('what the one that stays has already is told as that', async () => {
  const tables = `CREATE TABLE u (id INTEGER PRIMARY KEY, mail TEXT NOT NULL);
CREATE TABLE r (u_id INTEGER NOT NULL REFERENCES u (id), what TEXT NOT NULL, stars TEXT, PRIMARY KEY (u_id, what));`
  const first = '(SELECT min(k.id) FROM u AS k JOIN u AS d ON k.mail = d.mail WHERE d.id = r.u_id)'
  const step = `UPDATE OR IGNORE r SET u_id = ${first} WHERE u_id > 0;
DELETE FROM r WHERE u_id NOT IN (SELECT min(id) FROM u GROUP BY mail);
DELETE FROM u WHERE id NOT IN (SELECT min(id) FROM u GROUP BY mail); CREATE UNIQUE INDEX u_mail ON u (mail);`
  const lost = (await foundIn(tables, step)).find(({ code }) => code === 'ROWS_LOST')
  expect(lost?.severity).toBe('warning')
  expect(lost?.message).toContain('that one already has rows with the same what')
})

const LINKS = `CREATE TABLE p (id INTEGER PRIMARY KEY, source INTEGER NOT NULL, phone TEXT NOT NULL);
CREATE TABLE l (id INTEGER PRIMARY KEY, p_id INTEGER NOT NULL REFERENCES p (id) ON DELETE CASCADE, tag TEXT NOT NULL);
CREATE INDEX l_p ON l (p_id);`
const linked = (copy: string): string => `CREATE TEMP TABLE dup AS
SELECT id, first_value(id) OVER (PARTITION BY source, phone ORDER BY id) AS keep_id FROM p;
DELETE FROM p WHERE id IN (SELECT id FROM dup WHERE id <> keep_id);
CREATE TABLE n (p_id INTEGER NOT NULL REFERENCES p (id) ON DELETE CASCADE, tag TEXT NOT NULL, UNIQUE (p_id, tag));
${copy}; DROP TABLE l; DROP TABLE dup;`
const LEFT_JOIN = 'FROM l LEFT JOIN dup d ON d.id = l.p_id'

testSome([
  [`INSERT INTO n SELECT DISTINCT coalesce(d.keep_id, l.p_id), l.tag ${LEFT_JOIN}`, 'kept'],
  [`INSERT OR IGNORE INTO n SELECT ifnull(d.keep_id, l.p_id), l.tag ${LEFT_JOIN}`, 'kept'],
  [
    'INSERT OR IGNORE INTO n SELECT coalesce((SELECT keep_id FROM dup WHERE dup.id = l.p_id), p_id), tag FROM l',
    'kept',
  ],
  [`INSERT INTO n SELECT DISTINCT coalesce(d.keep_id, l.p_id), 'x' ${LEFT_JOIN}`, 'lost'],
  ['INSERT INTO n SELECT DISTINCT l.p_id, l.tag FROM l JOIN p ON p.id = l.p_id', 'lost'],
  [
    `INSERT INTO n SELECT DISTINCT coalesce(d.keep_id, l.p_id), l.tag ${LEFT_JOIN} WHERE l.tag <> ''`,
    'lost',
  ],
])('links that lead to the one that stays are kept: %s', async (copy, fate) =>
  expect(await found(LINKS, linked(copy))).toEqual([
    fate === 'kept' ? 'warning TABLE_RENAMED l' : 'error TABLE_DROPPED l',
  ]),
)

const VISITS =
  'CREATE TABLE v (who TEXT NOT NULL, day INTEGER NOT NULL, n INTEGER NOT NULL, note TEXT);'

testSome([
  ['who, day, sum(n), group_concat(note)', 'info'],
  ['who, day, total(n), NULL', 'error'],
  ['who, day, sum(n), max(note)', 'error'],
])('rows that a copy combines: %s', async (items, severity) => {
  const up = `CREATE TABLE w (who TEXT NOT NULL, day INTEGER NOT NULL, n INTEGER NOT NULL, note TEXT, UNIQUE (who, day));
INSERT INTO w SELECT ${items} FROM v GROUP BY who, day; DROP TABLE v; ALTER TABLE w RENAME TO v;`
  expect(await codesIn(VISITS, up)).toContain(`${severity} ROWS_LOST v`)
})
