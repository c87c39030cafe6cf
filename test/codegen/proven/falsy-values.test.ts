// Values of 0 and '' that a copy takes for missing ones, as it asks whether they are true.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const columns = (more = ''): string =>
  `(id INTEGER PRIMARY KEY, count INTEGER${more}, note TEXT${more}, flag BOOLEAN NOT NULL)`
const OLD = `CREATE TABLE t ${columns()};`
const inCode = (values: string, end = 'DROP TABLE t; ALTER TABLE u RENAME TO t'): string =>
  `export const irreversible = 'no'
const wrap = (value) => value
export function up(db) {
  db.exec('CREATE TABLE u ${columns()}')
  const put = db.prepare('INSERT INTO u (id, count, note, flag) VALUES (?, ?, ?, ?)')
  for (const row of db.prepare('SELECT * FROM t').all()) put.run(row.id, ${values})
  db.exec('${end}')
}
`
const inSql = (items: string): string =>
  `CREATE TABLE u ${columns()};
INSERT INTO u SELECT id, ${items} FROM t;
DROP TABLE t; ALTER TABLE u RENAME TO t;`
const N = 'warning VALUES_LOST t.count'

testSome([
  [inCode('row.count || 1, row.note, row.flag'), [N]],
  [inCode("row['count'] || null, row.note, row.flag"), [N]],
  [inCode('Number(row.count) || 7, row.note, row.flag'), [N]],
  [inCode('row.count, row.note || null, row.flag'), ['info VALUES_LOST t.note']],
  [inCode("row.count, row.note || 'none', row.flag"), ['info VALUES_LOST t.note']],
  [inCode('row.count, row.note, row.flag || 1'), ['warning VALUES_LOST t.flag']],
  [inSql('iif(t.count, t.count, 1), note, flag'), [N]],
  [inSql("count, CASE WHEN note THEN note ELSE 'none' END, flag"), ['warning VALUES_LOST t.note']],
])('%s', async (step, codes) => expect(await codesIn(OLD, step)).toEqual(codes))

testSome([
  [inCode("row.count || 0, row.note || '', row.flag || 0")],
  [inCode("row.count === 0 ? 1 : row.count, row.note === '' ? null : row.note, row.flag")],
  [inCode('row.count, row.note, row.flag ? 1 : 0')],
  [inCode('row.count, row.note?.trim() ?? null, row.flag')],
  [inCode('wrap(row.count), wrap(row.note), wrap(row.flag) ? 1 : 0')],
  [inSql("coalesce(count, 1), coalesce(note, ''), flag")],
  [inSql("coalesce(nullif(count, 0), 1), nullif(note, ''), flag")],
  [inSql("CASE WHEN count <> 0 THEN count ELSE 1 END, CASE WHEN note <> '' THEN note END, flag")],
  ['UPDATE t SET count = CASE WHEN count THEN count ELSE 1 END WHERE id > 0;'],
])('says what becomes of them, or leaves them: %s', async (step) =>
  expect(await codesIn(OLD, step)).toEqual([]),
)

test('what was never missing becomes so on purpose', async () =>
  expect(
    await codesIn(
      `CREATE TABLE t ${columns(' NOT NULL')};`,
      inCode('row.count || null, row.note || null, row.flag'),
    ),
  ).toEqual([]))

test('under another name', async () => {
  const found = await codesIn(OLD, inCode('row.count || 1, row.note, row.flag', 'DROP TABLE t'))
  expect(found).toEqual([N, 'warning TABLE_RENAMED t'])
})

test('says what stands in for nothing alone', async () => {
  const [code] = await foundIn(OLD, inCode('row.count || 1, row.note, row.flag'))
  expect(code?.message).toContain('treats 0 in count of t as a missing value')
  expect(code?.fix).toContain('Use `??`')
  const [sql] = await foundIn(OLD, inSql('CASE WHEN count THEN count ELSE 1 END, note, flag'))
  expect(sql?.fix).toContain('Use `coalesce(count, …)`')
})

const intoNew = (value: string, type = 'INTEGER'): string => `export const irreversible = 'no'
export function up(db) {
  db.exec('ALTER TABLE t ADD COLUMN made ${type}')
  const set = db.prepare('UPDATE t SET made = ? WHERE id = ?')
  for (const row of db.prepare('SELECT id, count FROM t').all()) set.run(${value}, row.id)
  db.exec('ALTER TABLE t DROP COLUMN count')
}`

testSome([
  ['row.count || 6', 'INTEGER', 'turns it into 6'],
  ['JSON.stringify({ made: row.count || 6 })', 'TEXT', 'turns it into'],
])('into a column of another name: %s', async (value, type, said) => {
  const [found, ...more] = await foundIn(OLD, intoNew(value, type))
  expect([found?.code, found?.subject, ...more]).toEqual(['VALUES_LOST', 't.count'])
  expect(found?.message).toContain(said)
})

testSome([
  ['row.count || 0', 'INTEGER'],
  ['JSON.stringify({ made: row.count ?? 6 })', 'TEXT'],
])('into a column of another name, but for NULL: %s', async (value, type) => {
  expect(await codesIn(OLD, intoNew(value, type))).toEqual([])
})

test('yes and no may be nothing for no', async () =>
  expect(
    await codesIn(
      OLD.replace('count INTEGER', 'count BOOLEAN'),
      intoNew("row.count ? 'yes' : 'no'", 'TEXT'),
    ),
  ).toEqual([]))

const SONG = 'CREATE TABLE s (id TEXT NOT NULL PRIMARY KEY, title TEXT, trash INTEGER NOT NULL);'
const written = (values: string, more = ''): string => `export const irreversible = 'no'
const STATES = { a: 1 }
const stateOf = (song) => STATES[song.trash] ?? 0
export function up(db) {
  const songs = db.prepare('SELECT * FROM s').all()
  db.exec('DROP TABLE s; ${SONG}')
  const put = db.prepare('INSERT INTO s (id, title, trash) VALUES (?, ?, ?)')
  for (const song of songs) put.run(song.id, song.title, ${values})
  ${more}
}`

testSome([
  ['0', '', ['warning VALUES_LOST s.trash']],
  ["Number('0')", '', ['warning VALUES_LOST s.trash']],
  ['STATES[song.trash] ?? 0', '', []],
  ["STATES[song['trash']] ?? 0", '', []],
  ['stateOf(song)', '', []],
  ['0', "db.exec('UPDATE s SET trash = length(id)')", []],
])('code writes %s into a column that was there before, %s', async (values, more, found) =>
  expect(await codesIn(SONG, written(values, more))).toEqual(found),
)
