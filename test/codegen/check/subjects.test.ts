// Comments that switch off one finding among others: by what it is about, and by nothing else.
import { describe, expect, test } from 'vitest'
import { placesProven, proveProject } from '../proven/prove-project.js'
import { temporaryProject } from '../../support/project.js'
import { testSome } from '../../support/some-of.js'

const TWO = `CREATE TABLE c (id INTEGER PRIMARY KEY, at TEXT, b TEXT);
CREATE TABLE "d e" (id INTEGER PRIMARY KEY, at TEXT);`
const irreversible = (up: string): string =>
  `-- irreversible: there is no way back\n-- migrate:up\n${up}\n`
const REQUIRE = `CREATE TABLE n (id INTEGER PRIMARY KEY, at TEXT NOT NULL, b TEXT NOT NULL);
INSERT INTO n (id, at, b) SELECT id, at, b FROM c;
DROP TABLE c;
ALTER TABLE n RENAME TO c;
CREATE TABLE n (id INTEGER PRIMARY KEY, at TEXT NOT NULL);
INSERT INTO n (id, at) SELECT id, at FROM "d e";
DROP TABLE "d e";
ALTER TABLE n RENAME TO "d e";`
const DROPS = 'ALTER TABLE c DROP COLUMN at;\nALTER TABLE c DROP COLUMN b;\nDROP TABLE "d e";'

/** `severity CODE subject` of what is found in the second version. */
async function found(up: string, first = TWO): Promise<string[]> {
  const root = temporaryProject({
    'package.json': '{}',
    'migrations/001_a.sql': irreversible(first),
    'migrations/002_b.sql': irreversible(up),
  })
  return (await proveProject(root))
    .filter(({ file, severity }) => file.includes('002') && severity !== 'info')
    .map(({ severity, code, subject = '' }) => `${severity} ${code} ${subject}`.trim())
    .sort()
}

const fails = (subject: string): string => `error REPLAY_FAILS_ON_ROWS ${subject}`

describe('all that rows fail on is told in one run', () => {
  test('each column of each table', async () => {
    expect(await found(REQUIRE)).toEqual([fails('"d e".at'), fails('c.at'), fails('c.b')])
  })

  test.each([
    ['c.at', [fails('"d e".at'), fails('c.b')]],
    ['C.At', [fails('"d e".at'), fails('c.b')]],
    ['"c"."at"', [fails('"d e".at'), fails('c.b')]],
    ['"d e".at', [fails('c.at'), fails('c.b')]],
    ['c.b', [fails('"d e".at'), fails('c.at')]],
  ])('and what is acknowledged, %s, hides nothing else', async (subject, rest) => {
    expect(
      await found(`-- lockstep-ignore REPLAY_FAILS_ON_ROWS ${subject}: always set\n${REQUIRE}`),
    ).toEqual(rest)
  })

  test('a swap, and not the missing value that it brings', async () => {
    const up = `CREATE TABLE n (id INTEGER PRIMARY KEY, at TEXT NOT NULL, b TEXT);
INSERT INTO n (id, at, b) SELECT id, b, at FROM c;
DROP TABLE c;
ALTER TABLE n RENAME TO c;`
    expect(await found(up)).toEqual(['error VALUES_SWAPPED c'])
  })

  test('what code fails on, value by value', async () => {
    const places = await placesProven({
      '001_a.sql': irreversible(TWO),
      '002_b.js': `export const irreversible = 'there is no way back'
export function up(db) {
  for (const { at, b } of db.prepare('SELECT at, b FROM c').all()) {
    if (at === null) throw new Error('no time')
    if (b === null) throw new Error('no text')
    db.prepare('INSERT INTO "d e" (at) VALUES (?)').run(at + b)
  }
}
`,
    })
    expect(places.map((one) => one.replace(/^\S+ /, ''))).toEqual([
      'warning REPLAY_CODE_FAILS_ON_ROWS',
      'warning REPLAY_CODE_FAILS_ON_ROWS',
    ])
  })
})

const DROPPED = [
  'error COLUMN_DROPPED c.at',
  'error COLUMN_DROPPED c.b',
  'error TABLE_DROPPED "d e"',
]
const without = (...gone: string[]): string[] => DROPPED.filter((one) => !gone.includes(one))

describe('a comment', () => {
  test.each([
    ['COLUMN_DROPPED c.at: unused', without('error COLUMN_DROPPED c.at')],
    ['COLUMN_DROPPED c . AT: unused', without('error COLUMN_DROPPED c.at')],
    ['TABLE_DROPPED: unused', without('error TABLE_DROPPED "d e"')],
    ['TABLE_DROPPED "d e": unused: since 2.1', without('error TABLE_DROPPED "d e"')],
    ['TABLE_DROPPED [D E]: unused', without('error TABLE_DROPPED "d e"')],
  ])('covers what it names: %s', async (comment, rest) => {
    expect(await found(`-- lockstep-ignore ${comment}\n${DROPS}`)).toEqual(rest)
  })

  test.each([
    ['COLUMN_DROPPED: unused', 'SUPPRESSION_INCOMPLETE'],
    ['COLUMN_DROPPED, TABLE_DROPPED c.at: unused', 'SUPPRESSION_INCOMPLETE'],
    ['COLUMN_DROPPED c.at', 'SUPPRESSION_INCOMPLETE'],
    ['COLUMN_DROPPED c: unused', 'SUPPRESSION_UNUSED'],
    ['COLUMN_DROPPED c.id: unused', 'SUPPRESSION_UNUSED'],
    ['COLUMN_DROPPED table c.at: unused', 'SUPPRESSION_UNUSED'],
  ])('covers nothing, and is told: %s', async (comment, code) => {
    expect(await found(`-- lockstep-ignore ${comment}\n${DROPS}`)).toEqual([
      ...DROPPED,
      `warning ${code}`,
    ])
  })

  test('that names none of several is told which there are', async () => {
    const root = temporaryProject({
      'package.json': '{}',
      'migrations/001_a.sql': irreversible(TWO),
      'migrations/002_b.sql': irreversible(`-- lockstep-ignore COLUMN_DROPPED: unused\n${DROPS}`),
    })
    const all = await proveProject(root)
    const { message, fix } = all.find(({ code }) => code === 'SUPPRESSION_INCOMPLETE')!
    expect(message).toContain('none of the 2 findings COLUMN_DROPPED')
    expect(fix).toContain(
      '`lockstep-ignore COLUMN_DROPPED c.at: reason` and `lockstep-ignore COLUMN_DROPPED c.b: reason`',
    )
  })

  test('about one object leaves the consequences of another', async () => {
    const first = 'CREATE TABLE a (x); CREATE TABLE b (y); CREATE VIEW v AS SELECT y FROM b;'
    const up = '-- lockstep-ignore TABLE_DROPPED a: unused\nDROP TABLE a;\nDROP TABLE b;'
    expect(await found(up, first)).toEqual(['error TABLE_DROPPED b'])
    expect(await found(up.replace('TABLE_DROPPED a', 'TABLE_DROPPED b'), first)).toEqual([
      'error OBJECT_BROKEN view v',
      'error TABLE_DROPPED a',
    ])
  })
})

const ONE = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)'
const COPY = (where: string): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO n (id, a) SELECT id, a FROM t WHERE ${where};
DROP TABLE t;
ALTER TABLE n RENAME TO t`
const [UP, DOWN] = [COPY('a IS NOT NULL'), COPY("a <> ''")]
const IGNORE = 'lockstep-ignore ROWS_LOST t: rubbish'
const inCode = (up: string, down: string): string =>
  `${up}export function up(db) {\n  db.exec(\`${UP}\`)\n}\n${down}export function down(db) {\n  db.exec(\`${DOWN}\`)\n}\n`

describe('a comment in one half', () => {
  const sections = (head: string, up: string, down: string, last = DOWN): string =>
    `${head}-- migrate:up\n${up}${UP};\n-- migrate:down\n${down}${last};\n`
  const start = sections('', '', '').replace(UP, ONE).replace(DOWN, 'DROP TABLE t')
  /** The sides whose finding is told. */
  const sides = async (second: Readonly<Record<string, string>>): Promise<string[]> => {
    const files = Object.entries(second).map(([name, text]) => [`migrations/${name}`, text])
    const root = temporaryProject({
      'package.json': '{}',
      'migrations/001_a.sql': start,
      ...Object.fromEntries(files),
    })
    return (await proveProject(root)).flatMap(({ code, message }) => {
      if (code === 'ROWS_LOST') return [/`(up|down)`/.exec(message)?.[1] ?? '']
      return code.startsWith('SUPPRESSION') ? [code] : []
    })
  }
  const sql = `-- ${IGNORE}\n`
  const script = `// ${IGNORE}\n`

  testSome<[string, Readonly<Record<string, string>>, string[]]>([
    ['up', { '002_b.sql': sections('', sql, '') }, ['down']],
    ['down', { '002_b.sql': sections('', '', sql) }, ['up']],
    ['both', { '002_b.sql': sections('', sql, sql) }, []],
    ['neither', { '002_b.sql': sections(sql, '', '') }, []],
    [
      'up alone',
      { '002_b.sql': sections('', sql, '', UP.replace(' WHERE a IS NOT NULL', '')) },
      [],
    ],
    [
      'the file of up',
      { '002_b.up.sql': `${sql}${UP};\n`, '002_b.down.sql': `${DOWN};\n` },
      ['down'],
    ],
    [
      'the file of down',
      { '002_b.up.sql': `${UP};\n`, '002_b.down.sql': `${sql}${DOWN};\n` },
      ['up'],
    ],
    ['above down, in code', { '002_b.js': inCode('', script) }, ['up']],
    ['in up, in code', { '002_b.js': inCode('', '').replace('{\n', `{\n${script}`) }, ['down']],
    ['above all code', { '002_b.js': inCode(script, '') }, []],
  ])('covers what that does: %s', async (_, files, told) => {
    expect(await sides(files)).toEqual(told)
  })

  test('covers what the other one does, where its own does nothing of the kind', async () => {
    const up = sections('', '', sql).replace(' WHERE a IS NOT NULL', '')
    expect(await sides({ '002_b.sql': up })).toEqual([])
    expect(await sides({ '002_b.sql': sections('', '', sql, 'DROP TABLE IF EXISTS x') })).toEqual(
      [],
    )
  })
})
