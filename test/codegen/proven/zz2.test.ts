import { test } from 'vitest'
import { codesIn } from './prove-project.js'
const P = 'CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price REAL NOT NULL, qty INTEGER, tags TEXT, at TEXT, meta TEXT);'
const C: [string, string, string, string?][] = [
  ['ea1 W', 'tags', "substr(tags, 1, instr(tags || ',', ',') - 1)"],
  ['ea9 W', 'tags', "replace(tags, ',', '')"],
  ['ea7 W', 'price', 'round(price, 1)', 'REAL'],
  ['ec2 W', 'tags', "nullif(tags, 'none')"],
  ['e5 W', 'tags', "substr(tags, instr(tags, ':') + 1)"],
  ['ok trim', 'tags', 'tags'],
  ['ok concat', 'tags', "'#' || tags"],
  ['ok coalesce', 'tags', "coalesce(tags, '-')"],
  ['ok coalesce2', 'tags', "coalesce(tags, 'none')"],
  ['ok replace back', 'tags', "json_array(tags, ',')"],
  ['ok printf', 'tags', "printf('%s,', tags)"],
  ['ok case', 'tags', "CASE WHEN tags = 'none' THEN 'nothing' ELSE tags END"],
  ['ok cents', 'price', 'CAST(round(price * 100) AS INTEGER)', 'INTEGER'],
  ['ok ifnull', 'qty', 'ifnull(qty, 0)', 'INTEGER'],
]
for (const [n, col, use, type = 'TEXT'] of C)
  test(n, async () => console.error(`## ${n}: ${(await codesIn(P, `export default { alter: { p: { drop: ['${col}'], add: { nw: { type: '${type}', using: ${JSON.stringify(use)} } } } }, irreversible: 'x' }`)).join(' | ') || 'NOTHING'}`))
for (const [n, col, use, type = 'TEXT'] of C.slice(0, 5))
  test('sql ' + n, async () => console.error(`## sql ${n}: ${(await codesIn(P, `ALTER TABLE p ADD COLUMN nw ${type}; UPDATE p SET nw = ${use}; ALTER TABLE p DROP COLUMN ${col};`)).join(' | ') || 'NOTHING'}`))
