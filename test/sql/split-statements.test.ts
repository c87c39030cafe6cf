// The splitter against SQLite: what it cuts off is one statement each, and all of them together are the script.
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { splitStatements } from '../../src/sql/split-statements.js'
import { tokenize } from '../../src/sql/tokenize.js'
import { pick, randomFrom, type Random } from '../support/random.js'

const texts = (script: string): string[] => splitStatements(script).map(({ text }) => text)

const CASES: readonly (readonly [script: string, statements: readonly string[]])[] = [
  ['', []],
  [' ;; -- only; comments\n/* ; */ ;', []],
  ['SELECT 1', ['SELECT 1']],
  ['SELECT 1 ;\n\tSELECT 2\n', ['SELECT 1', 'SELECT 2']],
  [
    'SELECT \';\', ";", `;`, [;] /* ; */ -- ;\n; SELECT 2',
    ['SELECT \';\', ";", `;`, [;] /* ; */ -- ;', 'SELECT 2'],
  ],
  ["SELECT 'it''s; here'; SELECT 2", ["SELECT 'it''s; here'", 'SELECT 2']],
  ["-- don't\nSELECT 1; SELECT 2", ['SELECT 1', 'SELECT 2']],
  ['\ufeffSELECT 1;', ['SELECT 1']],
  ["SELECT 'open; SELECT 2", ["SELECT 'open; SELECT 2"]],
  ['SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 3', ['SELECT CASE 1 WHEN 1 THEN 2 END', 'SELECT 3']],
  [
    'CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END; SELECT 3;',
    ['CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END', 'SELECT 3'],
  ],
  [
    '\ufeffcreate /* ; */ temp\ntrigger a after insert on t begin select 1; end -- ;\n; select 3',
    ['create /* ; */ temp\ntrigger a after insert on t begin select 1; end -- ;', 'select 3'],
  ],
  [
    'CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1 AS end; END',
    ['CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1 AS end; END'],
  ],
  [
    'CREATE TABLE trigger (a); CREATE TABLE b (end)',
    ['CREATE TABLE trigger (a)', 'CREATE TABLE b (end)'],
  ],
  ['BEGIN; SELECT 1; END; SELECT 2', ['BEGIN', 'SELECT 1', 'END', 'SELECT 2']],
]

test.each(CASES)('%j', (script, statements) => expect(texts(script)).toEqual(statements))

test('a statement is found at its place', () => {
  const script = '\ufeff-- one\r\n  SELECT 1;\r\n\r\n/* two */ SELECT 2'
  for (const { text, start } of splitStatements(script)) expect(script.indexOf(text)).toBe(start)
})

test('a literal of 12 MB with millions of doubled quotes stays whole', () => {
  const insert = `INSERT INTO t VALUES ('${"'';x".repeat(3_000_000)}')`
  expect(texts(`${insert}; SELECT 1`)).toEqual([insert, 'SELECT 1'])
})

/** What may stand between two tokens. */
const GAPS = [' ', '\n', '\t', '\r\n', ' /* a; b */ ', " -- it's; END;\n", '\f', '/**/ ']

/** Literals and names with everything in them that a careless splitter falls for. */
const STRINGS = [
  "'a;b'",
  "'it''s; END;'",
  "''",
  "'-- no'",
  "'/* no'",
  "'\n;\r\n'",
  "';'';'",
  "'é💡;'",
  "x'3b'",
]
const VALUES = [
  ...STRINGS,
  '1',
  '-1.5e3',
  'NULL',
  "(SELECT 'a;' || ';b')",
  "CASE WHEN 1 THEN ';' ELSE 2 END",
]

/** Writes statements that are valid one after the other. */
class Scripts {
  readonly #random: Random
  #count = 0

  constructor(seed: number) {
    this.#random = randomFrom(seed)
  }

  script(length: number): string[] {
    return [
      'CREATE TABLE base (id INTEGER PRIMARY KEY, "end;" TEXT, end, begin)',
      ...Array.from({ length }, () => this.#statement()),
    ]
  }

  /** Joins statements, with more or fewer semicolons, comments and space than anyone would write. */
  join(statements: readonly string[]): string {
    return statements
      .map(
        (statement) =>
          `${this.#gap()}${statement}${this.#gap()};${pick(this.#random, ['', ';', ' ; ', '\n'])}`,
      )
      .join('')
  }

  #statement(): string {
    const write = pick(this.#random, [
      () =>
        `CREATE TABLE ${this.#name()} (a TEXT DEFAULT ${pick(this.#random, STRINGS)}, "b;c", CHECK (a <> ${pick(this.#random, STRINGS)}))`,
      () =>
        `CREATE VIEW ${this.#name()} AS SELECT ${this.#value()} AS end, id AS "begin" FROM base`,
      () =>
        `CREATE INDEX ${this.#name()} ON base (end, begin) WHERE end <> ${pick(this.#random, STRINGS)}`,
      () => this.#insert(),
      () => this.#update(),
      () =>
        `WITH w AS (SELECT ${this.#value()} AS v) DELETE FROM base WHERE end IN (SELECT v FROM w)`,
      () => this.#trigger(),
      () => this.#trigger(),
    ])
    return this.#spaced(write())
  }

  #trigger(): string {
    const when = pick(this.#random, [
      '',
      'FOR EACH ROW ',
      `WHEN CASE NEW.end WHEN ';' THEN 1 ELSE 0 END `,
    ])
    const body = Array.from({ length: 1 + Math.floor(this.#random() * 3) }, () =>
      pick(this.#random, [
        () => this.#insert(),
        () => this.#update(),
        () => `SELECT ${this.#value()} AS end`,
        () => `SELECT CASE WHEN NEW.id THEN RAISE(IGNORE) END`,
        () =>
          `REPLACE INTO base (end) SELECT CASE end WHEN 1 THEN CASE begin WHEN 2 THEN 3 END END FROM base`,
      ])(),
    )
    const kind = pick(this.#random, [
      'TRIGGER',
      'TEMP TRIGGER',
      'trigger IF NOT EXISTS',
      'Temporary Trigger',
    ])
    return `CREATE ${kind} ${this.#name()} AFTER UPDATE OF end, begin ON base ${when}BEGIN ${body.map((one) => `${one};`).join(' ')} END`
  }

  #insert = (): string =>
    `INSERT INTO base (end, begin) VALUES (${this.#value()}, ${this.#value()})`
  #update = (): string => `UPDATE base SET end = ${this.#value()} WHERE begin = ${this.#value()}`
  #value = (): string => pick(this.#random, VALUES)
  #gap = (): string => pick(this.#random, ['', ...GAPS])

  #name(): string {
    this.#count++
    return pick(this.#random, [
      `n${this.#count}`,
      `"n;${this.#count}"`,
      `[n;'${this.#count}]`,
      `\`n"${this.#count}\``,
    ])
  }

  /** Puts other gaps where there is one already, outside of quotes. */
  #spaced = (statement: string): string =>
    statement.replace(/'(?:[^']|'')*'|"[^"]*"|\[[^\]]*\]|`[^`]*`| /g, (found) =>
      found === ' ' && this.#random() < 0.2 ? pick(this.#random, GAPS) : found,
    )
}

/** Everything in a database. SQLite keeps the space before `;` in some definitions, so that these are read as tokens. */
const contentOf = (db: Database.Database): unknown => [
  db.prepare(`${OBJECTS} sqlite_master`).all().map(tokensOf),
  db.prepare(`${OBJECTS} sqlite_temp_master`).all().map(tokensOf),
  db.prepare('SELECT * FROM base').all(),
]

const OBJECTS = "SELECT type || ':' || name AS object, sql FROM"

function tokensOf(row: unknown): string[] {
  const { object, sql } = row as { object: string; sql: string }
  const tokens = tokenize(sql).filter(({ kind }) => kind !== 'space' && kind !== 'comment')
  return [object, ...tokens.map(({ text }) => text)]
}

test('cuts random scripts where SQLite does', () => {
  let total = 0
  for (let seed = 1; seed <= 150; seed++) {
    const scripts = new Scripts(seed)
    const statements = scripts.script(25)
    const script = scripts.join(statements)
    const whole = new Database(':memory:').exec(script)
    const split = new Database(':memory:')
    const pieces = splitStatements(script)
    // `prepare` refuses a text of two statements, and one that has none.
    for (const { text } of pieces) split.prepare(text).run()
    expect(pieces.map(({ text }) => text.slice(0, 20))).toEqual(
      statements.map((one) => one.slice(0, 20)),
    )
    expect(contentOf(split)).toEqual(contentOf(whole))
    total += pieces.length
  }
  expect(total).toBe(150 * 26)
})
