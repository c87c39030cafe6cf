// One cause is told once: what only follows from a finding is left out, and comes to light where that is acknowledged.
import { describe, expect, test } from 'vitest'
import { findingsIn, proveHistory } from './proven-folder.js'

/** A table that is made anew: how it was, how it is, and the copy into `n`. */
interface Rebuilt {
  readonly was: string
  readonly is: string
  readonly copy: string
}

const rebuild = ({ is, copy }: Rebuilt): string =>
  `CREATE TABLE n ${is};\n${copy};\nDROP TABLE t;\nALTER TABLE n RENAME TO t;`

const found = (one: Rebuilt, more = ''): Promise<string[]> =>
  findingsIn(`CREATE TABLE t ${one.was};${more}`, rebuild(one))

const STAR = 'INSERT INTO n SELECT * FROM t'

describe('columns that are mixed up', () => {
  test.each<[string, Rebuilt, string[]]>([
    [
      'and NOT NULL',
      {
        was: '(id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT)',
        is: '(id INTEGER PRIMARY KEY, email TEXT, name TEXT NOT NULL)',
        copy: STAR,
      },
      ['VALUES_SWAPPED'],
    ],
    [
      'and a CHECK that no value meets',
      {
        was: "(id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('a', 'b')))",
        is: "(id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('a', 'b')), name TEXT NOT NULL)",
        copy: STAR,
      },
      ['REPLAY_FAILS_ON_ROWS'],
    ],
    [
      'and UNIQUE, and NOT NULL',
      {
        was: '(id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE)',
        is: '(id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT NOT NULL)',
        copy: STAR,
      },
      ['VALUES_SWAPPED'],
    ],
    [
      'and UNIQUE by an index, and NOT NULL',
      {
        was: '(id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL); CREATE UNIQUE INDEX t_email ON t (email)',
        is: '(id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL)',
        copy: STAR,
      },
      ['VALUES_SWAPPED'],
    ],
    [
      'and UNIQUE where it was not',
      {
        was: '(id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL)',
        is: '(id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL)',
        copy: STAR,
      },
      ['REPLAY_FAILS_ON_ROWS', 'VALUES_SWAPPED'],
    ],
    [
      'and a number of the row',
      {
        was: '(name TEXT NOT NULL, id INTEGER PRIMARY KEY, c TEXT)',
        is: '(id INTEGER PRIMARY KEY, name TEXT NOT NULL, c TEXT)',
        copy: STAR,
      },
      ['REPLAY_FAILS_ON_ROWS'],
    ],
    [
      'and a foreign key',
      {
        was: '(id INTEGER PRIMARY KEY, n INTEGER NOT NULL, u INTEGER NOT NULL REFERENCES u (id))',
        is: '(id INTEGER PRIMARY KEY, u INTEGER NOT NULL REFERENCES u (id), n INTEGER NOT NULL)',
        copy: STAR,
      },
      ['VALUES_SWAPPED'],
    ],
  ])('%s', async (_, one, codes) => {
    const all = await found(one, 'CREATE TABLE u (id INTEGER PRIMARY KEY, b TEXT)')
    expect(all.filter((line) => !line.includes(' info '))).toEqual(
      codes.map((code) => `002 error ${code}`),
    )
  })

  const OTHER = [
    'CREATE TABLE p (s TEXT NOT NULL, value REAL, ts INTEGER NOT NULL)',
    'CREATE TABLE q (s TEXT NOT NULL, ts INTEGER NOT NULL, value REAL)',
  ] as const

  test('on the way into a table of another name, where all of them are still there', async () => {
    const up = `${OTHER[1]};\nINSERT INTO q (s, ts, value) SELECT * FROM p;\nDROP TABLE p;`
    const found = await findingsIn(OTHER[0], up)
    expect(found).toEqual(['002 error VALUES_SWAPPED', '002 warning TABLE_RENAMED'])
  })

  test('on the way into one that takes none of them', async () => {
    const up = `${OTHER[1]} STRICT;\nINSERT INTO q SELECT * FROM p;\nDROP TABLE p;`
    const found = await proveHistory(OTHER[0], up)
    expect(found.map(({ code }) => code)).toEqual(['REPLAY_FAILS_ON_ROWS', 'TABLE_RENAMED'])
    expect(found[0]?.message).toContain('The copy puts the values of value into ts.')
  })

  test('are told to be what NOT NULL fails on, where that they are mixed up is meant', async () => {
    const up = `-- lockstep-ignore VALUES_SWAPPED t: meant\n${rebuild({
      was: '',
      is: '(id INTEGER PRIMARY KEY, email TEXT, name TEXT NOT NULL)',
      copy: STAR,
    })}`
    const first = 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT)'
    expect(await findingsIn(first, up)).toEqual(['002 error REPLAY_FAILS_ON_ROWS'])
  })
})

describe('a copy without the number of the row', () => {
  const KEYED: Rebuilt = {
    was: '(id INTEGER PRIMARY KEY AUTOINCREMENT, e TEXT NOT NULL)',
    is: '(id INTEGER PRIMARY KEY AUTOINCREMENT, e TEXT NOT NULL)',
    copy: 'INSERT INTO n (e) SELECT e FROM t',
  }

  test('and the keys, the index and the sequence that know it', async () => {
    const more = `
CREATE TABLE c (t INTEGER NOT NULL REFERENCES t (id));
CREATE INDEX ct ON c (t);
CREATE VIRTUAL TABLE f USING fts5 (e, content='t', content_rowid='id');`
    expect(await found(KEYED, more)).toEqual(['002 error VALUES_LOST'])
  })

  test('leaves the key to be told where that is acknowledged', async () => {
    const more = 'CREATE TABLE c (t INTEGER NOT NULL REFERENCES t (id)); CREATE INDEX ct ON c (t);'
    const up = `-- lockstep-ignore VALUES_LOST t.id: numbers do not matter\n${rebuild(KEYED)}`
    expect(await findingsIn(`CREATE TABLE t ${KEYED.was};${more}`, up)).toContain(
      '002 error FOREIGN_KEY_BROKEN',
    )
  })

  test('leaves what else is wrong with the key to be told', async () => {
    const more = `
CREATE TABLE c (t INTEGER NOT NULL REFERENCES t (id), u INTEGER NOT NULL REFERENCES u (id));
CREATE INDEX ct ON c (t); CREATE INDEX cu ON c (u);
CREATE TABLE u (id INTEGER PRIMARY KEY, b TEXT)`
    const up = `${rebuild(KEYED)}\nUPDATE c SET u = u + 1 WHERE u > 0;`
    expect((await findingsIn(`CREATE TABLE t ${KEYED.was};${more}`, up)).sort()).toEqual([
      '002 error FOREIGN_KEY_BROKEN',
      '002 error VALUES_LOST',
    ])
  })
})

describe('a column that was computed', () => {
  const WAS = '(id INTEGER PRIMARY KEY, v TEXT NOT NULL, low TEXT AS (lower(v)) STORED)'
  const IS = '(id INTEGER PRIMARY KEY, v TEXT NOT NULL, low TEXT)'

  test('and is left empty, with both ways to mend it', async () => {
    const copy = 'INSERT INTO n (id, v) SELECT id, v FROM t'
    const [one, ...others] = await proveHistory(
      `CREATE TABLE t ${WAS}`,
      rebuild({ was: WAS, is: IS, copy }),
    )
    expect([one?.code, others]).toEqual(['VALUES_LOST', []])
    expect(one?.message).toContain('without AS (lower (v)) STORED of low')
    expect(one?.fix).toContain('or, to make it an ordinary column, copy it')
  })

  test('and is copied, but computed no more', async () => {
    const copy = 'INSERT INTO n (id, v, low) SELECT id, v, low FROM t'
    expect(await found({ was: WAS, is: IS, copy })).toEqual(['002 warning CONSTRAINT_LOST'])
  })
})

test('a column of which a copy loses a part, and gives it to another one', async () => {
  const copy =
    'INSERT INTO n (id, d, c) SELECT id, CAST(c AS INTEGER) * 10, CAST(d AS INTEGER) * 10 FROM t'
  const was = '(id INTEGER PRIMARY KEY, d TEXT NOT NULL, c TEXT NOT NULL)'
  const is = '(id INTEGER PRIMARY KEY, d INTEGER NOT NULL, c INTEGER NOT NULL)'
  const all = await proveHistory(`CREATE TABLE t ${was}`, rebuild({ was, is, copy }))
  expect(all.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
    'VALUES_LOST t.d',
    'VALUES_LOST t.c',
  ])
})
