// How a text that looks like SQL is spelt is meaning where own code puts quotes around it, or an own object takes it.
import { describe, expect, test } from 'vitest'
import { digestsOfFile, upOf } from './checksums-of.js'

const TEXT = 'SELECT * FROM users'
/** The same statement, if it were one. */
const OTHERS = ['select * from users', 'SELECT * FROM  users', 'SELECT * FROM users -- all']
const INSERT = `const insert = db.prepare('INSERT INTO a VALUES (?)');`

type Place = readonly [above: string, body: string]

/** Where `@` stands for a literal of the text, and `$` for the text itself. Above the migration, and in `up`. */
const written = ([above, body]: Place, text: string): string => {
  const put = (code: string): string =>
    code.replaceAll('@', JSON.stringify(text)).replaceAll('¤', text)
  return upOf(put(body), put(above))
}

const HELPERS: Readonly<Record<string, string>> = {
  plus: `const lit = (s) => "'" + s + "'"`,
  'plus, escaped': `function lit(s) { return "'" + s.replaceAll("'", "''") + "'" }`,
  template: "const lit = (s) => `'${s}'`",
  'template, escaped': "const lit = (s) => `'${s.replace(/'/g, `''`)}'`",
}

const DATA: Readonly<Record<string, Place>> = {
  ...Object.fromEntries(
    Object.entries(HELPERS).flatMap(([name, helper]): [string, Place][] => [
      [`a helper: ${name}, joined`, [helper, `db.exec('INSERT INTO a VALUES (' + lit(@) + ')')`]],
      [`a helper: ${name}, in a template`, [helper, 'db.exec(`INSERT INTO a VALUES (${lit(@)})`)']],
    ]),
  ),
  'a constant quote in a template': [
    `const q = "'"`,
    'db.exec(`INSERT INTO a VALUES (${q}¤${q})`)',
  ],
  'constants that open and close': [
    `const head = "INSERT INTO a VALUES ('"; const tail = "')"`,
    'db.exec(head + @ + tail)',
  ],
  'a list that is joined': ['', `db.exec(["INSERT INTO a VALUES ('", @, "')"].join(''))`],
  'lines of one literal': [
    '',
    `db.exec(["INSERT INTO a VALUES ('first", @, "last')"].join('\\n'))`,
  ],
  'rows that are made of a list': [
    'const ROWS = [@, "x"]',
    "db.exec(`INSERT INTO a VALUES ${ROWS.map((one) => `('${one}')`).join(', ')}`)",
  ],
  'behind an apostrophe': [
    '',
    "const quoted = (s) => `don't take '${s}'`; db.exec('INSERT INTO a VALUES (' + quoted(@) + ')')",
  ],
  'an object with `execute`': [
    '',
    `${INSERT} const queue = { execute: (text) => insert.run(text) }; queue.execute(@)`,
  ],
  'an object with the method `prepare`': [
    '',
    `${INSERT} const queue = { prepare(one) { insert.run(one.body) } }; queue.prepare({ body: @ })`,
  ],
  'a class with `query`': [
    'class Rules { list = []; query(text) { this.list.push(text) } }',
    `${INSERT} const rules = new Rules(); rules.query(@); for (const one of rules.list) insert.run(one)`,
  ],
  'an own object that is passed for a handle': [
    'const fill = (db) => db.exec(@)',
    `${INSERT} fill({ exec(text) { insert.run(text) } })`,
  ],
  'answered by a function of SQL': [
    '',
    `db.function('f', () => @); db.exec('INSERT INTO a SELECT f()')`,
  ],
  'what an aggregate begins with': [
    '',
    `db.aggregate('f', { start: @, step: (a) => a }); db.exec('INSERT INTO a SELECT f(1)')`,
  ],
  'read back by a name in brackets': ['', `${INSERT} insert.run(db.prepare(@)['source'])`],
  'a class that calls itself': [
    'class Rules { list = []; add(text) { this.exec(text) } exec(text) { this.list.push(text) } }',
    `${INSERT} const rules = new Rules(); rules.add(@); for (const one of rules.list) insert.run(one)`,
  ],
}

test.each(Object.entries(DATA))('a text that is data: %s', (_, place) => {
  const digests = [TEXT, ...OTHERS].map((text) => written(place, text))
  expect(new Set(digests).size).toBe(digests.length)
})

const RUN: Readonly<Record<string, Place>> = {
  'beside a quote that is closed': ['const NAME = "it\'\'s"', 'db.exec(@)'],
  'beside apostrophes': [`const TOLD = "can't be undone"; const T = 'a'`, 'db.exec(`¤ ${T}`)'],
  'whole, beside a helper that quotes': [HELPERS['plus']!, 'db.exec(@); db.exec(lit("a"))'],
  'joined without quotes': ['', `db.exec(['SELECT 1', @].join('; '))`],
  'through an own object that runs it': [
    '',
    'const own = { exec: (sql) => db.exec(sql) }; own.exec(@)',
  ],
  'through an own class that runs it': [
    'class Own { constructor(db) { this.db = db } exec(sql) { this.db.exec(sql) } }',
    'new Own(db).exec(@)',
  ],
}

test.each(Object.entries(RUN))('a text that is run: %s', (_, place) => {
  expect(written(place, OTHERS[0]!)).toBe(written(place, TEXT))
  expect(written(place, OTHERS[1]!)).toBe(written(place, TEXT))
})

describe('what an earlier build recorded', () => {
  const file = (body: string, above = ''): string =>
    `${above}\nexport default { up(db) { ${body} }, irreversible: 'x' }`
  test.each([
    [
      'of a text in quotes',
      file(`db.exec(\`INSERT INTO a VALUES (\${q}select  1\${q})\`)`, `const q = "'"`),
    ],
    [
      'of an own object',
      file('const own = { exec: (sql) => db.exec(sql) }; own.exec("DROP TABLE a;")'),
    ],
  ])('is still known: %s', (_, text) => {
    const { checksums, formerly } = digestsOfFile(text)
    expect(formerly.length).toBeGreaterThan(0)
    expect(formerly).not.toContain(checksums.up)
  })
})
