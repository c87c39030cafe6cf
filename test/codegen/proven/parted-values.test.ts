// Columns that go, of which something is made that tells the values that rows happen to have, and not those that they may have.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'

const MADE: readonly (readonly [column: string, type: string, made: string, isTold?: true])[] = [
  ['tags', 'TEXT', `substr(tags, 1, instr(tags || ',', ',') - 1)`, true],
  ['ref', 'TEXT', `substr(ref, instr(ref, '/') + 1)`, true],
  ['file', 'TEXT', `rtrim(file, replace(file, '.', ''))`, true],
  ['price', 'REAL', 'round(price, 1)', true],
  ['phone', 'TEXT', `replace(replace(phone, '-', ''), ' ', '')`],
  ['marks', 'TEXT', `replace(marks, ',', ';')`],
  ['names', 'TEXT', `json('["' || replace(names, ',', '","') || '"]')`],
  ['url', 'TEXT', `'https://' || url`],
  ['mail', 'TEXT', 'lower(trim(mail))'],
  ['cost', 'REAL', 'CAST(round(cost * 100) AS INTEGER)'],
]
const TABLE = `CREATE TABLE p (id INTEGER PRIMARY KEY, ${MADE.map(([name, type]) => `${name} ${type}`).join(', ')});`
const TOLD = MADE.filter(([, , , isTold]) => isTold).map(
  ([name]) => `error COLUMN_DROPPED p.${name}`,
)

test('what an UPDATE makes of them', async () => {
  const made = MADE.map(
    ([name, , by]) =>
      `ALTER TABLE p ADD COLUMN now_${name};\nUPDATE p SET now_${name} = ${by};\nALTER TABLE p DROP COLUMN ${name};`,
  )
  expect(await codesIn(TABLE, made.join('\n'))).toEqual(TOLD)
})

test('what a copy makes of them', async () => {
  const [columns, values] = [MADE.map(([name]) => `now_${name}`), MADE.map(([, , by]) => by)]
  const copy = `CREATE TABLE n (id INTEGER PRIMARY KEY, ${columns.join(', ')});
INSERT INTO n (id, ${columns.join(', ')}) SELECT id, ${values.join(', ')} FROM p;
DROP TABLE p; ALTER TABLE n RENAME TO p;`
  expect((await codesIn(TABLE, copy)).toSorted()).toEqual(TOLD.toSorted())
})
