// VALUES_SWAPPED
import { describe, expect, test } from 'vitest'
import type { ValuesChanged } from '../../../../codegen/model/evidence.js'
import { placesProven } from '../../proven/prove-project.js'
import { onlyFinding, placeIn, placesAfterReplay, sqlFile } from '../replayed-folder.js'

const folder = {
  '001_a.sql': sqlFile('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, "e-mail" TEXT);'),
  '002_b.sql': sqlFile(`SELECT 1;`),
}
const at = placeIn(2, { statement: 'INSERT INTO n SELECT * FROM users' })
const changed = (
  column: string,
  from: string | null,
  before: string,
  after: string | null,
): ValuesChanged => ({
  kind: 'values-changed',
  at,
  table: 'users',
  column,
  from,
  before,
  after,
})
const SWAP = [changed('name', 'e-mail', 'Ann', 'a@b'), changed('e-mail', 'name', 'a@b', 'Ann')]

test('valid: values that come from elsewhere are told by another rule', async () => {
  const { code } = await onlyFinding(folder, { facts: [changed('name', null, 'Ann', null)] })
  expect(code).toBe('VALUES_LOST')
})

describe('invalid', () => {
  test('the copy names no column that is new, or computed', async () => {
    const up =
      'CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT, icon TEXT, "e-mail" TEXT, slug AS (name));\nDROP TABLE users;\nALTER TABLE n RENAME TO users;'
    const { fix } = await onlyFinding(
      { ...folder, '002_b.sql': sqlFile(up) },
      { facts: SWAP, settings: { rules: { VALUES_LOST: 'off' } } },
    )
    expect(fix).toContain(
      '`INSERT INTO n (id, name, "e-mail") SELECT id, name, "e-mail" FROM users`',
    )
  })

  test('the copy names a column that the step has added to the table before it', async () => {
    const up =
      'ALTER TABLE users ADD COLUMN icon TEXT;\nCREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT, icon TEXT, "e-mail" TEXT, more TEXT);\nDROP TABLE users;\nALTER TABLE n RENAME TO users;'
    const { fix } = await onlyFinding(
      { ...folder, '002_b.sql': sqlFile(up) },
      { facts: SWAP, settings: { rules: { VALUES_LOST: 'off' } } },
    )
    expect(fix).toContain(
      '`INSERT INTO n (id, name, icon, "e-mail") SELECT id, name, icon, "e-mail" FROM users`',
    )
  })

  test('code is told to hand its values over in order', async () => {
    const place = { ...at, statement: 'INSERT INTO n (name, "e-mail") VALUES (?, ?)' }
    const facts = SWAP.map((fact) => ({ ...fact, at: place }))
    const { fix } = await onlyFinding(folder, { facts })
    expect(fix).toMatch(/^Pass the values in the order in which the INSERT names their columns\./)
  })

  test('what is lost beside a shift is a part of it', async () => {
    const facts = [changed('name', null, 'Ann', null), changed('e-mail', 'name', 'a@b', 'Ann')]
    const { code, message } = await onlyFinding(folder, { facts })
    expect(code).toBe('VALUES_SWAPPED')
    expect(message).toContain("In one row, e-mail was 'a@b' and is now 'Ann'.")
  })

  test('each table and each half is a finding', async () => {
    const down = SWAP.map((fact) => ({ ...fact, at: { ...at, direction: 'down' } as const }))
    const other = SWAP.map((fact) => ({ ...fact, table: 'gone' }))
    expect(await placesAfterReplay(folder, { facts: [...SWAP, ...down, ...other] })).toEqual([
      '002_b.sql:2:1 error VALUES_SWAPPED',
      '002_b.sql:2:1 error VALUES_SWAPPED',
      '002_b.sql:4:1 error VALUES_SWAPPED',
    ])
  })
})

const SIZES = 'CREATE TABLE c (id INTEGER PRIMARY KEY, width INTEGER, height INTEGER);'
const rename = (from: string, to: string): string => `ALTER TABLE c RENAME COLUMN ${from} TO ${to};`
const made = (columns: string, from: string): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY, ${columns.replace(',', ' INTEGER,')} INTEGER);
INSERT INTO n (id, ${columns}) SELECT id, ${from} FROM c;
DROP TABLE c;
ALTER TABLE n RENAME TO c;`
const BOTH = rename('width', 'w') + rename('height', 'h')
const swapping = rename('width', 't') + rename('height', 'width') + rename('t', 'height')

/** `severity CODE` of what is found, but for the columns that `up` renames. */
const found = async (up: string, down: string): Promise<string[]> => {
  const text = `-- lockstep-ignore COLUMN_RENAMED c.width: new\n-- lockstep-ignore COLUMN_RENAMED c.height: new\n-- migrate:up\n${up}\n-- migrate:down\n${down}\n`
  const places = await placesProven({ '001_a.sql': sqlFile(SIZES), '002_b.sql': text })
  return places.flatMap((one) => (/^001|SUPPRESSION/.test(one) ? [] : one.replace(/^\S+ /, '')))
}

test.each([
  ['a copy', made('w, h', 'width, height'), made('width, height', 'h, w')],
  ['names over a third one', BOTH, rename('w', 't') + rename('h', 'width') + rename('t', 'height')],
  ['one name', rename('width', 'w'), rename('height', 'width') + rename('w', 'height')],
  [
    'names that `up` leaves alone',
    'ALTER TABLE c ADD COLUMN x;',
    `ALTER TABLE c DROP COLUMN x;${swapping}`,
  ],
])('`down` exchanges columns by %s', async (_name, up, down) => {
  expect(await found(up, down)).toEqual(['error VALUES_SWAPPED'])
})

test.each([
  ['gives columns their names back', BOTH, rename('w', 'width') + rename('h', 'height')],
  ['copies them back', made('w, h', 'width, height'), made('width, height', 'w, h')],
  ['exchanges what `up` has exchanged', swapping, swapping],
  [
    'exchanges names and values',
    made('w, h', 'width, height'),
    `UPDATE c SET w = h, h = w;${made('width, height', 'h, w')}`,
  ],
])('nothing is mixed up where `down` %s', async (_name, up, down) => {
  expect((await found(up, down)).filter((one) => one.includes('SWAPPED'))).toEqual([])
})
