// Lists that SQL takes apart: rows hold lists whose elements have what is read of them, some of several elements, one with the same twice.
import { expect, test } from 'vitest'
import { listsInCode } from '../../../codegen/replay/rows/fill/code-lists.js'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const EVENT = 'CREATE TABLE event (id INTEGER PRIMARY KEY, tags TEXT NOT NULL, content TEXT);'
const tag = (columns: string, items: string, from = 'json_each(e.tags) j'): string =>
  `CREATE TABLE tag (${columns}); INSERT INTO tag SELECT ${items} FROM event e, ${from};`
const FAILS = ['error REPLAY_FAILS_ON_ROWS event']

testSome([
  ['several elements', tag('event_id INTEGER PRIMARY KEY, name TEXT', 'e.id, j.value'), FAILS],
  [
    'one element twice',
    tag('event_id INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (event_id, name)', 'e.id, j.value'),
    FAILS,
  ],
  [
    'an object twice',
    tag(
      'event_id INTEGER NOT NULL, kind TEXT, PRIMARY KEY (event_id, kind)',
      "e.id, j.value ->> '$.kind'",
    ),
    FAILS,
  ],
  [
    'one part of a text twice',
    tag(
      'event_id INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (event_id, name)',
      'e.id, j.value',
      `json_each('["' || replace(e.content, ',', '","') || '"]') j`,
    ),
    FAILS,
  ],
  [
    'one part of a text twice, in a recursion',
    `CREATE TABLE tag (event_id INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (event_id, name));
     WITH RECURSIVE s (id, name, rest) AS (SELECT id, '', tags || ',' FROM event UNION ALL
       SELECT id, substr(rest, 1, instr(rest, ',') - 1), substr(rest, instr(rest, ',') + 1) FROM s WHERE rest <> '')
     INSERT INTO tag SELECT id, name FROM s WHERE name <> '';`,
    FAILS,
  ],
  [
    'one element in two lists',
    tag(
      'name TEXT PRIMARY KEY, n INTEGER',
      'j.value ->> 0, e.id',
      "json_each(e.content, '$.tags') j",
    ),
    FAILS,
  ],
  [
    'places in trees',
    tag(
      'path TEXT PRIMARY KEY, n INTEGER',
      'j.fullkey, e.id',
      "json_tree(e.tags) j WHERE j.type = 'text'",
    ),
    FAILS,
  ],
  [
    'how many there are',
    `CREATE TABLE tag (n INTEGER CHECK (n < 1)); INSERT INTO tag SELECT json_array_length(tags) FROM event;`,
    FAILS,
  ],
  [
    'a condition on an element',
    `CREATE TABLE tag (id INTEGER CHECK (id < 1)); INSERT INTO tag SELECT e.id FROM event e, json_each(e.tags) WHERE value = 'x';`,
    FAILS,
  ],
])('%s', async (_, step, codes) => {
  const found = await codesIn(EVENT, step)
  expect(found.map((code) => code.split('.')[0])).toEqual(codes)
})

testSome([
  tag(
    'event_id INTEGER NOT NULL, type TEXT NOT NULL, name TEXT',
    "e.id, j.value ->> 'type', json_extract(j.value, '$.name')",
  ),
  tag(
    'event_id INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (event_id, name)',
    'DISTINCT e.id, j.value',
  ),
  tag(
    'event_id INTEGER NOT NULL, name TEXT NOT NULL, n INTEGER NOT NULL, UNIQUE (event_id, n)',
    'e.id, j.value, j.key',
  ),
  tag(
    'event_id INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (event_id, name)',
    'e.id, k.value',
    'json_each(e.tags) j, json_each(j.value) k',
  ),
  `${tag('event_id INTEGER NOT NULL, name TEXT NOT NULL', 'e.id, j.value')} ALTER TABLE event DROP COLUMN tags;`,
  `${tag('event_id INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (event_id, name)', 'e.id, j.value').replace('INSERT', 'INSERT OR IGNORE')} ALTER TABLE event DROP COLUMN tags;`,
])('nothing is wrong with %s', async (step) => expect(await codesIn(EVENT, step)).toEqual([]))

testSome([
  ["doc TEXT NOT NULL DEFAULT ''", ['warning REPLAY_FAILS_ON_ROWS t']],
  ["doc TEXT DEFAULT ''", ['warning REPLAY_FAILS_ON_ROWS t']],
  ["doc TEXT DEFAULT '{}'", []],
  ['doc TEXT', []],
])('a default that is not JSON, in %s', async (column, codes) => {
  const step = `ALTER TABLE t ADD COLUMN iso INTEGER; UPDATE t SET iso = doc ->> '$.iso';`
  const found = await codesIn(`CREATE TABLE t (id INTEGER PRIMARY KEY, ${column});`, step)
  expect(found.map((code) => code.split('.')[0])).toEqual(codes)
})

const throughIds = (walk: string, verb = 'INSERT'): string => `export const irreversible = 'no'
export function up(db) {
  db.exec('CREATE TABLE member (grp_id TEXT NOT NULL, user_id TEXT NOT NULL, UNIQUE (grp_id, user_id))')
  const add = db.prepare('${verb} INTO member (grp_id, user_id) VALUES (?, ?)')
  for (const g of db.prepare('SELECT id, user_ids FROM grp').all()) { ${walk} }
  db.exec('ALTER TABLE grp DROP COLUMN user_ids')
}`
const IDS = 'if (!g.user_ids) continue; const ids = JSON.parse(g.user_ids);'

testSome([
  ['for (const uid of ids) add.run(g.id, uid)'],
  ['if (!Array.isArray(ids)) continue; for (const uid of ids) add.run(g.id, uid.trim())'],
  ['ids.forEach((uid) => add.run(g.id, uid))'],
])('a list of ids that only code goes through: %s', async (walk) => {
  const grp = 'CREATE TABLE grp (id TEXT NOT NULL PRIMARY KEY, user_ids JSON);'
  expect(await codesIn(grp, throughIds(`${IDS} ${walk}`, 'INSERT OR IGNORE'))).toEqual([])
  expect(await codesIn(grp, throughIds(`${IDS} ${walk}`))).toEqual([
    'error REPLAY_FAILS_ON_ROWS grp.user_ids',
  ])
})

test.each([
  ['const ids = JSON.parse(row.ids); for (const id of ids) use(id)', ['ids']],
  ['const ids = JSON.parse(row.ids as string) as string[]; ids.map((id) => use(id))', ['ids']],
  ['const ids: string[] = JSON.parse(String(row.ids))\nif (Array.isArray(ids)) use(ids)', ['ids']],
  ['for (const id of JSON.parse(row.ids)) use(id)', ['ids']],
  ["JSON.parse(row.ids ?? '[]').forEach((id) => use(id.trim()))", ['ids']],
  ['const ids = JSON.parse(row.ids); for (const id of ids) use(id.name)', []],
  ['const ids = JSON.parse(row.ids); for (const { name } of ids) use(name)', []],
  ['JSON.parse(row.ids).map(([one, other]) => use(one, other))', []],
  ['const ids = JSON.parse(row.ids); for (const id of ids.all) use(id)', []],
  ['const ids = JSON.parse(row.ids); use(ids.name)', []],
  ['for (const id of JSON.parse(row.ids).all) use(id.name)', []],
])('the lists of plain values in %s', (code, columns) => expect(listsInCode(code)).toEqual(columns))
