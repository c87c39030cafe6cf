// How SQL is spelt is meaning where it is data, and where it names a column; everywhere else it is not.
import { describe, expect, test } from 'vitest'
import { Digester } from '../../../codegen/checksum/checksum.js'
import { checksumsOf, readTexts, upOf, upOfFile } from './read-texts.js'

/** A text that looks like SQL, in the one spelling that needs no words about it, and others. */
const TEXT = 'SELECT * FROM users'
const OTHERS = [
  'select * from users',
  'SELECT  * FROM users',
  'SELECT * FROM users;',
  'SELECT * -- all\nFROM users',
]
const INSERT = `const insert = db.prepare('INSERT INTO snippets (body) VALUES (?)');`

/** Where `@` stands for a literal of the text. Above the migration, and in `up`. */
const DATA: Readonly<Record<string, readonly [above: string, body: string]>> = {
  'bound to a parameter': ['', `${INSERT} insert.run(@)`],
  'bound without a name': ['', `db.prepare('INSERT INTO a VALUES (?)').run(1, @)`],
  'bound in an object': ['', `${INSERT} insert.run({ body: @ })`],
  'looked for': ['', `db.prepare('DELETE FROM a WHERE b = ? RETURNING b').get(@)`],
  'gone through': [
    '',
    `for (const row of db.prepare('DELETE FROM a WHERE b = ? RETURNING b').iterate(@)) row.b`,
  ],
  'a constant': ['const TEXT = @', `${INSERT} insert.run(TEXT)`],
  'a local constant': ['', `const text = @; ${INSERT} insert.run(text)`],
  'given later': ['', `let text; text = @; ${INSERT} insert.run(text)`],
  'in a list': [
    'const ROWS = [[1, @], [2, "b"]]',
    `${INSERT} for (const [id, body] of ROWS) insert.run(id, body)`,
  ],
  'in a list that is spread': [
    'const ROWS = [[1, @]]',
    `${INSERT} for (const row of ROWS) insert.run(...row)`,
  ],
  'in objects': [
    'const ROWS = [{ body: @ }]',
    `${INSERT} ROWS.forEach((row) => insert.run(row.body))`,
  ],
  'in a map': [
    'const ROWS = new Map([["a", @]])',
    `${INSERT} for (const [, body] of ROWS) insert.run(body)`,
  ],
  'pushed into a list': [
    '',
    `const rows = []; rows.push(@); ${INSERT} for (const row of rows) insert.run(row)`,
  ],
  'a member': ['const T = { a: { b: @ } }', `${INSERT} insert.run(T.a.b)`],
  'a static member': ['class T { static a = @ }', `${INSERT} insert.run(T.a)`],
  'in an enum': ['enum T { A = @ }', `${INSERT} insert.run(T.A)`],
  'through a function': [
    'const add = (db, body) => db.prepare("INSERT INTO a VALUES (?)").run(body)',
    `add(db, @)`,
  ],
  'through two functions': [
    'function add(db, body) { put(db, body) } function put(db, text) { db.prepare("INSERT INTO a VALUES (?)").run(text) }',
    `add(db, @)`,
  ],
  'answered by a function': [
    'const textOf = (id) => { if (id) return @; return "" }',
    `${INSERT} insert.run(textOf(1))`,
  ],
  'a default': ['', `const add = (body = @) => { ${INSERT} insert.run(body) }; add()`],
  'joined to another': ['', `${INSERT} insert.run(@ + ' LIMIT 1')`],
  chosen: ['', `${INSERT} insert.run(ctx ? @ : null)`],
  'in quotes inside SQL': ['const TEXT = @', "db.exec(`INSERT INTO a VALUES ('${TEXT}')`)"],
  'in quotes inside joined SQL': [
    'const TEXT = @',
    `db.exec("INSERT INTO a VALUES ('" + TEXT + "')")`,
  ],
  compared: [
    '',
    `for (const row of db.prepare('SELECT sql FROM a').all()) if (row.sql === @) db.exec('DROP TABLE a')`,
  ],
  'compared in a switch': [
    '',
    `switch (db.prepare('SELECT sql FROM a').pluck().get()) { case @: db.exec('DROP TABLE a') }`,
  ],
  'searched for': ['', `if (ctx.sql.includes(@)) db.exec('DROP TABLE a')`],
}

const literal = (text: string): string => JSON.stringify(text)
const written = ([above, body]: readonly [string, string], text: string): string =>
  upOf(
    body.replace('@', () => literal(text)),
    above.replace('@', () => literal(text)),
  )

describe('a text that is data', () => {
  test.each(Object.entries(DATA))('%s', (_, place) => {
    const digests = [TEXT, ...OTHERS].map((text) => written(place, text))
    expect(new Set(digests).size).toBe(digests.length)
  })

  test('in a helper, under another name', () => {
    const of = (text: string): string =>
      upOfFile(
        `import { TEXT as body } from './_b.js'; import all from './_c.js'; export default { up(db) { db.prepare('INSERT INTO a VALUES (?)').run(body, all[0]) }, irreversible: 'x' }`,
        {
          '_b.ts': `const t = ${literal(text)}; export { t as TEXT }`,
          '_c.ts': 'export default [1]',
        },
      )
    expect(of(OTHERS[0]!)).not.toBe(of(TEXT))
  })

  test('in a default export, and in JSON', () => {
    const of = (file: string, text: string): string =>
      upOfFile(
        `import rows from './${file}'; export default { up(db) { for (const row of rows) db.prepare('INSERT INTO a VALUES (?)').run(row) }, irreversible: 'x' }`,
        {
          [file]: file.endsWith('.json')
            ? JSON.stringify([text])
            : `export default [${literal(text)}]`,
        },
      )
    for (const file of ['_b.ts', '_b.json']) expect(of(file, OTHERS[0]!)).not.toBe(of(file, TEXT))
  })

  test('a template with holes', () => {
    const of = (text: string): string =>
      upOf(`${INSERT} insert.run(\`${text} WHERE a = \${ctx.a}\`)`)
    expect(of('select * from users')).not.toBe(of(TEXT))
  })
})

/** Where a text is run, so that only its tokens count. */
const RUN: Readonly<Record<string, readonly [above: string, body: string]>> = {
  run: ['', 'db.exec(@)'],
  'prepared, with values': ['const NAME = "a"', 'db.prepare(@).all(NAME)'],
  'a constant that is prepared': ['const QUERY = @', 'db.prepare(QUERY).get(1)'],
  'a list that is run': ['const LIST = [@]', 'for (const sql of LIST) db.exec(sql)'],
  'a list that is prepared and run': [
    'const LIST = [@]',
    'for (const sql of LIST) db.prepare(sql).run(1)',
  ],
  'whose rows are bound': [
    '',
    `${INSERT} for (const row of db.prepare(@).all()) insert.run(row.body)`,
  ],
  'a constant whose rows are bound': [
    'const Q = @',
    `${INSERT} for (const row of db.prepare(Q).all()) insert.run(row.body)`,
  ],
  'given to a method of a handle': ['', `db.exec('PRAGMA user_version'); db.run(@, 'a')`],
  'handed to a function that runs it': ['const run = (db, sql) => db.exec(sql)', 'run(db, @)'],
  'in a transaction': [
    'const LIST = [@]',
    `${INSERT} insert.run(1); db.transaction(() => { for (const sql of LIST) db.exec(sql) })()`,
  ],
}

describe('a text that is run', () => {
  test.each(Object.entries(RUN))('%s', (_, place) => {
    expect(written(place, OTHERS[0]!)).toBe(written(place, TEXT))
    expect(written(place, OTHERS[1]!)).toBe(written(place, TEXT))
  })
})

const inCode = (sql: string): string =>
  upOf(`for (const row of db.prepare(${literal(sql)}).all()) db.exec(row)`)
const inScript = (sql: string): string => checksumsOf({ '001_a.sql': sql })[0]!.up

/** Two spellings that give a column another name. */
const NAMING: readonly (readonly [one: string, other: string])[] = [
  ['CREATE VIEW v AS SELECT a + b FROM t', 'CREATE VIEW v AS SELECT a+b FROM t'],
  ['CREATE VIEW v AS SELECT a, a || b FROM t', 'CREATE VIEW v AS SELECT a, a||b FROM t'],
  ['CREATE VIEW v AS SELECT a IS NULL FROM t', 'CREATE VIEW v AS SELECT a is null FROM t'],
  ['CREATE VIEW v AS SELECT DISTINCT a + b FROM t', 'CREATE VIEW v AS SELECT DISTINCT a +b FROM t'],
  ['CREATE VIEW v AS SELECT count(*) FROM t', 'CREATE VIEW v AS SELECT count( * ) FROM t'],
  ['CREATE VIEW v AS SELECT a /* b */ + b FROM t', 'CREATE VIEW v AS SELECT a + b FROM t'],
  [
    'CREATE TEMP VIEW IF NOT EXISTS v AS SELECT a + b',
    'CREATE TEMP VIEW IF NOT EXISTS v AS SELECT a+b',
  ],
  [
    'CREATE TABLE n AS SELECT CAST(a AS TEXT) FROM t',
    'CREATE TABLE n AS SELECT cast(a as TEXT) FROM t',
  ],
  [
    'CREATE TABLE n AS SELECT CASE WHEN a THEN b END FROM t',
    'CREATE TABLE n AS SELECT CASE WHEN a\nTHEN b END FROM t',
  ],
  [
    'CREATE VIEW v AS SELECT * FROM (SELECT a + b FROM t)',
    'CREATE VIEW v AS SELECT * FROM (SELECT a+b FROM t)',
  ],
  [
    'CREATE VIEW v AS WITH w AS (SELECT a + b FROM t) SELECT * FROM w',
    'CREATE VIEW v AS WITH w AS (SELECT a+b FROM t) SELECT * FROM w',
  ],
  [
    'CREATE VIEW v AS SELECT * FROM t JOIN (SELECT a + b FROM t)',
    'CREATE VIEW v AS SELECT * FROM t JOIN (SELECT a+b FROM t)',
  ],
  [
    'CREATE VIEW v AS SELECT (SELECT max(a) FROM t)',
    'CREATE VIEW v AS SELECT (SELECT max( a ) FROM t)',
  ],
  [
    'DROP VIEW v; CREATE VIEW v AS SELECT a + b FROM t; DROP TABLE u',
    'DROP VIEW v; CREATE VIEW v AS SELECT a+b FROM t; DROP TABLE u',
  ],
]

/** Two that do not. */
const NOT_NAMING: readonly (readonly [one: string, other: string])[] = [
  ['CREATE VIEW v AS SELECT a + b AS c FROM t', 'CREATE VIEW v AS SELECT a+b AS c FROM t'],
  ['CREATE VIEW v AS SELECT a + b c FROM t', 'CREATE VIEW v AS SELECT a+b c FROM t'],
  ['CREATE VIEW v AS SELECT count(*) c FROM t', 'CREATE VIEW v AS SELECT count( * ) c FROM t'],
  ['CREATE VIEW v AS SELECT a + b "c d" FROM t', 'CREATE VIEW v AS SELECT a+b "c d" FROM t'],
  [
    'CREATE VIEW v AS SELECT CASE WHEN a THEN b END c FROM t',
    'CREATE VIEW v AS SELECT CASE WHEN a\nTHEN b END c FROM t',
  ],
  ['CREATE VIEW v (c) AS SELECT a + b FROM t', 'CREATE VIEW v (c) AS SELECT a+b FROM t'],
  ['CREATE VIEW v AS SELECT t.a, b FROM t', 'CREATE VIEW v AS SELECT t . a,b FROM t'],
  [
    'CREATE VIEW v AS SELECT * FROM t WHERE a + b > 1',
    'CREATE VIEW v AS SELECT * FROM t WHERE a+b>1',
  ],
  [
    'CREATE VIEW v AS SELECT a FROM t GROUP BY a + b ORDER BY a + b',
    'CREATE VIEW v AS SELECT a FROM t GROUP BY a+b ORDER BY a+b',
  ],
  [
    'CREATE VIEW v AS SELECT a FROM t WHERE a IN (SELECT a + b FROM u)',
    'CREATE VIEW v AS SELECT a FROM t WHERE a IN (SELECT a+b FROM u)',
  ],
  [
    'CREATE VIEW v AS SELECT a FROM t UNION SELECT a + b FROM u',
    'CREATE VIEW v AS SELECT a FROM t UNION SELECT a+b FROM u',
  ],
  [
    'CREATE VIEW v AS SELECT (SELECT a + b FROM t) AS c',
    'CREATE VIEW v AS SELECT (SELECT a+b FROM t) AS c',
  ],
  ['INSERT INTO t (a) SELECT a + b FROM u', 'INSERT INTO t (a) SELECT a+b FROM u'],
  ['UPDATE t SET a = (SELECT a + b FROM u)', 'UPDATE t SET a = (SELECT a+b FROM u)'],
  ['CREATE INDEX i ON t (a + b)', 'CREATE INDEX i ON t (a+b)'],
  ['CREATE TABLE t (a, CHECK (a + 1 > 0))', 'CREATE TABLE t (a, CHECK (a+1>0))'],
  [
    "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; SELECT CASE WHEN NEW.a THEN RAISE(ABORT, 'b') END; END",
    "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; SELECT CASE WHEN NEW.a\n  THEN RAISE(ABORT,'b') END; END",
  ],
]

const ANSWERED: readonly (readonly [one: string, other: string])[] = [
  ['SELECT a + b FROM t', 'SELECT a+b FROM t'],
  ['WITH w AS (SELECT 1 AS a) SELECT a + 1 FROM w', 'WITH w AS (SELECT 1 AS a) SELECT a+1 FROM w'],
  ['INSERT INTO t VALUES (1) RETURNING a + b', 'INSERT INTO t VALUES (1) RETURNING a+b'],
  ['DELETE FROM t RETURNING a, a + b', 'DELETE FROM t RETURNING a, a+b'],
]

describe('the name of a column', () => {
  test.each(NAMING)('is in the text: %s', (one, other) => {
    for (const of of [inScript, inCode]) expect(of(other)).not.toBe(of(one))
  })
  test.each(NOT_NAMING)('is not: %s', (one, other) => {
    for (const of of [inScript, inCode]) expect(of(other)).toBe(of(one))
  })
  test.each(ANSWERED)('is in the text where code reads it: %s', (one, other) => {
    expect(inCode(other)).not.toBe(inCode(one))
    expect(inScript(other)).toBe(inScript(one))
  })
})

test('what is spelt as usual has the digest of earlier builds; what is not carries it', () => {
  const formerOf = (text: string): readonly string[] => {
    const { migrations, discovery } = readTexts({ '001_case.ts': text })
    const [migration] = migrations
    const { checksums, formerly } = new Digester(discovery).digests(migration!)
    return formerly.length === 0 ? [checksums.up] : formerly
  }
  const bound = (text: string): string =>
    `export default { up(db) { ${INSERT} insert.run(${literal(text)}) }, irreversible: 'x' }`
  expect(formerOf(bound(OTHERS[0]!))).toEqual(formerOf(bound(TEXT)))
  const view = (columns: string): string =>
    `export default { up: 'CREATE VIEW v AS SELECT ${columns} FROM t', irreversible: 'x' }`
  expect(formerOf(view('a+b'))).toEqual(formerOf(view('a + b')))
  expect(formerOf(view('a+b'))).not.toEqual([checksumsOf({ '001_case.ts': view('a+b') })[0]!.up])
})
