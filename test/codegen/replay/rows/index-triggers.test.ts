// Triggers that tell full-text indexes of rows, as the replay tries them.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { FTS4, FTS5, NOTES } from './indexed-notes.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const trigger = (name: string, when: string, ...body: string[]): string =>
  `CREATE TRIGGER ${name} ${when} BEGIN ${body.join('; ')}; END`

const PUT = 'INSERT INTO search (rowid, title, body) VALUES (new.id, new.title, new.body)'
const TAKE = `INSERT INTO search (search, rowid, title, body) VALUES ('delete', old.id, old.title, old.body)`
const onInsert = trigger('added', 'AFTER INSERT ON notes', PUT)
const onDelete = trigger('gone', 'AFTER DELETE ON notes', TAKE)
const onUpdate = trigger('changed', 'AFTER UPDATE ON notes', TAKE, PUT)

const misfits = async (...steps: (Step | string)[]): Promise<unknown[]> =>
  (await factsOf(steps)).filter(
    (fact) => fact.kind === 'index-misfit' && ['trigger', 'text'].includes(fact.cause),
  )

const blaming = (name: string, cause = 'trigger'): object[] => [
  {
    cause,
    index: 'search',
    table: 'notes',
    at: { statement: expect.stringMatching(`^CREATE (TRIGGER|VIRTUAL TABLE) ${name}`) },
  },
]

const added = (put: string): string => trigger('added', 'AFTER INSERT ON notes', put)
const gone = (take: string): string => trigger('gone', 'AFTER DELETE ON notes', take)
const changed = (...body: string[]): string => trigger('changed', 'AFTER UPDATE ON notes', ...body)
const TITLE = PUT.replace(', body', '').replace(', new.body', '')
const some = (sql: string, condition: string): string =>
  sql.replace('BEGIN', `WHEN ${condition} BEGIN`)

describe('a trigger that tells something else of a row', () => {
  const MADE = `${NOTES}; ${FTS5}`
  const UNNUMBERED = PUT.replace('rowid, ', '').replace('new.id, ', '')
  const OTHER = PUT.replace('new.id', 'new.n + 1000')
  const SWAPPED = PUT.replace('title, body', 'body, title')
  const SHORT = PUT.replace('new.body', 'substr(new.body, 2)')
  testSome([
    ['no number', 'added', [added(UNNUMBERED)]],
    ['another number, of some rows', 'added', [some(added(OTHER), 'new.n > 0')]],
    ['swapped columns', 'added', [added(SWAPPED), onDelete]],
    ['a new text, where rows never go', 'changed', [onInsert, changed(PUT)]],
    [
      'one that goes under another number',
      'gone',
      [onInsert, onUpdate, gone(TAKE.replace('old.id', 'old.n + 1000'))],
    ],
  ])('%s', async (_, name, triggers) => {
    const all = triggers.join('; ')
    expect(await misfits(`${MADE}; ${all}`)).toMatchObject(blaming(name))
    expect(await misfits(MADE, ...triggers, 'CREATE TABLE other (a)')).toMatchObject(blaming(name))
    const up = (db: Database): void => void db.exec(all)
    expect(await misfits(MADE, { up })).toMatchObject(blaming(name))
  })

  it('in fts4, which looks a row up that is gone', async () => {
    const put = onInsert.replace('rowid', 'docid')
    const take = gone('DELETE FROM search WHERE docid = old.id')
    expect(await misfits(NOTES, FTS4, put, take)).toMatchObject(blaming('gone'))
  })

  it('where the index is made behind it', async () => {
    expect(await misfits(NOTES, onInsert, changed(PUT), FTS5)).toMatchObject(blaming('search'))
    const [one, both] = [FTS5.replace(', body', ''), `DROP TABLE search; ${FTS5}`]
    const old = [added(TITLE), gone(TAKE).replaceAll(/, (old.)?body/g, '')]
    expect(await misfits(NOTES, one, ...old, both)).toMatchObject(blaming('search', 'text'))
    const exchanged = both.replace('title, body', 'body, title')
    expect(await misfits(MADE, added(SWAPPED), onDelete, exchanged)).toMatchObject([
      ...blaming('added'),
      ...blaming('search'),
    ])
  })

  it('once, where it is made', async () => {
    const wrong = `${MADE}; ${onInsert}; ${changed(PUT)}`
    const anew = `DROP TABLE search; ${FTS5}`
    expect(await misfits(wrong, anew, onDelete)).toMatchObject(blaming('changed'))
  })

  it('where two contradict each other, at the one that is new', async () => {
    const put = added(SHORT)
    expect(await misfits(MADE, `${put}; ${onDelete}`)).toMatchObject(blaming('added'))
    expect(await misfits(MADE, put, onDelete)).toMatchObject([
      ...blaming('added', 'text'),
      ...blaming('gone'),
    ])
  })
})

describe('triggers that agree on other text than the rows have', () => {
  const own = (sql: string): string =>
    sql.replace(/(new|old)\.body/g, `substr($1.body, 2) || ' ' || $1.n`)
  testSome([
    ['put in, taken out and changed', [onInsert, onDelete, onUpdate].map(own)],
    ['once', [onInsert].map(own)],
  ])('%s', async (_, triggers) => {
    const blamed = blaming('added', 'text')
    expect(await misfits(`${NOTES}; ${FTS5}; ${triggers.join('; ')}`)).toMatchObject(blamed)
    expect(await misfits(`${NOTES}; ${FTS5}`, triggers.join('; '))).toMatchObject(blamed)
  })
  it('are right over a view that has it', async () => {
    const told = `CREATE VIEW told AS SELECT id, title, substr(body, 2) || ' ' || n AS body FROM notes`
    const index = FTS5.replace("'notes'", 'told')
    const all = [onInsert, onDelete, onUpdate].map(own)
    expect(await misfits(NOTES, told, index, ...all)).toEqual([])
  })
})

describe('a rebuild beside triggers that keep rows out', () => {
  const LIVE = NOTES.replace('n INT', 'n INT NOT NULL DEFAULT 0')
  const REBUILD = `INSERT INTO search (search) VALUES ('rebuild')`
  const [put, take] = [some(onInsert, 'new.n <> 7'), some(onDelete, 'old.n <> 7')]
  const byQuery = (sql: string): string =>
    sql.replace(
      /VALUES \((.*)\);/,
      (_, items) =>
        `SELECT ${items} WHERE ${String(items).includes('old') ? 'old' : 'new'}.n <> 7;`,
    )
  const overfilled = async (...steps: string[]): Promise<unknown[]> =>
    (await factsOf(steps)).filter((fact) => 'cause' in fact && fact.cause === 'overfilled')

  testSome([
    [[LIVE, `${FTS5}; ${put}; ${take}; ${REBUILD}`]],
    [[LIVE, `${FTS5}; ${[onInsert, onDelete].map(byQuery).join('; ')}; ${REBUILD}`]],
    [[LIVE, FTS5, `${put}; ${take}; ${REBUILD}`]],
  ])('is told: %s', async (steps) =>
    expect(await overfilled(...steps)).toMatchObject([
      { kind: 'index-misfit', index: 'search', at: { statement: REBUILD } },
    ]),
  )

  const ALL = 'INSERT INTO search (rowid, title, body) SELECT id, title, body FROM notes'
  testSome([
    [[LIVE, `${FTS5}; ${put}; ${take}; ${ALL} WHERE n <> 7`]],
    [[LIVE, `${FTS5}; ${put}; ${onDelete}; ${REBUILD}`]],
    [[LIVE, `${FTS5}; ${onInsert}; ${onDelete}; ${REBUILD}`]],
    [[`${LIVE}; ${FTS5}; ${put}; ${take}; ${REBUILD}`]],
  ])('is right: %s', async (steps) => expect(await overfilled(...steps)).toEqual([]))
})

describe('innocent', () => {
  const SOME = [
    `INSERT INTO search (search, rowid, title, body) SELECT 'delete', old.id, old.title, old.body WHERE old.n > 3`,
    'INSERT INTO search (rowid, title, body) SELECT new.id, new.title, new.body WHERE new.n > 3',
  ]
  const BEFORE = 'DELETE FROM search WHERE docid = old.id'
  const PUT4 = PUT.replace('rowid', 'docid')
  const LIVE = NOTES.replace('n INT', 'n INT NOT NULL DEFAULT 0')
  const MARKED = NOTES.replace('n INT', 'n TEXT')
  testSome([
    ['all three', [NOTES, FTS5, onInsert, onDelete, onUpdate]],
    ['one alone', [NOTES, FTS5, onInsert]],
    ['of changes alone', [NOTES, FTS5, onDelete, onUpdate]],
    ['no trigger', [NOTES, FTS5, 'CREATE TRIGGER t AFTER INSERT ON notes BEGIN SELECT 1; END']],
    [
      'fts4, before and after',
      [
        NOTES,
        FTS4,
        trigger('gone', 'BEFORE DELETE ON notes', BEFORE),
        trigger('before', 'BEFORE UPDATE ON notes', BEFORE),
        trigger('after', 'AFTER UPDATE ON notes', PUT4),
        added(PUT4),
      ],
    ],
    [
      'rows that are left out',
      [NOTES, FTS5, some(onInsert, 'new.n > 3'), some(onDelete, 'old.n > 3'), changed(...SOME)],
    ],
    [
      'rows that are put away and go later',
      [
        LIVE,
        FTS5,
        onInsert,
        changed(TAKE, SOME[1]!.replace('> 3', '= 0')),
        some(onDelete, 'old.n = 0'),
      ],
    ],
    [
      'rows that are put away by a mark',
      [
        MARKED,
        FTS5,
        onInsert,
        some(onDelete, 'old.n IS NULL'),
        trigger('away', 'AFTER UPDATE OF n ON notes WHEN new.n IS NOT NULL', TAKE),
      ],
    ],
    [
      'rows that go by one way alone',
      [MARKED, FTS5, onInsert, onUpdate, some(onDelete, `old.n = 'purged'`)],
    ],
    [
      'rows that change unless they are put away',
      [
        NOTES.replace('n INT', `n TEXT NOT NULL CHECK (n IN ('draft', 'archived', 'live'))`),
        FTS5,
        onInsert,
        onDelete,
        some(onUpdate, `new.n <> 'archived'`),
      ],
    ],
    [
      'text in other letters',
      [NOTES, FTS5, onInsert, onDelete, onUpdate].map((sql) =>
        sql.replace(/(new|old)\.title/g, `upper(replace($1.title, '<b>', ''))`),
      ),
    ],
    [
      'one column that changes',
      [NOTES, FTS5, onInsert, onDelete, onUpdate.replace('UPDATE ON', 'UPDATE OF title ON')],
    ],
    [
      'columns that change one by one',
      [
        NOTES,
        FTS5,
        onInsert,
        onDelete,
        onUpdate.replace('UPDATE ON', 'UPDATE OF title ON'),
        onUpdate.replace('changed', 'also').replace('UPDATE ON', 'UPDATE OF body ON'),
      ],
    ],
    ['a change of text alone', [NOTES, FTS5, onInsert, some(onUpdate, 'old.title <> new.title')]],
    ['a change of something else', [NOTES, FTS5, onInsert, onUpdate.replace('ON', 'OF n ON')]],
    [
      'a row that is changed again',
      [
        NOTES,
        FTS5,
        onInsert,
        onDelete,
        onUpdate,
        changed('UPDATE notes SET n = n + 1 WHERE id = new.id').replace('changed', 'counted'),
      ],
    ],
    [
      'the whole anew',
      [NOTES, FTS5, onInsert, gone(`INSERT INTO search (search) VALUES ('rebuild')`)],
    ],
    [
      'other numbers than rowids',
      [NOTES.replace('PRIMARY KEY', 'UNIQUE NOT NULL'), FTS5, onInsert, onDelete, onUpdate],
    ],
    [
      'other ways to keep words',
      [
        NOTES,
        FTS5.replace(/\)$/, `, tokenize = 'trigram', detail = none, columnsize = 0, prefix = 2)`),
        onInsert,
        onDelete,
        onUpdate,
      ],
    ],
    [
      'a column that is not searched',
      [NOTES, FTS5.replace('body,', 'body UNINDEXED,'), onInsert, onDelete, onUpdate],
    ],
    [
      'a view of some rows',
      [
        NOTES,
        'CREATE VIEW told AS SELECT id, title, body FROM notes WHERE n > 3',
        FTS5.replace("'notes'", 'told'),
        some(onInsert, 'new.n > 3'),
        some(onDelete, 'old.n > 3'),
      ],
    ],
    [
      'a view of two tables',
      [
        'CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT)',
        'CREATE TABLE texts (id INTEGER PRIMARY KEY REFERENCES notes, body TEXT)',
        'CREATE VIEW told AS SELECT id, title, body FROM notes JOIN texts USING (id)',
        FTS5.replace("'notes'", 'told'),
        added('INSERT INTO search (rowid, title) VALUES (new.id, new.title)'),
        trigger(
          'filled',
          'AFTER INSERT ON texts',
          `INSERT INTO search (search, rowid, title) SELECT 'delete', id, title FROM notes WHERE id = new.id`,
          'INSERT INTO search (rowid, title, body) SELECT id, title, new.body FROM notes WHERE id = new.id',
        ),
      ],
    ],
    [
      'a view that takes rows',
      [
        NOTES,
        'CREATE VIEW told AS SELECT id, title, body FROM notes',
        FTS5,
        trigger(
          'taken',
          'INSTEAD OF INSERT ON told',
          'INSERT INTO notes (id, title, body) VALUES (new.id, new.title, new.body)',
          PUT,
        ),
      ],
    ],
    [
      'answers that stand with what they answer',
      [
        NOTES,
        FTS5,
        some(onInsert, 'new.n IS NULL'),
        trigger(
          'answered',
          'AFTER INSERT ON notes WHEN new.n IS NOT NULL',
          `INSERT INTO search (search, rowid, title, body) SELECT 'delete', id, title, body FROM notes WHERE id = new.n`,
          `INSERT INTO search (rowid, title, body) SELECT id, title, body || new.body FROM notes WHERE id = new.n`,
        ),
      ],
    ],
    ...['ABORT', 'FAIL', 'ROLLBACK'].map(
      (how) =>
        [
          `a table that refuses by ${how}`,
          [
            NOTES,
            FTS5,
            onInsert,
            onUpdate,
            trigger('no', 'BEFORE DELETE ON notes', `SELECT RAISE(${how}, 'no')`),
          ],
        ] as [string, string[]],
    ),
    [
      'a change that is refused by ROLLBACK',
      [
        NOTES,
        FTS5,
        onInsert,
        onDelete,
        trigger('no', 'BEFORE UPDATE ON notes', `SELECT RAISE(ROLLBACK, 'no')`),
        onUpdate,
      ],
    ],
    [
      'rows that are passed over',
      [NOTES, FTS5, onInsert, trigger('no', 'BEFORE INSERT ON notes', `SELECT RAISE(IGNORE)`)],
    ],
    ['what is not known here', [NOTES, FTS5, onInsert.replace('new.body', 'strip(new.body)')]],
    [
      'values that are narrow',
      [
        NOTES.replace('title TEXT', 'title TEXT UNIQUE CHECK (length(title) < 9)').replace(
          /$/,
          ' STRICT',
        ),
        FTS5,
        onInsert,
        onDelete,
        onUpdate,
      ],
    ],
    [
      'another key than a number',
      [NOTES.replace(/$/, ' WITHOUT ROWID'), FTS5, onInsert, onDelete, onUpdate],
    ],
    ['its own text', [NOTES, FTS5.replace(/, content=.*\)/, ')'), PUT_OWN()]],
    ['no content', [NOTES, FTS5.replace(/, content=.*\)/, `, content='')`), onInsert]],
    [
      'an index beside it',
      [NOTES, FTS5, 'CREATE TABLE log (a)', added(`INSERT INTO log VALUES ('search')`)],
    ],
    [
      'a column of that name',
      [
        NOTES.replace('n INT', 'n INT, search TEXT'),
        FTS5,
        added('UPDATE notes SET search = title WHERE id = new.id'),
        gone('INSERT INTO notes (search) VALUES (old.search)'),
      ],
    ],
  ])('%s', async (_, statements) => {
    expect(await misfits(statements.join('; '))).toEqual([])
    expect(await misfits(...statements)).toEqual([])
  })
})

function PUT_OWN(): string {
  return added('INSERT INTO search (title) VALUES (new.title)')
}
