// Rows without their parent are known by their exact keys: no two are taken for one, and none is refused for another form.
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { databases } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf } from '../support/registry.js'

const files = databases()
const PARENTS = 'CREATE TABLE p (id PRIMARY KEY); INSERT INTO p VALUES (1), (2), (3)'

/** Runs a step over a table with these columns and rows. */
function attempt(columns: string, rows: string, up: string) {
  const db = files.open()
  const first = { up: `${PARENTS}; CREATE TABLE c (${columns})` }
  migrate(db, registryOf(first))
  db.pragma('foreign_keys = OFF')
  db.exec(`INSERT INTO c VALUES ${rows}`)
  return () => migrate(db, registryOf(first, { up }))
}

const rebuilt = (columns: string, select = '*'): string =>
  `CREATE TABLE n (${columns}); INSERT INTO n SELECT ${select} FROM c; DROP TABLE c; ALTER TABLE n RENAME TO c`

const WITHOUT_ROWID = (select: string): string =>
  rebuilt('a PRIMARY KEY, p REFERENCES p', select).replace('; INSERT', ' WITHOUT ROWID; INSERT')

const COMPOSITE = 'a, b, p REFERENCES p, PRIMARY KEY (a, b)'
const SINGLE = 'a PRIMARY KEY, p REFERENCES p'

describe('one is fixed and another loses its parent', () => {
  const KEYS: [string, string, string, string][] = [
    ['two columns, a million apart', COMPOSITE, '1, 1000004', '2, 1'],
    ['two columns, of large numbers', COMPOSITE, '7, 2147483650', '7, 3'],
    ['two columns, that are alike when joined', COMPOSITE, "'1', '23'", "'12', '3'"],
    ['two columns, with what may stand between them', COMPOSITE, "'1/2', '3'", "'1', '2/3'"],
    ['two columns, with commas and spaces', COMPOSITE, "'1, 2', '3'", "'1', '2, 3'"],
    ['two columns, of which one is NULL', COMPOSITE, '1, NULL', "1, ''"],
    ['numbers that are 2^31 - 1 apart', SINGLE, '5', '5 + 2147483647'],
    ['numbers of either sign', SINGLE, '-5', '5'],
    ['numbers beyond 2^53', SINGLE, '9007199254740992', '9007199254740993'],
    ['real numbers that are close', SINGLE, '0.3', '0.1 + 0.2'],
    ['a number and text with a zero before it', SINGLE, '5', "'05'"],
    ['a number and text with a space', SINGLE, '5', "'5 '"],
    ['a number and the same as text', SINGLE, '12', "'12'"],
    ['text and the same as bytes', 'a TEXT PRIMARY KEY, p REFERENCES p', "'12'", "x'3132'"],
    ['a number and the same as bytes', 'a INT PRIMARY KEY, p REFERENCES p', '12', "x'3132'"],
    ['a real number and the same as text', SINGLE, '1.5', "'1.5'"],
    ['two columns, a number and the same as text', COMPOSITE, "1, '2'", "'1', 2"],
    ['text with a NUL and without', SINGLE, "'a' || char(0)", "'a'"],
    ['text that is not UTF-8', SINGLE, "CAST(x'ff' AS TEXT)", "CAST(x'fe' AS TEXT)"],
    [
      'a number beyond 2^63 and the largest',
      SINGLE,
      '9223372036854775807',
      '9223372036854775808.0',
    ],
    ['NULL and empty text', 'a TEXT PRIMARY KEY, p REFERENCES p', 'NULL', "''"],
    ['NULL and NULL', 'a TEXT PRIMARY KEY, p REFERENCES p', 'NULL', 'NULL'],
    ['NULL and text', 'a TEXT PRIMARY KEY, p REFERENCES p', 'NULL', "'n'"],
    [
      'text that differs after a thousand letters',
      SINGLE,
      "printf('%.2000c', 'x') || 1",
      "printf('%.2000c', 'x') || 2",
    ],
    [
      'letters that the collation takes for the same',
      'a TEXT COLLATE NOCASE, b INTEGER, p REFERENCES p, PRIMARY KEY (a, b)',
      "'x', 1",
      "'X', 2",
    ],
  ]
  const swap = "CASE p WHEN 1 THEN 'gone' ELSE 1 END"
  test.each(KEYS)('in place: %s', (_, columns, one, other) => {
    const rows = `(${one}, 'gone'), (${other}, 1)`
    const error = errorOf(attempt(columns, rows, `UPDATE c SET p = ${swap}`))
    expect(error.code).toBe('FOREIGN_KEY_VIOLATED')
    expect(error.message).toContain('1 in c (p) without p, such as rowid 2.')
  })
  test.each(KEYS.filter(([what]) => what !== 'NULL and NULL'))(
    'in a rebuild: %s',
    (_, columns, one, other) => {
      const select = columns.includes('b,') || columns.includes('b INTEGER') ? 'a, b' : 'a'
      const up = rebuilt(columns, `${select}, ${swap}`)
      expect(errorOf(attempt(columns, `(${one}, 'gone'), (${other}, 1)`, up)).message).toContain(
        'without p, such as rowid 2.',
      )
    },
  )
  test.each([
    ["12, '12'", "'12'"],
    ["x'3132', '12'", "'12'"],
    ["'12', x'3132'", "x'3132'"],
  ])('without rowids: %s', (both, other) => {
    const [one] = both.split(', ')
    const step = (up: string) =>
      attempt(
        'a PRIMARY KEY, p REFERENCES p) WITHOUT ROWID; CREATE TABLE d (a',
        `(${one}, 'gone'), (${other}, 1)`,
        up,
      )
    for (const up of [`UPDATE c SET p = ${swap}`, WITHOUT_ROWID(`a, ${swap}`)])
      expect(errorOf(step(up)).code).toBe('FOREIGN_KEY_VIOLATED')
    expect(step(WITHOUT_ROWID('a, p'))().steps).toHaveLength(1)
  })
  test.each([
    ['the value of a second old one changes', "UPDATE c SET p = 'lost' WHERE a = 2"],
    ['a second old one takes the value of the first', "UPDATE c SET p = 'gone' WHERE a = 2"],
    ['a second old one gets a new key', 'UPDATE c SET a = 20 WHERE a = 2'],
    ['a second old one gets the key of the first', 'UPDATE c SET a = 1 WHERE a = 2'],
  ])('while %s', (_, beside) => {
    const rows = "(1, 'gone'), (2, 'away'), (3, 1), (4, 2)"
    const up = `DELETE FROM c WHERE a = 1; UPDATE c SET p = 'gone' WHERE a = 3; ${beside}`
    const error = errorOf(attempt(SINGLE, rows, up))
    expect(error.message).toContain('such as rowid 3.')
  })
  test('among more than a hundred thousand rows, and ten thousand old ones', () => {
    const many = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120000)
      SELECT i, iif(i <= 12000, 'gone' || i, 1) FROM n`
    const columns = 'a INTEGER PRIMARY KEY, p REFERENCES p'
    const up = rebuilt(columns, "a, CASE a WHEN 1 THEN 1 WHEN 120000 THEN 'gone1' ELSE p END")
    const step = attempt(columns, '(0, 1); DELETE FROM c; INSERT INTO c ' + many, up)
    expect(errorOf(step).message).toContain('1 in c (p) without p, such as rowid 120000.')
  })
})

describe('no reason to refuse', () => {
  const INTEGERS = 'a INTEGER PRIMARY KEY, p INTEGER REFERENCES p'
  const OLD = '(1, 98), (2, 97), (3, 2), (4, 1), (5, NULL)'
  test.each([
    [
      'the key is written in another order of columns',
      COMPOSITE,
      "(1, 2, 'gone'), (2, 1, 1)",
      rebuilt('b, a, p REFERENCES p, PRIMARY KEY (b, A)', 'b, a, p'),
    ],
    [
      'numbers become text',
      SINGLE,
      "(1, 'gone'), (2, 1), (-3, 'gone')",
      rebuilt('a TEXT PRIMARY KEY, p REFERENCES p'),
    ],
    [
      'whole numbers become real ones',
      SINGLE,
      "(1, 'gone'), (2, 1)",
      rebuilt('a REAL PRIMARY KEY, p REFERENCES p'),
    ],
    [
      'numbers become text in place',
      SINGLE,
      "(1, 'gone'), (2, 1), (-3, 'gone')",
      'UPDATE c SET a = CAST(a AS TEXT)',
    ],
    [
      'one of two keys that only their types tell apart becomes text in place',
      SINGLE,
      "(1, 'gone'), ('1', 1), (2, 'away')",
      'UPDATE c SET a = CAST(a AS TEXT) WHERE a = 2',
    ],
    [
      'keys that only their types tell apart become others',
      SINGLE,
      "(1, 'gone'), ('1', 'away'), (2, 1)",
      rebuilt('a TEXT PRIMARY KEY, p REFERENCES p', 'typeof(a) || a, p'),
    ],
    [
      'text becomes a number',
      SINGLE,
      "('1', 'gone'), ('2', 1), ('2.5', 'gone')",
      rebuilt('a NUMERIC PRIMARY KEY, p REFERENCES p'),
    ],
    [
      'rows with NULL for a key are numbered anew',
      'a TEXT PRIMARY KEY, p REFERENCES p',
      "(NULL, 1), (NULL, 2), (NULL, 'gone'); DELETE FROM c WHERE p = 1",
      rebuilt('a TEXT PRIMARY KEY, p REFERENCES p'),
    ],
    [
      'parents and children are numbered anew together',
      INTEGERS,
      OLD,
      'UPDATE p SET id = -id; UPDATE p SET id = 10 - id; UPDATE c SET a = -a; UPDATE c SET a = 20 - a, p = p + 10',
    ],
    [
      'parents and children move by one',
      INTEGERS,
      OLD,
      'UPDATE p SET id = -id; UPDATE p SET id = 1 - id; UPDATE c SET a = -a; UPDATE c SET a = 1 - a, p = p + 1',
    ],
    [
      'parents and children are numbered anew in a rebuild',
      INTEGERS,
      OLD,
      `UPDATE p SET id = id + 10; ${rebuilt(INTEGERS, 'a + 2, p + 10')}`,
    ],
    ['children move by one', INTEGERS, OLD, rebuilt(INTEGERS, 'a + 1, p')],
    ['children move back', INTEGERS, OLD, rebuilt(INTEGERS, 'a - 3, p')],
  ])('where %s', (_, columns, rows, up) => {
    expect(attempt(columns, rows, up)().steps).toHaveLength(1)
  })
  test.each([
    [
      'one loses its parent besides',
      '(1, 98), (2, 97), (3, 2), (4, 1)',
      'DELETE FROM p WHERE id = 12',
    ],
    [
      'one loses its parent in place of another',
      '(1, 98), (2, 97), (3, 2), (4, 1)',
      'DELETE FROM p WHERE id = 12; INSERT INTO p VALUES (108)',
    ],
    ['only old ones were there, and others are in their place', '(1, 98), (2, 97)', 'SELECT 1'],
  ])('but not where all are numbered anew together and %s', (_, rows, more) => {
    const up = `UPDATE p SET id = id + 10; UPDATE c SET a = a + 10, p = p + 10; ${more}`
    expect(errorOf(attempt(INTEGERS, rows, up)).code).toBe('FOREIGN_KEY_VIOLATED')
  })
})

describe('beyond what is remembered', () => {
  const LARGE =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) SELECT printf('%.1000000c', 'x') || i, iif(i <= 28, i, 1) FROM n"
  const run = (up: string) =>
    attempt(
      SINGLE,
      `(0, 1); DELETE FROM c; INSERT INTO c ${LARGE}`,
      `${up}; DELETE FROM p WHERE id > 1`,
    )
  test('more are noticed', () => {
    const error = errorOf(run('UPDATE c SET p = 77 WHERE rowid > 29'))
    expect(error.message).toContain('without p. The step was rolled back.')
  })
  test('those of a new table are noticed', () => {
    const up = `CREATE TABLE d (${SINGLE}); INSERT INTO d SELECT a, 5 FROM c`
    expect(errorOf(run(up)).message).toContain('30 in d (p) without p')
  })
  test('fewer are no reason to refuse', () => {
    expect(run('UPDATE c SET p = 1 WHERE rowid < 9')().steps).toHaveLength(1)
  })
})
