// How a text that looks like SQL is spelt is meaning where it is used for anything besides being run.
import { describe, expect, test } from 'vitest'
import { upOf, upOfFile } from './checksums-of.js'

/** A text that looks like SQL, in the one spelling that needs no words about it, and others. */
const TEXT = 'SELECT * FROM users'
const OTHERS = [
  'select * from users',
  'SELECT  * FROM users',
  'SELECT * FROM users;',
  'SELECT * -- all\nFROM users',
]
const INSERT = `const insert = db.prepare('INSERT INTO snippets (body) VALUES (?)');`

const SEEN = `for (const row of db.prepare('SELECT sql FROM a').all())`
const DROP = `db.exec('DROP TABLE a')`

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
  'in a hole of sql``': ['const TEXT = @', 'db.exec(sql`INSERT INTO a VALUES (${TEXT})`.text)'],
  'written out in a hole of sql``': ['', 'db.exec(sql`INSERT INTO a VALUES (${@})`.text)'],
  'in a list for holes of sql``': [
    'const ROWS = [@]',
    'for (const row of ROWS) db.exec(sql`INSERT INTO a VALUES (${row})`.text)',
  ],
  'in a hole of sql`` by another name': [
    "import { sql as s } from 'lockstep/better-sqlite3'; const TEXT = @",
    'db.exec(s`INSERT INTO a VALUES (${TEXT})`.text)',
  ],
  'a name in a hole of sql``': ['', 'db.exec(sql`DROP TABLE ${sql.id(@)}`.text)'],
  'in quotes inside joined SQL': [
    'const TEXT = @',
    `db.exec("INSERT INTO a VALUES ('" + TEXT + "')")`,
  ],
  'written out in quotes inside joined SQL': ['', `db.exec("INSERT INTO a VALUES ('" + @ + "')")`],
  'last in quotes inside joined SQL': ['', `db.exec("INSERT INTO a VALUES (1, '" + @ + \`')\`)`],
  compared: [
    '',
    `for (const row of db.prepare('SELECT sql FROM a').all()) if (row.sql === @) db.exec('DROP TABLE a')`,
  ],
  'compared in a switch': [
    '',
    `switch (db.prepare('SELECT sql FROM a').pluck().get()) { case @: db.exec('DROP TABLE a') }`,
  ],
  'in a set that is asked': ['const S = new Set([@])', `${SEEN} if (S.has(row.sql)) ${DROP}`],
  'in a set made of a list': [
    'const LIST = [@]; const S = new Set(LIST)',
    `${SEEN} if (S.has(row.sql)) ${DROP}`,
  ],
  'added to a set': ['', `const S = new Set(); S.add(@); ${SEEN} if (S.has(row.sql)) ${DROP}`],
  'in a set that rows are struck from': [
    'const S = new Set([@])',
    `${SEEN} S.delete(row.sql); if (S.size > 0) ${DROP}`,
  ],
  'a key of a map': ['const M = new Map([[@, 1]])', `${SEEN} if (M.get(row.sql)) ${DROP}`],
  'a key set in a map': ['const M = new Map(); M.set(@, 1)', `${SEEN} if (M.has(row.sql)) ${DROP}`],
  'in a list that is searched': ['const LIST = [@]', `${SEEN} if (LIST.includes(row.sql)) ${DROP}`],
  'in a spread list that is searched': [
    'const S = new Set([@])',
    `${SEEN} if ([...S].includes(row.sql)) ${DROP}`,
  ],
  'a key': ['const T = { @: 1 }', `${SEEN} if (T[row.sql]) ${DROP}`],
  'a computed key': ['const T = { [@]: 1 }', `${SEEN} if (T[row.sql]) ${DROP}`],
  'a key by a constant': ['const K = @; const T = { [K]: 1 }', `${SEEN} if (T[row.sql]) ${DROP}`],
  'a key further in': [
    'const K = @; const T = { a: { [K]: 1 } }',
    `${SEEN} if (T.a[row.sql]) ${DROP}`,
  ],
  'a key that is asked for with in': [
    'const K = @; const T = { [K]: 1 }',
    `${SEEN} if (row.sql in T) ${DROP}`,
  ],
  'a key of its own': [
    'const K = @; const T = { [K]: 1 }',
    `${SEEN} if (Object.hasOwn(T, row.sql)) ${DROP}`,
  ],
  'a key of its own, by a method': [
    'const K = @; const T = { [K]: 1 }',
    `${SEEN} if (T.hasOwnProperty(row.sql)) ${DROP}`,
  ],
  'keys that are gone through': [
    'const K = @; const T = { [K]: 1 }',
    `${INSERT} for (const key in T) insert.run(key)`,
  ],
  'a key that is written': ['const T = {}', `T[@] = 1; ${SEEN} if (T[row.sql]) ${DROP}`],
  'among the arguments': [
    'function put(db) { db.prepare("INSERT INTO a VALUES (?)").run(arguments[1]) }',
    'put(db, @)',
  ],
  'taken from the arguments': [
    'function put(db) { const [, text] = arguments; db.prepare("INSERT INTO a VALUES (?)").run(text) }',
    'put(db, @)',
  ],
  'handed on with the arguments': [
    'function put(db) { take(...arguments) } function take(db, text) { db.prepare("INSERT INTO a VALUES (?)").run(text) }',
    'put(db, @)',
  ],
  'searched for': ['', `if (ctx.sql.includes(@)) db.exec('DROP TABLE a')`],
}

/** Where a text that is run, `@`, is looked at besides. */
const INSPECTED: Readonly<Record<string, readonly [above: string, body: string]>> = {
  'taken apart in a loop': [
    'const Q = @',
    `for (const part of Q.split(';')) if (part.trim() && !part.trim().startsWith('--')) db.prepare(part).run()`,
  ],
  'taken apart, each part asked': [
    'const Q = @',
    `for (const part of Q.split('-- next')) if (!part.includes('dev only')) db.exec(part)`,
  ],
  'taken apart where it stands': ['', `db.exec(@.split('-- next')[0])`],
  'taken apart into names': ['', `const [head] = @.split('-- cut'); db.exec(head)`],
  'taken apart into characters': ['const Q = @', `db.exec([...Q].join(''))`],
  'gone through': ['const Q = @', `for (const c of Q) if (c === '-') return; db.exec(Q)`],
  'asked for a part': ['const Q = @', `if (Q.includes('  ')) db.exec(Q)`],
  'asked for its length': ['const Q = @', 'if (Q.length > 20) db.exec(Q)'],
  'asked for its length by a pattern': [
    'const Q = @',
    'const { length } = Q; if (length > 20) db.exec(Q)',
  ],
  'asked for a character': ['const Q = @', `if (Q[6] === ' ') db.exec(Q)`],
  'asked in brackets': ['const Q = @', `if (Q['includes']('  ')) db.exec(Q)`],
  ordered: ['const Q = @', `if (Q < 'SELECT  ') db.exec(Q)`],
  'given to a regular expression': [
    'const Q = @',
    'const m = /from  (\\w+)/i.exec(Q); if (m) db.exec(Q)',
  ],
  'given to a regular expression with a name': [
    'const Q = @; const PATTERN = /from  (\\w+)/i',
    'if (PATTERN.exec(Q)) db.exec(Q)',
  ],
  'given to a new regular expression': [
    'const Q = @',
    `if (new RegExp('from  ').test(Q)) db.exec(Q)`,
  ],
  matched: ['const Q = @', 'if (Q.match(/from  /i)) db.exec(Q)'],
  replaced: ['const Q = @', `db.exec(Q.replace('  ', ' WHERE '))`],
  'trimmed and asked': ['const Q = @', `const q = Q.trim(); if (q.endsWith(';')) db.exec(q)`],
  'in a list, each asked': [
    'const LIST = [@]',
    `for (const one of LIST) if (!one.includes('later')) db.exec(one)`,
  ],
  'in a list that is sifted': [
    '',
    `[@].filter((one) => !one.includes('later')).forEach((one) => db.exec(one))`,
  ],
  'in a list that a named function sifts': [
    'const isNow = (one) => !one.includes("later"); const LIST = [@]',
    `LIST.filter(isNow).forEach((one) => db.exec(one))`,
  ],
  'in a list in a transaction': [
    'const LIST = [@]',
    `const all = db.transaction((list) => { for (const one of list) if (one.length > 20) db.exec(one) }); all(LIST)`,
  ],
  'in an object': ['const T = { a: @ }', `if (T.a.includes('--')) db.exec(T.a)`],
  'in an object that is gone through': [
    'const T = { a: @ }',
    `for (const [name, one] of Object.entries(T)) if (one.length > 20) db.exec(one)`,
  ],
  'in a map': ['const T = new Map([["a", @]])', `if (T.get('a').length > 20) db.exec(T.get('a'))`],
  'by a function': [
    `const go = (db, one) => { if (!one.includes('later')) db.exec(one) }`,
    'go(db, @)',
  ],
  'by a class': [
    `class Runner { constructor(db, one) { if (!one.includes('later')) db.exec(one) } }`,
    'new Runner(db, @)',
  ],
  'by a function that is called at once': [
    '',
    `((one) => { if (one.length > 20) db.exec(one) })(@)`,
  ],
  'by a function that nobody reads': [
    `import { take } from 'elsewhere'; const Q = @`,
    'for (const one of take(Q)) db.exec(one)',
  ],
  'answered by a function': ['const make = () => @', `if (make().length > 20) db.exec(make())`],
  'joined to another': [
    'const Q = @',
    `const all = Q + ' LIMIT 1'; if (all.length > 20) db.exec(all)`,
  ],
  'inside a template': [
    'const Q = @',
    'const all = `${Q} LIMIT 1`; if (all.length > 20) db.exec(all)',
  ],
  'read back from a statement in a list': [
    'const LIST = [@]',
    `${INSERT} for (const { source } of LIST.map((one) => db.prepare(one))) insert.run(source)`,
  ],
  'read back from its statement': [
    '',
    `const s = db.prepare(@); db.prepare('INSERT INTO a VALUES (?)').run(s.source)`,
  ],
}

/** A comment inside the text, which no end of it shows. */
const COMMENTED = 'SELECT * /* later */ FROM users'

const literal = (text: string): string => JSON.stringify(text)
const written = ([above, body]: readonly [string, string], text: string): string =>
  upOf(
    body.replaceAll('@', () => literal(text)),
    above.replaceAll('@', () => literal(text)),
  )

describe('a text that is data', () => {
  test.each(Object.entries({ ...DATA, ...INSPECTED }))('%s', (_, place) => {
    const digests = [TEXT, ...OTHERS, COMMENTED].map((text) => written(place, text))
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
  trimmed: ['const Q = @', 'db.exec(Q.trim())'],
  'trimmed where it stands': ['', 'db.prepare(@.trimStart().trimEnd()).run()'],
  'in a list that is counted': [
    'const LIST = [@]',
    'ctx.progress(0, LIST.length); for (let i = 0; i < LIST.length; i++) db.exec(LIST[i])',
  ],
  'in a list that is gone through with a function': [
    'const LIST = [@]; const run = (db) => (sql) => db.exec(sql)',
    'LIST.forEach(run(db)); LIST.map((sql) => db.prepare(sql)).forEach((one) => one.run())',
  ],
  'in a list of a class': [
    'class Tables { static all = [@]; static make(db) { this.all.forEach((one) => db.exec(one)) } }',
    'Tables.make(db)',
  ],
  'in an object whose texts are run': [
    'const T = { a: @ }',
    'for (const sql of Object.values(T)) db.exec(sql); db.exec(T.a)',
  ],
  'in objects that are asked for something else': [
    'const LIST = [{ name: "a", sql: @ }]',
    `for (const one of LIST) if (one.name.startsWith('a')) db.exec(one.sql)`,
  ],
  'shown and run': ['', 'const q = [@]; for (const sql of q) { ctx.log(sql); db.exec(sql) }'],
  'joined and run': ['', `db.exec([@, 'SELECT * FROM a'].join(';'))`],
  'spliced in by sql.raw': [
    'const Q = @',
    'db.exec(sql`CREATE VIEW v AS ${sql.raw(Q)}`.text); db.exec(sql`CREATE VIEW w AS ${sql.raw(@)}`.text)',
  ],
  'joined by + and run': ['', `db.exec('SELECT 1;' + @)`],
  'run in batches': [
    '',
    `ctx.batches(@, { by: 'id' }, (rows) => { for (const row of rows) row.id })`,
  ],
  'handed to a wrapped function that runs it': [
    '',
    `const all = db.transaction((list) => { for (const sql of list) db.exec(sql) }); all([@])`,
  ],
  'handed to a class that runs it': [
    'class Runner { constructor(db, sql) { db.exec(sql) } }',
    'new Runner(db, @)',
  ],
  'whose rows have a column of that name': [
    '',
    `${INSERT} const LIST = [@]; for (const sql of LIST) for (const row of db.prepare(sql).all()) insert.run(row.source)`,
  ],
  'in a set that is run': ['const S = new Set([@])', 'for (const sql of S) db.exec(sql)'],
  'in a map that is asked by other keys': [
    'const M = new Map([["a", @]]); M.set("b", @)',
    'if (M.has("a")) db.exec(M.get("b"))',
  ],
  'in an object that is asked by other keys': [
    'const T = { a: @ }',
    `for (const key in T) if ('a' in T) db.exec(T[key])`,
  ],
  'that a key is, which is run': [
    'const T = { [@]: 1 }',
    'for (const sql of Object.keys(T)) db.exec(sql)',
  ],
  'kept with its statement': [
    'const KEPT = {}; const run = (db, sql) => (KEPT[sql] ??= db.prepare(sql)).run()',
    'run(db, @)',
  ],
  'beside a list that is searched': [
    'const LIST = [{ tags: ["a"], sql: @ }]',
    'for (const one of LIST) if (one.tags.includes("a")) db.exec(one.sql)',
  ],
  'in a transaction': [
    'const LIST = [@]',
    `${INSERT} insert.run(1); db.transaction(() => { for (const sql of LIST) db.exec(sql) })()`,
  ],
}

test.each(Object.entries(RUN))('a text that is run: %s', (_, place) => {
  expect(written(place, OTHERS[0]!)).toBe(written(place, TEXT))
  expect(written(place, OTHERS[1]!)).toBe(written(place, TEXT))
  expect(written(place, COMMENTED)).toBe(written(place, TEXT))
})

test('white space and comments at the ends of what is only trimmed and run', () => {
  const of = (text: string): string => upOf('db.exec(Q.trim())', `const Q = \`${text}\``)
  expect(of('\n  SELECT * FROM users\n')).toBe(of('SELECT * FROM users'))
  expect(of('\n  SELECT * FROM users; -- all')).toBe(of('SELECT * FROM users'))
  const joined = (text: string): string =>
    upOf(`db.exec(Q.trim() + 'WHERE a')`, `const Q = \`${text}\``)
  expect(joined('SELECT * FROM users -- all')).not.toBe(joined('SELECT * FROM users'))
})
