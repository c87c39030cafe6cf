// `batches`: what is read of it, and what cannot be.
import { expect, test } from 'vitest'
import { checksum } from '../../../codegen/checksum/checksum.js'
import { HERE, readFolder, readOnly, shown, unmark } from './read-folder.js'

const migration = (batches: string, rest = "irreversible: 'no'"): string =>
  `export default { batches: ${batches}, ${rest} }`

const WALK = "query: 'SELECT id FROM users', by: 'id'"
const UPDATE = "update: 'UPDATE users SET a = 1 WHERE id BETWEEN :from AND :to'"

const checksumsOf = (text: string) =>
  checksum(readOnly({ '001_a.ts': text }), { helpers: new Map() })

test('walks are read, and run outside a transaction with keys enforced', () => {
  const text = `const QUERY = 'SELECT id FROM users'
export default {
  batches: [
    { query: QUERY + ' WHERE a = (SELECT max(b) FROM c ORDER BY d LIMIT 1) AND a IS DISTINCT FROM b AND id IN (SELECT DISTINCT e FROM f GROUP BY e)', by: 'id', size: 10, ${UPDATE} },
    { query: QUERY, by: 'id', each(db, rows) { db.exec(String(rows)) } },
  ],
  down: 'SELECT 1',
}`
  const read = readOnly({ '001_a.ts': text })
  expect(read).toMatchObject({
    unreadable: false,
    batches: [
      {
        query: {
          value:
            'SELECT id FROM users WHERE a = (SELECT max(b) FROM c ORDER BY d LIMIT 1) AND a IS DISTINCT FROM b AND id IN (SELECT DISTINCT e FROM f GROUP BY e)',
        },
        by: { value: 'id' },
        update: {},
      },
      { query: { value: 'SELECT id FROM users' }, update: null },
    ],
    up: { kind: 'code', position: { line: 3, column: 12 } },
    down: { kind: 'sql' },
    transaction: { value: false },
    foreignKeys: { value: 'enforce' },
  })
})

test.each([
  ['no list', `${HERE}{}`, 'READ_WRONG_TYPE'],
  ['no walk', `${HERE}[]`, 'READ_WRONG_TYPE'],
  ['no text', `[{ query: ${HERE}1, by: 'id', ${UPDATE} }]`, 'READ_WRONG_TYPE'],
  ['no number', `[{ ${WALK}, size: ${HERE}0, ${UPDATE} }]`, 'READ_WRONG_TYPE'],
  ['another word', `[{ ${WALK}, ${HERE}sise: 1, ${UPDATE} }]`, 'READ_BATCHES_INVALID'],
  ['no key', `[${HERE}{ query: 'SELECT 1', ${UPDATE} }]`, 'READ_BATCHES_INVALID'],
  ['no work', `[${HERE}{ ${WALK} }]`, 'READ_BATCHES_INVALID'],
  ['two works', `[${HERE}{ ${WALK}, ${UPDATE}, each() {} }]`, 'READ_BATCHES_INVALID'],
  ['a promise', `[{ ${WALK}, ${HERE}async each() {} }]`, 'READ_BATCHES_INVALID'],
  ['no query', `[{ query: ${HERE}'DELETE FROM a', by: 'id', ${UPDATE} }]`, 'READ_BATCHES_INVALID'],
  [
    'two queries',
    `[{ query: ${HERE}'SELECT 1; SELECT 2', by: 'id', ${UPDATE} }]`,
    'READ_BATCHES_INVALID',
  ],
  [
    'an order',
    `[{ query: ${HERE}'SELECT id FROM users ORDER BY a', by: 'id', ${UPDATE} }]`,
    'READ_BATCHES_INVALID',
  ],
  [
    'a limit',
    `[{ query: ${HERE}'SELECT id FROM users LIMIT 9', by: 'id', ${UPDATE} }]`,
    'READ_BATCHES_INVALID',
  ],
  ...['SELECT DISTINCT id FROM users', 'SELECT id FROM users WHERE a > 1 GROUP BY id'].map(
    (query): [string, string, string] => [
      query,
      `[{ query: ${HERE}'${query}', by: 'id', ${UPDATE} }]`,
      'READ_BATCHES_INVALID',
    ],
  ),
  [
    'an open value',
    `[{ query: ${HERE}'SELECT id FROM users WHERE a = ?', by: 'id', ${UPDATE} }]`,
    'READ_BATCHES_INVALID',
  ],
  ['no change', `[{ ${WALK}, update: ${HERE}'DROP TABLE users' }]`, 'READ_BATCHES_INVALID'],
  ['no range', `[{ ${WALK}, update: ${HERE}'UPDATE users SET a = 1' }]`, 'READ_BATCHES_INVALID'],
  [
    'half a range',
    `[{ ${WALK}, update: ${HERE}"UPDATE users SET a = ':to' WHERE id > :from" }]`,
    'READ_BATCHES_INVALID',
  ],
  [
    'another value',
    `[{ ${WALK}, update: ${HERE}'UPDATE users SET a = ?1 WHERE id BETWEEN :from AND :to' }]`,
    'READ_BATCHES_INVALID',
  ],
  [
    'its key',
    `[{ ${WALK}, update: ${HERE}'UPDATE Users SET "ID" = 1 WHERE id BETWEEN :from AND :to' }]`,
    'READ_BATCHES_INVALID',
  ],
])('%s is told where it stands', (_, batches, code) => {
  const { folder, places } = unmark({ '001_a.ts': migration(batches) })
  const { diagnostics, migrations } = readFolder(folder)
  expect(diagnostics.map(shown)).toEqual(places.map((place) => `${place} ${code}`))
  expect(migrations[0]?.unreadable).toBe(true)
})

test.each([
  "up: 'SELECT 1'",
  'alter: {}',
  'transaction: false',
  "foreignKeys: 'enforce'",
  "down: 'auto'",
])('it cannot stand beside %s', (other) => {
  const { diagnostics } = readFolder({ '001_a.ts': migration(`[{ ${WALK}, ${UPDATE} }]`, other) })
  expect(diagnostics.map(({ code }) => code)).toContain('READ_BATCHES_FORM')
})

test('the checksum is that of what is declared, however it is written', () => {
  const one = migration(`[{ ${WALK}, ${UPDATE} }]`)
  const spelt = one.replace('UPDATE users SET', 'update users  set').replace('BETWEEN', 'between')
  const other = one.replace('a = 1', 'a = 2')
  const text = (each: string) =>
    `const add = ${each}\nexport default { batches: [{ ${WALK}, each: (db, rows) => add(db, rows) }], irreversible: 'no' }`
  expect(checksumsOf(spelt)).toEqual(checksumsOf(one))
  expect(checksumsOf(other)).not.toEqual(checksumsOf(one))
  expect(checksumsOf(text('() => 1'))).not.toEqual(checksumsOf(text('() => 2')))
})

test.each([
  ['in place', (size: string) => migration(`[{ ${WALK}, ${size} ${UPDATE} }]`)],
  [
    'beside',
    (size: string) => `const walk = { ${WALK}, ${size} ${UPDATE} }\n${migration('[walk]')}`,
  ],
  [
    'spread',
    (size: string) =>
      `const how = { by: 'id', ${size} }\n${migration(`[{ ...how, query: 'SELECT id FROM users', ${UPDATE} }]`)}`,
  ],
])('the size of a batch, said %s, is no part of the checksum', (_, text) => {
  expect(checksumsOf(text('size: 10,'))).toEqual(checksumsOf(text('')))
  expect(checksumsOf(`const SIZE = 5\n${text('size: SIZE,')}`)).toEqual(
    checksumsOf(text('size: 7,')),
  )
})
