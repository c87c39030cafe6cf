// The rows that are generated: they satisfy what the schema asks, and are as troublesome as it allows.
import { describe, expect, it } from 'vitest'
import { factsOf, rowFacts } from './prove-history.js'
import { rowsOf, valuesOf } from './rows-of.js'
import { testSome } from '../../../support/some-of.js'

describe('generated values', () => {
  it('have duplicates, nulls, empty ones and letters of many scripts', async () => {
    const values = await valuesOf('a TEXT')
    expect(values.slice(0, 4)).toEqual(['a 2001', 'a 2001', null, ''])
    expect(values[4]).toMatch(/e\u0301.*\u{1F680}/u)
    expect(String(values[4]).length).toBeGreaterThan(200)
  })

  it('have numbers at the edge', async () => {
    expect(await valuesOf('a INTEGER')).toEqual([
      2001n,
      2001n,
      null,
      0n,
      -(2n ** 63n),
      3_000_000_001n,
    ])
    expect(await valuesOf('a REAL')).toEqual([2001.5, 2001.5, null, 0, 1e308])
  })

  testSome([
    ['t', 'CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID'],
    ['t', 'CREATE TABLE t (a TEXT, b INTEGER); CREATE UNIQUE INDEX t_ab ON t (a, b)'],
    [
      't',
      'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (p INTEGER REFERENCES p, a TEXT, UNIQUE (p, a))',
    ],
  ])('have texts that differ in the case of their letters: %s %s', async (table, schema) => {
    const rows = await rowsOf(schema, table)
    const texts = new Set(
      rows.flatMap(({ a, p }) => (typeof a === 'string' ? [`${String(p)} ${a}`] : [])),
    )
    const folded = new Set([...texts].map((text) => text.toLowerCase()))
    expect(folded.size).toBe(texts.size - 1)
  })

  testSome([
    'CREATE TABLE t (a TEXT UNIQUE COLLATE NOCASE, n INTEGER)',
    'CREATE TABLE t (a TEXT, n INTEGER); CREATE UNIQUE INDEX t_a ON t (lower(a))',
  ])('have no such texts where these are refused: %s', async (schema) => {
    const rows = await rowsOf(schema, 't')
    const texts = rows.flatMap(({ a }) => (typeof a === 'string' ? [a.toLowerCase()] : []))
    expect(rows).toHaveLength(6)
    expect(new Set(texts).size).toBe(texts.length)
  })

  it('tell the columns of a row apart', async () => {
    const [row] = await rowsOf(
      'CREATE TABLE t (a TEXT, b TEXT, c INTEGER, d INTEGER, e BLOB, f)',
      't',
    )
    expect(new Set(Object.values(row ?? {}).map(String)).size).toBe(6)
  })

  testSome([
    ["a TEXT NOT NULL CHECK (a GLOB '[0-9][0-9]-[^a-z]*')"],
    ["a TEXT NOT NULL CHECK (json_type(a) = 'array')"],
    ['a INTEGER NOT NULL, b INTEGER NOT NULL, CONSTRAINT "in order" CHECK (a < b AND b < 10)'],
    ['a BLOB NOT NULL CHECK (length(a) = 16)'],
    ['a TEXT NOT NULL COLLATE NOCASE UNIQUE'],
    ['a DATE NOT NULL, b BOOLEAN NOT NULL CHECK (b IN (0, 1))'],
  ])('are found for %s', async (columns) => {
    expect((await valuesOf(columns)).length).toBeGreaterThanOrEqual(2)
  })

  it('try every word of a list', async () => {
    expect(new Set(await valuesOf("a TEXT NOT NULL CHECK (a IN ('x', 'y', 'z'))"))).toEqual(
      new Set(['x', 'y', 'z']),
    )
  })

  it('satisfy a trigger that refuses rows', async () => {
    const trigger =
      "CREATE TRIGGER strict BEFORE INSERT ON t WHEN NEW.a NOT IN ('p', 'q') BEGIN SELECT RAISE(ABORT, 'no'); END"
    const rows = await rowsOf(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL); ${trigger}`,
      't',
    )
    expect(rows.map(({ a }) => a)).toContain('p')
  })

  it('satisfy unique indexes, partial and over expressions', async () => {
    const indexes =
      'CREATE UNIQUE INDEX t_a ON t (lower(a)); CREATE UNIQUE INDEX t_b ON t (b) WHERE a NOT NULL'
    // Two of them are outside the condition of the second and have a key within it.
    expect(
      await rowsOf(`CREATE TABLE t (a TEXT, b INTEGER NOT NULL); ${indexes}`, 't'),
    ).toHaveLength(8)
  })
})

it('a table with many constraints: is satisfied constraint by constraint', async () => {
  const rows = await rowsOf(
    `CREATE TABLE keys (
  id INTEGER PRIMARY KEY,
  prefix TEXT NOT NULL UNIQUE CHECK (length(prefix) = 8 AND prefix NOT GLOB '*[^0-9a-f]*'),
  hash BLOB NOT NULL CHECK (typeof(hash) = 'blob' AND length(hash) = 32),
  scope TEXT NOT NULL CHECK (scope IN ('read', 'write')),
  day TEXT CHECK (day = date(day)),
  percent REAL CHECK (percent > 0 AND percent <= 100),
  country TEXT NOT NULL CHECK (country GLOB '[A-Z][A-Z]')
)`,
    'keys',
  )
  expect(rows.length).toBeGreaterThan(2)
  expect(new Set(rows.map(({ scope }) => scope))).toEqual(new Set(['read', 'write']))
})

describe('columns of which only one may have a value', () => {
  testSome([
    [
      'one INTEGER REFERENCES p, two INTEGER REFERENCES p, CHECK ((one NOTNULL) + (two NOTNULL) = 1)',
    ],
    [
      "state TEXT NOT NULL CHECK (state IN ('new', 'done')), at TEXT CHECK ((state = 'done') = (at IS NOT NULL)), one TEXT, two TEXT, CHECK ((one ISNULL) <> (two ISNULL))",
    ],
  ])('have one now and then: %s', async (columns) => {
    const parent = 'CREATE TABLE p (id INTEGER PRIMARY KEY)'
    const rows = await rowsOf(`${parent}; CREATE TABLE t (id INTEGER PRIMARY KEY, ${columns})`, 't')
    const given = rows.map(({ one, two }) => (one === null ? 'two' : two === null ? 'one' : 'both'))
    expect(new Set(given)).toEqual(new Set(['one', 'two']))
  })

  it('may be more than two', async () => {
    const columns = ['a', 'b', 'c', 'd', 'e']
    const sum = columns.map((column) => `(${column} IS NOT NULL)`).join(' + ')
    expect(
      await rowsOf(`CREATE TABLE t (${columns.join(', ')}, CHECK (${sum} = 1))`, 't'),
    ).not.toHaveLength(0)
  })
})

it('a text that a constraint reads as JSON: is found among many others', async () => {
  const columns = [
    "a INTEGER NOT NULL, slug TEXT NOT NULL UNIQUE CHECK (slug NOT GLOB '*[^a-z0-9-]*')",
    "list TEXT NOT NULL CHECK (json_type(list) = 'array')",
    "more TEXT CHECK (more IS NULL OR json_type(more) = 'object')",
    'lang TEXT CHECK (length(lang) = 2), b TEXT, c TEXT, CHECK ((b IS NULL) <> (c IS NULL))',
  ]
  const rows = await rowsOf(`CREATE TABLE t (${columns.join(', ')})`, 't')
  expect(rows.length).toBeGreaterThanOrEqual(2)
})

describe('a default that is JSON', () => {
  testSome([`'{}'`, `'[]'`, `('{"a": 1}')`])('says what other values are: %s', async (initial) => {
    for (const value of await valuesOf(`a TEXT NOT NULL DEFAULT ${initial}`))
      expect(() => JSON.parse(String(value)) as unknown).not.toThrow()
  })

  it('is none where it only begins like it', async () => {
    expect((await valuesOf("a TEXT DEFAULT '{name}!'"))[0]).toBe('a 2001')
  })
})

describe('rows with parents', () => {
  it('exist for chains, junctions, and shared parts of composite keys', async () => {
    const schema = `CREATE TABLE tenants (id INTEGER PRIMARY KEY);
CREATE TABLE users (tenant INTEGER NOT NULL REFERENCES tenants, id INTEGER NOT NULL, PRIMARY KEY (tenant, id));
CREATE TABLE groups (tenant INTEGER NOT NULL REFERENCES tenants, id INTEGER NOT NULL, PRIMARY KEY (tenant, id));
CREATE TABLE membership (tenant INTEGER NOT NULL, user INTEGER NOT NULL, team INTEGER NOT NULL, PRIMARY KEY (tenant, user, team),
  FOREIGN KEY (tenant, user) REFERENCES users, FOREIGN KEY (tenant, team) REFERENCES groups) WITHOUT ROWID;`
    expect(await rowsOf(schema, 'membership')).not.toHaveLength(0)
  })

  it('are made in whatever order the tables are written', async () => {
    const schema =
      'CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES p); CREATE TABLE p (id INTEGER PRIMARY KEY)'
    expect(await rowsOf(schema, 'c')).toHaveLength(6)
  })

  it('point in circles, all of them, even where no key may be null', async () => {
    const schema =
      'CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER NOT NULL REFERENCES b); CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES a)'
    expect(await rowsOf(schema, 'a')).toHaveLength(6)
    expect(await rowsOf(schema, 'b')).toHaveLength(6)
  })

  testSome([
    'CREATE TABLE p (a INTEGER, b TEXT, PRIMARY KEY (a, b)); CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b TEXT NOT NULL, c TEXT NOT NULL, FOREIGN KEY (a, b) REFERENCES p (a, b), FOREIGN KEY (a, c) REFERENCES p (a, b))',
    "CREATE TABLE k (id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('a', 'b')), UNIQUE (id, kind)); CREATE TABLE t (id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind = 'b'), FOREIGN KEY (id, kind) REFERENCES k (id, kind))",
    'CREATE TABLE k (id BLOB PRIMARY KEY CHECK (length(id) = 16)); CREATE TABLE t (k BLOB PRIMARY KEY REFERENCES k (id), o BLOB NOT NULL REFERENCES k (id), CHECK (k <> o))',
    'CREATE TABLE t (id TEXT PRIMARY KEY NOT NULL, up TEXT NOT NULL UNIQUE REFERENCES t (id))',
    'CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER NOT NULL REFERENCES t (id), CHECK (up <> id))',
    'CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER NOT NULL UNIQUE REFERENCES t (id)); CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL UNIQUE REFERENCES a (id))',
  ])('satisfy keys beside other constraints: %s', async (schema) => {
    expect((await rowsOf(schema, 't')).length).toBeGreaterThan(1)
  })

  describe('where several keys share a column', () => {
    const parent = (name: string, tenant = 'tenant TEXT NOT NULL'): string =>
      `CREATE TABLE ${name} (${tenant}, id TEXT NOT NULL, PRIMARY KEY (tenant, id)) WITHOUT ROWID;`
    const key = (name: string, columns = `tenant, ${name}`): string =>
      `FOREIGN KEY (${columns}) REFERENCES ${name} (tenant, id)`
    const child = (columns: string, ...keys: string[]): string =>
      `CREATE TABLE t (id TEXT NOT NULL, tenant TEXT NOT NULL, ${columns}, PRIMARY KEY (tenant, id), ${keys.join(', ')})`
    const AB = 'a TEXT NOT NULL, b TEXT NOT NULL'
    const few = "tenant TEXT NOT NULL CHECK (tenant LIKE 'x-%' AND length(tenant) = 12)"

    testSome([
      ['two keys', parent('a') + parent('b'), child(AB, key('a'), key('b'))],
      [
        'three keys',
        parent('a') + parent('b') + parent('d'),
        child(`${AB}, d TEXT NOT NULL`, key('a'), key('b'), key('d')),
      ],
      ['values of one parent only', parent('a') + parent('b', few), child(AB, key('a'), key('b'))],
      [
        'a key of one column',
        `CREATE TABLE tenants (id TEXT PRIMARY KEY); ${parent('a')}${parent('b')}`,
        child(AB, key('a'), key('b'), 'FOREIGN KEY (tenant) REFERENCES tenants (id)'),
      ],
      [
        'parents with one row for each value',
        parent('a', 'tenant TEXT NOT NULL UNIQUE') + parent('b', 'tenant TEXT NOT NULL UNIQUE'),
        child(AB, key('a'), key('b')),
      ],
      [
        'a parent with such a parent',
        `${parent('p')}${parent('a')}CREATE TABLE b (tenant TEXT NOT NULL, id TEXT NOT NULL, p TEXT NOT NULL, PRIMARY KEY (tenant, id), ${key('p')});`,
        child(AB, key('a'), key('b')),
      ],
      [
        'a key to the table itself',
        parent('a'),
        child('up TEXT, a TEXT NOT NULL', key('t', 'tenant, up'), key('a')),
      ],
      [
        'a required key to the table itself',
        parent('a'),
        child('up TEXT NOT NULL, a TEXT NOT NULL', key('t', 'tenant, up'), key('a')),
      ],
      [
        'bytes',
        ['a', 'b'].map((name) => parent(name, 'tenant BLOB NOT NULL')).join(''),
        child(AB, key('a'), key('b')).replace('tenant TEXT', 'tenant BLOB'),
      ],
    ])('parents that agree are pointed at: %s', async (_, parents, table) => {
      const rows = await rowsOf(parents + table, 't')
      expect(rows.length).toBeGreaterThan(4)
      expect(rows.filter(({ tenant }) => String(tenant) !== '')).not.toHaveLength(0)
    })
  })

  it('leave one row without parent where that is allowed', async () => {
    const rows = await rowsOf(
      'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p INTEGER REFERENCES p)',
      'c',
    )
    expect(rows.filter(({ p }) => p === null)).toHaveLength(1)
  })

  it.each(['TEXT', 'INTEGER NOT NULL'])('share a parent, and nothing else: %s', async (type) => {
    const schema = `CREATE TABLE p (id ${type} PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p ${type} REFERENCES p, v TEXT NOT NULL)`
    const rows = await rowsOf(schema, 'c')
    const last = rows.at(-1)
    const siblings = rows.filter(({ p }) => p === last?.p && p !== '')
    expect(siblings).toHaveLength(2)
    const others = rows.filter((row) => !siblings.includes(row))
    for (const { v } of siblings) expect(others.map((row) => row.v)).not.toContain(v)
  })

  it('follow a parent that brings rows of its own', async () => {
    const schema =
      "CREATE TABLE roles (name TEXT PRIMARY KEY CHECK (name IN ('admin'))); INSERT INTO roles VALUES ('admin'); CREATE TABLE u (role TEXT NOT NULL REFERENCES roles)"
    expect((await rowsOf(schema, 'u')).map(({ role }) => role)).toEqual(Array(6).fill('admin'))
  })
})

describe('tables that change', () => {
  it('get values in a column that is new', async () => {
    const rows = await rowsOf(
      ['CREATE TABLE t (id INTEGER PRIMARY KEY)', 'ALTER TABLE t ADD COLUMN late TEXT'],
      't',
    )
    expect(rows.filter(({ late }) => late !== null).length).toBeGreaterThan(1)
  })

  it('get rows again after they were emptied', async () => {
    expect(
      await rowsOf(['CREATE TABLE t (id INTEGER PRIMARY KEY)', 'DELETE FROM t'], 't'),
    ).toHaveLength(5)
  })

  it('do not grow for ever', async () => {
    const steps = Array.from(
      { length: 30 },
      (_, index) => `ALTER TABLE t ADD COLUMN c${index} TEXT`,
    )
    expect(
      (await rowsOf(['CREATE TABLE t (id INTEGER PRIMARY KEY)', ...steps], 't')).length,
    ).toBeLessThan(100)
  })

  it('remember higher numbers than they have rows', async () => {
    const rows = await rowsOf(
      'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)',
      'sqlite_sequence',
    )
    const [last] = (
      await rowsOf('CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)', 't')
    ).slice(-1)
    expect(rows[0]?.['seq']).toBe((last?.['id'] as bigint) + 7n)
  })
})

describe('example rows of the configuration', () => {
  const schema = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL)'

  it('stand in the place of generated ones, what they leave out is generated', async () => {
    const rows = await rowsOf(schema, 't', {
      seeds: { t: [{ a: 'one' }, { a: 'two', b: 'given', id: 9 }] },
    })
    expect(rows).toMatchObject([
      { a: 'two', b: 'given', id: 9n },
      { a: 'one', b: 'b 3001' },
    ])
  })

  it('are used from the version on that has all of their columns', async () => {
    const seeds = { t: [{ a: 'one', late: 'yes' }] }
    const rows = await rowsOf([schema, 'ALTER TABLE t ADD COLUMN late TEXT'], 't', { seeds })
    expect(rows.filter(({ late }) => late === 'yes')).toHaveLength(1)
  })

  it('are named where the table refuses them', async () => {
    const seeds = { t: [{ a: null }] }
    expect(await factsOf([schema], { seeds })).toEqual([
      { kind: 'unseeded', version: 1, table: 't', reason: 'NOT NULL constraint failed: t.a' },
    ])
  })
})

describe('a table that takes no rows', () => {
  const impossible = 'CREATE TABLE t (a INTEGER NOT NULL CONSTRAINT never CHECK (a > 1 AND a < 1))'

  it('is named once, in the version that makes it', async () => {
    expect(
      await rowFacts(['CREATE TABLE o (a)', impossible, 'DELETE FROM t', 'CREATE TABLE p (a)']),
    ).toMatchObject([
      { facts: [] },
      {
        facts: [
          { kind: 'unseeded', version: 2, table: 't', reason: 'CHECK constraint failed: never' },
        ],
      },
      { facts: [] },
      { facts: [] },
    ])
  })

  it('is named with the constraint that is to blame among those that are not', async () => {
    const columns = [
      "slug TEXT NOT NULL UNIQUE CHECK (slug NOT GLOB '*[^a-z0-9-]*' AND length(slug) >= 3)",
      'a INTEGER NOT NULL, b INTEGER NOT NULL CONSTRAINT rising CHECK (a < b)',
      'one TEXT, two TEXT CONSTRAINT never CHECK ((one IS NULL) <> (two IS NULL) AND 1 > 2)',
      'lang TEXT CHECK (length(lang) = 2 AND lower(lang) = lang)',
    ]
    expect(await factsOf([`CREATE TABLE t (${columns.join(', ')})`])).toMatchObject([
      { kind: 'unseeded', reason: 'CHECK constraint failed: never' },
    ])
  })

  it('is named with its children, which have nobody to point at', async () => {
    const facts = await factsOf([
      impossible,
      'CREATE TABLE c (t INTEGER NOT NULL REFERENCES t (a))',
    ])
    expect(facts.map((fact) => fact.kind === 'unseeded' && fact.table)).toEqual(['t', 'c'])
  })

  it('is named with what a trigger, or a function that there is not, says', async () => {
    const trigger =
      "CREATE TRIGGER closed BEFORE INSERT ON t BEGIN SELECT RAISE(ABORT, 'closed'); END"
    expect(await factsOf([`CREATE TABLE t (a); ${trigger}`])).toMatchObject([
      { kind: 'unseeded', reason: 'closed' },
    ])
  })

  it('is none where it has rows of its own', async () => {
    expect(
      await factsOf([
        "CREATE TABLE t (a PRIMARY KEY CHECK (a = 'only')); INSERT INTO t VALUES ('only')",
      ]),
    ).toEqual([])
  })

  it('is no table of a module, of others or of the ledger', async () => {
    const steps = ['CREATE VIRTUAL TABLE f USING fts5(a)', impossible]
    expect(await factsOf(steps, { ignoreTables: ['t'] })).toEqual([])
  })
})
