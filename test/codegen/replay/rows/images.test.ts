// Databases with rows that are kept for the next replay: it finds what replaying everything would find, only sooner.
import { mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { proveRows } from '../../../../codegen/replay/rows/prove-rows.js'
import type { HistoryRun } from '../../../../codegen/replay/sides/history-run.js'
import type { RowFacts } from '../../../../codegen/replay/sides/results.js'
import { someOf, testSome } from '../../../support/some-of.js'
import { historyOf, type Step } from './prove-history.js'

type Steps = readonly (Step | string)[]

/** Something depends on what came before in nearly every version. */
const LONG: Steps = [
  'CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT UNIQUE, b TEXT)',
  'CREATE TABLE c (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES p ON DELETE CASCADE, n INTEGER)',
  'CREATE UNIQUE INDEX c_n ON c (n)',
  "CREATE TABLE never (a CHECK (a <> a AND 0) NOT NULL); INSERT INTO p (a) VALUES ('own')",
  'DELETE FROM p WHERE b IS NULL',
  'UPDATE c SET n = abs(n)',
  { up: 'ALTER TABLE c ADD COLUMN late TEXT', down: 'ALTER TABLE c DROP COLUMN late' },
  'DROP TABLE never; CREATE TABLE never (a CHECK (a <> a AND 0) NOT NULL)',
  {
    up: 'CREATE TABLE n (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT, a TEXT); INSERT INTO n SELECT * FROM p; DROP TABLE p; ALTER TABLE n RENAME TO p',
    down: 'DELETE FROM p; CREATE UNIQUE INDEX p_b ON p (b)',
  },
  'CREATE UNIQUE INDEX p_a ON p (lower(a))',
  { up: 'UPDATE p SET a = b', down: 'CREATE UNIQUE INDEX c_late ON c (late)' },
  "UPDATE c SET n = NULL WHERE late IN ('u', 'v', 'w')",
  { up: 'ALTER TABLE c ADD COLUMN more TEXT', down: 'ALTER TABLE c DROP COLUMN more' },
  "UPDATE c SET owner = NULL WHERE late = 'x' AND more = 'y'",
]

let folder = ''
/** How many databases were made, and how many of them from bytes. */
let opened = { fresh: 0, kept: 0 }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-images-'))
})

const open = (content: string | Buffer): Database =>
  new BetterSqlite3(content) as unknown as Database

/** A history that keeps its databases; keys stand for the versions and all before them, as in a project. */
function keeping(steps: Steps, options: Partial<HistoryRun> = {}): HistoryRun {
  opened = { fresh: 0, kept: 0 }
  const keys = steps.map((_, index) =>
    Buffer.from(JSON.stringify(steps.slice(0, index + 1).map(String)))
      .toString('hex')
      .slice(-40),
  )
  return historyOf(steps, {
    async open() {
      opened.fresh++
      return open(':memory:')
    },
    images: {
      stem: join(folder, 'rows'),
      keys: keys.map((key, index) => `${index}x${key}`),
      async open(content) {
        opened.kept++
        return open(Buffer.from(content))
      },
    },
    ...options,
  })
}

/** The same without anything kept. */
const anew = (steps: Steps, options: Partial<HistoryRun> = {}): Promise<RowFacts> =>
  proveRows(historyOf(steps, options))

const files = (): string[] => readdirSync(folder).sort()

describe('a history that goes on', () => {
  const BEHIND = LONG.slice(1).map((_, index) => index + 1)
  testSome(someOf(BEHIND, 3))(
    'finds behind version %i what it finds from the beginning',
    async (provenTo) => {
      await proveRows(keeping(LONG.slice(0, provenTo)))
      expect(await proveRows(keeping(LONG, { provenTo }))).toEqual(await anew(LONG, { provenTo }))
      expect(opened.kept).toBe(1)
    },
  )

  it('goes on from version to version', async () => {
    for (const [index] of LONG.entries()) {
      const steps = LONG.slice(0, index + 1)
      const found = await proveRows(keeping(steps, { provenTo: index }))
      expect(opened.kept).toBe(index > 0 ? 1 : 0)
      // Compared now and then, since what is wrong with one goes on in those behind it.
      expect(found).toEqual(index % 4 === 1 ? await anew(steps, { provenTo: index }) : found)
    }
  })

  it('replays nothing that is known', async () => {
    await proveRows(keeping(LONG.slice(0, 2)))
    const reported: number[] = []
    const report = (version: number): void => void reported.push(version)
    await proveRows(keeping(LONG.slice(0, 3), { provenTo: 2, report }))
    expect(new Set(reported)).toEqual(new Set([3]))
  })

  it('keeps a database for writing the last version again and again', async () => {
    await proveRows(keeping(LONG.slice(0, 4)))
    for (const last of [
      'DELETE FROM c',
      'UPDATE p SET b = a',
      'CREATE UNIQUE INDEX p_b ON p (b)',
    ]) {
      const steps = [...LONG.slice(0, 4), last]
      expect(await proveRows(keeping(steps, { provenTo: 4 }))).toEqual(
        await anew(steps, { provenTo: 4 }),
      )
      expect([opened.kept, files().length]).toEqual([1, 2])
    }
  })

  it('has inserted example rows but once', async () => {
    const seeds = { p: [{ a: 'one' }, { a: 'two', b: 'given' }], c: [{ n: 5, late: 'yes' }] }
    await proveRows(keeping(LONG.slice(0, 6), { seeds }))
    const options = { provenTo: 6, seeds }
    expect(await proveRows(keeping(LONG, options))).toEqual(await anew(LONG, options))
    expect(opened.kept).toBe(1)
  })
})

describe('a database that is kept', () => {
  it('is of no use where a later version tells more about the columns before it', async () => {
    const made = 'CREATE TABLE e (id INTEGER PRIMARY KEY, payload TEXT NOT NULL)'
    const reads = "UPDATE e SET payload = payload ->> '$.x' WHERE payload ->> '$.x' NOT NULL"
    await proveRows(keeping([made]))
    const run = keeping([made, reads], { provenTo: 1 })
    expect((await proveRows(run)).flatMap(({ facts }) => facts)).toEqual([])
    expect(opened.kept).toBe(0)
  })

  it('is of use where a later version tells about columns of its own', async () => {
    await proveRows(keeping(['CREATE TABLE users (id INTEGER PRIMARY KEY)']))
    const posts = 'CREATE TABLE posts (author INTEGER REFERENCES users, payload TEXT)'
    const reads = "CREATE INDEX posts_x ON posts (payload ->> '$.x')"
    const steps = ['CREATE TABLE users (id INTEGER PRIMARY KEY)', `${posts}; ${reads}`]
    await proveRows(keeping(steps, { provenTo: 1 }))
    expect(opened.kept).toBe(1)
  })

  testSome([
    ['cut off', (file: string) => truncateSync(file, 500)],
    ['damaged', (file: string) => writeFileSync(file, readFileSync(file).fill(7, 900, 940))],
  ])('costs only time when its file is %s', async (_, damage) => {
    await proveRows(keeping(LONG.slice(0, 5)))
    for (const file of files()) damage(join(folder, file))
    const options = { provenTo: 5 }
    expect(await proveRows(keeping(LONG, options))).toEqual(await anew(LONG, options))
    expect(opened.kept).toBe(0)
  })

  it('costs only time when the client cannot open it', async () => {
    await proveRows(keeping(LONG.slice(0, 5)))
    const run = keeping(LONG, { provenTo: 5 })
    const images = { ...run.images!, open: async () => open(Buffer.alloc(4096, 'x')) }
    expect(await proveRows({ ...run, images })).toEqual(await anew(LONG, { provenTo: 5 }))
  })

  it('costs only time where nothing can be written', async () => {
    const run = keeping(LONG.slice(0, 3))
    writeFileSync(join(folder, 'file'), '')
    const images = { ...run.images!, stem: join(folder, 'file', 'rows') }
    expect(await proveRows({ ...run, images })).toEqual(await anew(LONG.slice(0, 3)))
  })
})

describe('nothing is kept', () => {
  testSome([
    [
      'code, which may leave something in its modules',
      { up: (db: Database) => void db.exec('SELECT 1') },
    ],
    ['a setting of the connection', 'PRAGMA recursive_triggers = ON'],
    ['a temporary table', 'CREATE TEMP TABLE scratch (a)'],
    ['another database', { up: "ATTACH ':memory:' AS other", transaction: false }],
  ] as const)('behind %s', async (_, step) => {
    await proveRows(keeping(['CREATE TABLE t (a)', step, 'CREATE TABLE u (a)']))
    expect(files()).toEqual([])
  })

  it('is kept before it', async () => {
    await proveRows(keeping(['CREATE TABLE t (a)', { up: () => {} }]))
    expect(files()).toHaveLength(1)
  })
})
