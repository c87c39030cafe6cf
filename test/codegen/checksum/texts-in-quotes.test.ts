// How a text that looks like SQL is spelt is meaning where own code puts quotes around it, or an own object or function takes it.
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

const CAUGHT = 'catch (e) { insert.run(e.message ?? e) }'
const SETTER = '{ set last(text) { insert.run(text) } }'

const CARRIED: Readonly<Record<string, Place>> = {
  'a text that is thrown': ['', `${INSERT} try { throw @ } ${CAUGHT}`],
  'an error that is thrown': ['', `${INSERT} try { throw new Error(@) } ${CAUGHT}`],
  'an error of its own kind': ['', `${INSERT} try { throw new RangeError('a: ' + @) } ${CAUGHT}`],
  'a promise that is rejected': [
    '',
    `${INSERT} try { await new Promise((_, reject) => reject(@)) } ${CAUGHT}`,
  ],
  'a setter': ['', `${INSERT} const one = ${SETTER}; one.last = @`],
  'a setter by a key': ['', `${INSERT} const one = ${SETTER}; one['la' + 'st'] = @`],
  'a setter in a pattern': ['', `${INSERT} const one = ${SETTER}; [one.last] = [@]`],
  'a setter that is assigned to': [
    '',
    `${INSERT} const one = ${SETTER}; Object.assign(one, { last: @ })`,
  ],
  'a setter of a class': [
    'class Own { constructor(one) { this.one = one } set last(text) { this.one.run(text) } }',
    `${INSERT} new Own(insert).last = @`,
  ],
  'a setter that is defined': [
    '',
    `${INSERT} const one = {}; Object.defineProperty(one, 'last', { set: (text) => insert.run(text) }); one.last = @`,
  ],
  'a setter that is defined in the old way': [
    '',
    `${INSERT} const one = {}; one.__defineSetter__('last', (text) => insert.run(text)); one.last = @`,
  ],
  'a proxy that takes what is set': [
    '',
    `${INSERT} const one = new Proxy({}, { set(_, key, text) { insert.run(text); return true } }); one.last = @`,
  ],
}

/** A method that statements have as well. */
const RUNNER = 'class Runner { constructor(db) { this.db = db } run(sql) { this.db.exec(sql) } }'

const FURTHER: Readonly<Record<string, Place>> = {
  'in a list that is frozen': [
    'const LIST = Object.freeze([@])',
    `${INSERT} for (const one of LIST) insert.run(one)`,
  ],
  'given second': [
    'const put = (db, name, text) => db.prepare("INSERT INTO a VALUES (?)").run(text)',
    'put(db, "a", @)',
  ],
  'given in a list that is spread': [
    'const put = (db, name, text) => db.prepare("INSERT INTO a VALUES (?)").run(text)',
    'put(...[db, "a", @])',
  ],
  'given to what is made of a function': [
    "import { curry, own } from 'elsewhere'; const put = own(curry((db, text) => db.prepare('INSERT INTO a VALUES (?)').run(text)))",
    'put(@)',
  ],
  'given to a function that has a type for this': [
    'function put(this: unknown, text: string) { keep(text) } function keep(text) { LIST.unshift(text) } const LIST = []',
    `put(@); ${INSERT} insert.run(LIST[0])`,
  ],
  'a method `run` of an own class that keeps it': [
    'class Log { constructor(insert) { this.insert = insert } run(text) { this.insert.run(text) } }',
    `${INSERT} new Log(insert).run(@)`,
  ],
  'a statement beside an own class': [RUNNER, `${INSERT} new Runner(db); insert.run(@)`],
  'a statement or an own object': [
    `${RUNNER} const fill = (one) => one.run(@)`,
    `${INSERT} fill(new Runner(db)); fill(insert)`,
  ],
  'a statement that is chosen': [RUNNER, `${INSERT} (ctx ? new Runner(db) : insert).run(@)`],
  'a method that is set': [
    RUNNER,
    `${INSERT} const one = new Runner(db); one.run = insert.run.bind(insert); one.run(@)`,
  ],
  'a method that is defined': [
    RUNNER,
    `${INSERT} const one = new Runner(db); Object.defineProperty(one, 'run', { value: (text) => insert.run(text) }); one.run(@)`,
  ],
  'a method that is spread': [
    '',
    `${INSERT} const one = { run(sql) { db.exec(sql) }, ...{ run: (text) => insert.run(text) } }; one.run(@)`,
  ],
  'a constructor that answers a statement': [
    'class Own { constructor(one) { return one } run(sql) {} }',
    `${INSERT} new Own(insert).run(@)`,
  ],
  'a part of a list': [RUNNER, `${INSERT} for (const one of [new Runner(db), insert]) one.run(@)`],
}

test.each(Object.entries({ ...DATA, ...CARRIED, ...FURTHER }))(
  'a text that is data: %s',
  (_, place) => {
    const digests = [TEXT, ...OTHERS].map((text) => written(place, text))
    expect(new Set(digests).size).toBe(digests.length)
  },
)

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
  'in a list that is frozen': [
    'const LIST = Object.freeze([@])',
    'for (const sql of LIST) db.exec(sql)',
  ],
  'in a list that is sealed': [
    'const LIST = Object.seal([@])',
    'LIST.forEach((sql) => db.exec(sql))',
  ],
  'in an object that is frozen': [
    'const T = Object.freeze({ a: Object.freeze([@]) })',
    'for (const sql of T.a) db.exec(sql)',
  ],
  'in an object that is frozen later': ['const T = { a: @ }', 'Object.freeze(T); db.exec(T.a)'],
  'beside what is data': [
    'const make = (db, name, sql) => { db.prepare("INSERT INTO a VALUES (?)").run(name); db.exec(sql) }',
    'make(db, "a", @)',
  ],
  'in a cache of statements': [
    'const cache = new Map()',
    `const statement = (key, text) => { if (!cache.has(key)) cache.set(key, db.prepare(text)); return cache.get(key) }; statement('a', @).all()`,
  ],
  'kept in a member': ['', 'const one = {}; one.sql = @; db.exec(one.sql)'],
  'kept in a member, beside a setter for it': [
    '',
    'const one = { set last(text) {} }; const sql = @; db.exec(sql); one.last = 1',
  ],
  'whose statement is thrown about': [
    '',
    'const sql = @; try { db.exec(sql) } catch (error) { throw new Error(`${sql}: ${error.message}`) }',
  ],
  'whose answer is thrown': ['', 'throw new Error(db.prepare(@).pluck().get())'],
  'through `run` of an own class': [RUNNER, 'new Runner(db).run(@)'],
  'through `run` of an own class, by a name': [RUNNER, 'const one = new Runner(db); one.run(@)'],
  'through `run` of an own class that is passed on': [
    `${RUNNER} const fill = (one) => one.run(@)`,
    'fill(new Runner(db))',
  ],
  'through an inherited `run`': [`${RUNNER} class More extends Runner {}`, 'new More(db).run(@)'],
  'through `run` of the class itself': [
    'class Own { constructor(db) { this.db = db } go() { this.run(@) } run(sql) { this.db.exec(sql) } }',
    'new Own(db).go()',
  ],
  'through `run` of a member': [
    `${RUNNER} class Own { constructor(db) { this.runner = new Runner(db) } go() { this.runner.run(@) } }`,
    'new Own(db).go()',
  ],
  'through `all` of an object that a function makes': [
    'const make = (db) => ({ all: (sql) => db.prepare(sql).all() })',
    'make(db).all(@)',
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
