// Each statement of a step gets rows that meet its condition, however many statements look for something.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const T =
  'CREATE TABLE t (id INTEGER PRIMARY KEY, kind TEXT, n INTEGER NOT NULL, props TEXT, CHECK (n < 9000));'
const KINDS = ['a', 'b', 'c', 'd', 'e', 'f']
const many = (write: (kind: string) => string): string => KINDS.map(write).join('\n')
const OTHERS = many((kind) => `UPDATE t SET n = n WHERE kind = '${kind}';`)
const failing = (where: string): string => `UPDATE t SET n = NULL WHERE ${where};`
const MEMBERS = `CREATE TABLE p (t INTEGER, name TEXT, value TEXT);`
const PROPS = many(
  (kind) =>
    `INSERT INTO p SELECT id, '${kind}', json_extract(props, '$.${kind}') FROM t WHERE json_extract(props, '$.${kind}') IS NOT NULL;`,
)

testSome([
  [T, `${OTHERS} ${failing("kind = 'g'")}`],
  [T, `${OTHERS} ${failing("kind = 'g' AND props = 'x'")}`],
  [T, `${OTHERS} DELETE FROM t WHERE kind = 'g' AND n >= 5; ${failing("kind = 'h'")}`],
  [T + MEMBERS, PROPS.replace("'$.f')", `'$."f')`)],
  [T, failing("json_extract(props, '$.a') = 1 AND json_extract(props, '$.b') = 2")],
  [T, failing("props ->> '$.a.b' IS NOT NULL AND props ->> '$.c' = 'x'")],
  [T, failing(`json_extract(props, '$."a b"') = 1`)],
  [T, failing("json_extract(props, '$.list[1]') = 1")],
])('the last one fails: %s%s', async (first, second) =>
  expect(await codesIn(first, second)).toContainEqual(
    expect.stringContaining('error REPLAY_FAILS_ON_ROWS t'),
  ),
)

testSome([
  [T, `${OTHERS} UPDATE t SET n = 1 WHERE kind = 'g';`],
  [T + MEMBERS, PROPS],
  [T, `${OTHERS} ${failing("kind = 'g' AND 0")}`],
  [T, `${OTHERS} ${failing("kind = 'g' AND n > 9000")}`],
])('the last one is right, or never comes to a row: %s%s', async (first, second) =>
  expect(await codesIn(first, second)).not.toContainEqual(expect.stringContaining('REPLAY_FAILS')),
)
