// Texts that code reads as JSON: that generated ones are none is no finding, what the history has written is one.
import { describe, expect, test } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const C =
  'CREATE TABLE c (id INTEGER PRIMARY KEY, title TEXT NOT NULL, data TEXT NOT NULL, n INTEGER)'
type Row = Readonly<Record<string, string>>

/** Gives each row of the table, as JSON has it, to `use`. */
const reading =
  (use: (row: Row) => unknown, table = 'c'): Extract<Step['up'], Function> =>
  (db: Database) => {
    for (const row of db.prepare<[], Row>(`SELECT * FROM ${table}`).all())
      db.prepare<unknown[]>('UPDATE c SET title = ? WHERE id = ?').run(String(use(row)), row['id'])
  }

/** An object or a list. */
type Document = Readonly<Record<string, string>> & readonly unknown[]

const parsed = (row: Row, column = 'data'): Document => JSON.parse(row[column]!)

/** What a step of code fails on, behind others. */
async function failures(up: Step['up'], ...earlier: string[]): Promise<string[]> {
  const facts = await factsOf([...(earlier.length > 0 ? earlier : [C]), { up }])
  return facts.map((fact) =>
    fact.kind === 'step-failed' ? `${fact.message} (${fact.column})` : fact.kind,
  )
}

describe('nothing is said of code that reads', () => {
  testSome<[string, Step['up'], ...string[]]>([
    ['an object', reading((row) => parsed(row)['theme'])],
    ['a list', reading((row) => parsed(row).map(String).join())],
    [
      'one with a default of lists',
      reading((row) => parsed(row).join()),
      C.replace('data TEXT NOT NULL', "data TEXT NOT NULL DEFAULT '[]'"),
    ],
    [
      'what the history has made JSON of',
      reading((row) => parsed(row)['text']),
      C,
      "UPDATE c SET data = json_object('text', title)",
    ],
  ])('%s', async (_, up, ...earlier) => expect(await failures(up, ...earlier)).toEqual([]))
})

describe('it is told of code', () => {
  test('that does not look for NULL', async () => {
    const up = reading((row) => parsed(row)['theme'])
    expect(await failures(up, C.replace('data TEXT NOT NULL', 'data TEXT'))).toEqual([
      "Cannot read properties of null (reading 'theme') (data)",
    ])
  })

  test('that fails on another column', async () => {
    const up = reading((row) => parsed(row) && row['n']!.toString())
    expect(await failures(up)).toEqual(["Cannot read properties of null (reading 'toString') (n)"])
  })

  testSome<[string, ...string[]]>([
    ['by a default', C.replace('data TEXT NOT NULL', "data TEXT NOT NULL DEFAULT ''")],
    ['from another column', C, 'UPDATE c SET data = title'],
  ])('that reads texts which the history has put there %s', async (_, ...earlier) => {
    const [one, ...others] = await failures(
      reading((row) => parsed(row)['theme']),
      ...earlier,
    )
    expect([one, others]).toEqual([expect.stringContaining('is not valid JSON'), []])
  })
})

const REMOVING = "UPDATE c SET data = json_remove(data, '$.theme') WHERE data IS NOT NULL"

describe('JSON that SQL reads', () => {
  const byCode: readonly [string, Step['up']][] = [
    ['in a file', REMOVING],
    ['in code', (db: Database) => void db.exec(REMOVING)],
    [
      'in a query of code',
      (db: Database) => {
        const rows = db.prepare<[], Row>("SELECT id, data ->> 'theme' AS theme FROM c").all()
        const set = db.prepare<unknown[]>('UPDATE c SET title = ? WHERE id = ?')
        for (const { id, theme } of rows) set.run(theme ?? 'none', id)
      },
    ],
  ]

  testSome(byCode)('may be taken for granted: %s', async (_, up) => {
    expect(await failures(up)).toEqual([])
  })

  testSome(byCode)(
    'is told to be none where the column begins as another text: %s',
    async (_, up) => {
      const table = C.replace('data TEXT NOT NULL', "data TEXT NOT NULL DEFAULT 'none'")
      expect(await failures(up, table)).toEqual(['malformed JSON (undefined)'])
    },
  )
})
