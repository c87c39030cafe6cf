// What is remembered of a replay: which changes make which versions be proven anew, and what is never remembered.
import { cpSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testSome } from '../../support/some-of.js'
import { readMemory, writeMemory } from '../../../codegen/project/memory-file.js'
import { readAndProve } from '../../../codegen/pipeline.js'
import type { ProvenReading } from '../../../codegen/proven-reading.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import { addFiles } from '../../support/project.js'
import { readAndProveHere } from '../proven/prove-project.js'
import { code, replayed, table } from './project.js'

const CONFIG = 'lockstep.config.mjs'
const HISTORY = {
  'migrations/001_a.sql': table('a'),
  'migrations/002_b.ts': code(
    'db.exec(`CREATE TABLE b (id INTEGER PRIMARY KEY, name TEXT DEFAULT ${NAME})`)',
    "import { NAME } from '../src/name.js'",
  ),
  'migrations/003_c.sql': table('c'),
  'migrations/004_d.ts': code("db.exec('CREATE TABLE d (id INTEGER PRIMARY KEY)')"),
  'src/name.ts': 'export const NAME = 1\n',
  [CONFIG]: 'export default { seeds: {} }\n',
}

function project(): GenerateSettings {
  const settings = replayed(HISTORY)
  return { ...settings, config: { file: join(settings.root, CONFIG), database: null } }
}

/** A project that was proven once, and is put back to that whenever it is asked for. */
function proven(
  make: () => GenerateSettings,
  prove: (settings: GenerateSettings) => Promise<ProvenReading> = readAndProveHere,
): () => Promise<GenerateSettings> {
  let settings: GenerateSettings | undefined
  return async () => {
    const saved = (root: string): string => `${root}-saved`
    const options = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true }
    if (settings) {
      rmSync(settings.root, { recursive: true })
      cpSync(saved(settings.root), settings.root, options)
      return settings
    }
    const made = make()
    expect((await prove(made)).proof?.complete).toBe(true)
    cpSync(made.root, saved(made.root), options)
    return (settings = made)
  }
}

const fourVersions = proven(project)

function memoryOf({ root }: GenerateSettings): string {
  const folder = join(root, 'node_modules/.cache/lockstep')
  const name = readdirSync(folder).find((one) => one.startsWith('proof-'))
  return join(folder, name ?? 'proof')
}

interface Memory {
  versions: { proof: { version: number; facts: unknown[] } }[]
}

const read = (file: string): Memory => readMemory(file) as Memory

/** Marks what is remembered of each version, so that the versions whose proof was taken from there can be told. */
function mark(settings: GenerateSettings): void {
  const file = memoryOf(settings)
  const memory = read(file)
  for (const { proof } of memory.versions) {
    proof.facts = [{ kind: 'unseeded', version: proof.version, table: 'marked', reason: '' }]
  }
  writeMemory(file, memory)
}

/** The versions that were remembered of the first run and not proven again in the second. */
async function remembered(
  change: (settings: GenerateSettings) => Partial<GenerateSettings> | void,
): Promise<number[]> {
  const settings = await fourVersions()
  mark(settings)
  const { proof } = await readAndProveHere({ ...settings, ...change(settings) })
  return (proof?.versions ?? [])
    .filter(({ facts }) => JSON.stringify(facts).includes('"marked"'))
    .map(({ version }) => version)
}

const put =
  (name: string, text: string) =>
  ({ root }: GenerateSettings): void =>
    addFiles(root, { [name]: text })

const SECOND = HISTORY['migrations/002_b.ts']
const THIRD = HISTORY['migrations/003_c.sql']

testSome([
  ['all, when nothing has changed', () => {}, [1, 2, 3, 4]],
  [
    'all, when only the formatting of code has',
    put('migrations/002_b.ts', SECOND.replace('  db', '\n\n      db')),
    [1, 2, 3, 4],
  ],
  [
    'all, when only a comment in an SQL file has',
    put('migrations/003_c.sql', `-- note\n${THIRD}`),
    [1, 2, 3, 4],
  ],
  ['all four, with a fifth beside them', put('migrations/005_e.sql', table('e')), [1, 2, 3, 4]],
  ['those before one whose `up` is another', put('migrations/003_c.sql', table('other')), [1, 2]],
  [
    'those before one whose `down` is another',
    put('migrations/003_c.sql', THIRD.replace('DROP TABLE c;', 'DROP TABLE c; SELECT 1;')),
    [1, 2],
  ],
  [
    'those before one that lost its `down`',
    put(
      'migrations/003_c.sql',
      THIRD.replace(/-- migrate:down[^]*/, '').replace('-- migrate:up', '-- irreversible: no'),
    ),
    [1, 2],
  ],
  [
    'those before one whose SQL a database keeps in another way',
    put('migrations/003_c.sql', THIRD.replace('(id', '( id')),
    [1, 2],
  ],
  [
    'those before one that imports what has changed',
    put('src/name.ts', 'export const NAME = 2\n'),
    [1],
  ],
  [
    'none, when the configuration has changed',
    put(CONFIG, 'export default { seeds: { a: [] } }\n'),
    [],
  ],
  ['none, when other tables are ignored', () => ({ ignoreTables: ['z'] }), []],
  ['none, when the ledger has another name', () => ({ table: '_ledger' }), []],
  [
    'none, when what was remembered is cut off',
    (settings: GenerateSettings) => writeFileSync(memoryOf(settings), '{'),
    [],
  ],
  [
    'none, when one letter of what was remembered is another',
    (settings: GenerateSettings) => {
      const file = memoryOf(settings)
      writeFileSync(file, readFileSync(file, 'utf8').replace('marked', 'narked'))
    },
    [],
  ],
  [
    'none, when what was remembered is something else',
    (settings: GenerateSettings) =>
      writeMemory(memoryOf(settings), { versions: [null], sqlite: '3' }),
    [],
  ],
  [
    'none, when what was remembered is gone',
    (settings: GenerateSettings) => rmSync(memoryOf(settings)),
    [],
  ],
] as const)('of four versions: %s', async (_what, change, expected) => {
  expect(await remembered(change)).toEqual(expected)
})

test('what is remembered proves the same as what is not', async () => {
  const settings = project()
  const first = await readAndProveHere(settings)
  const again = await readAndProveHere(settings)
  rmSync(memoryOf(settings))
  addFiles(settings.root, { 'migrations/005_e.sql': table('e') })
  const whole = await readAndProveHere(settings)
  rmSync(join(settings.root, 'migrations/005_e.sql'))
  await readAndProveHere(settings)
  addFiles(settings.root, { 'migrations/005_e.sql': table('e') })
  expect(first.proof?.versions).toHaveLength(4)
  expect(again.proof).toEqual(first.proof)
  expect((await readAndProveHere(settings)).proof).toEqual(whole.proof)
})

describe('the statements that code ran are remembered, and where they stand', () => {
  const CODE = `import { empty } from './_empty.js'
export const irreversible = 'no'
export function up(db, { rebuild }) {
  for (const table of ['a', 'a']) db.exec(\`DELETE FROM \${table}\`)
  empty(db)
  rebuild('b', { create: 'CREATE TABLE b (id INTEGER PRIMARY KEY)' })
  if (db.name === 'pg') db.exec('COMMIT')
}
`
  const EMPTY = "export const empty = (db) => db.exec(['UPDATE a', 'SET id = id'].join(' '))\n"
  const files = {
    'migrations/001_a.sql': table('a'),
    'migrations/002_b.ts': code("db.exec('CREATE TABLE b (id INTEGER PRIMARY KEY, n)')"),
    'migrations/003_c.ts': CODE,
    'migrations/_empty.ts': EMPTY,
  }
  const place = ({ line, column, code: found }: Diagnostic) => `${line}:${column} ${found}`

  test('where they stand', async () => {
    const { diagnostics } = await readAndProveHere(replayed(files))
    expect(diagnostics.map(place)).toEqual([
      '4:43 WRITE_WITHOUT_WHERE',
      '5:3 WRITE_WITHOUT_WHERE',
      '6:3 COLUMN_DROPPED',
    ])
  })

  const statements = proven(() => replayed(files))

  testSome([
    ['nothing', {}, 3],
    ['the formatting', { '003_c.ts': `\n\n${CODE.replaceAll('\n  ', '\n      ')}` }, 3],
    ['a comment', { '003_c.ts': CODE.replaceAll('db.', '/* the handle */ db.') }, 3],
    ['a function that nobody calls', { '003_c.ts': `const no = (x) => x.y\n${CODE}` }, 2],
    ['the helper', { '_empty.ts': `\n${EMPTY}` }, 2],
  ])('when %s has changed', async (_what, changed, known) => {
    const settings = await statements()
    const now = Object.entries(changed).map(([name, text]) => [`migrations/${name}`, text])
    addFiles(settings.root, Object.fromEntries(now) as Record<string, string>)
    const warm = await readAndProveHere(settings)
    rmSync(memoryOf(settings))
    const cold = await readAndProveHere(settings)
    expect(warm.known).toBe(known)
    expect(cold.known).toBe(0)
    expect(warm.diagnostics).toEqual(cold.diagnostics)
    expect(warm.proof).toEqual(cold.proof)
  })
})

describe('what a later version tells of columns counts for those before it', () => {
  const script = (up: string, down: string): string =>
    `-- migrate:up\n${up}\n-- migrate:down\n${down}\n`
  const before = {
    'migrations/001_a.sql': script(
      `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER NOT NULL);`,
      'DROP TABLE posts;\nDROP TABLE users;',
    ),
    'migrations/002_b.sql': script(
      `CREATE TABLE new_posts (id INTEGER PRIMARY KEY, author INTEGER NOT NULL, who TEXT NOT NULL);
INSERT INTO new_posts (id, author, who)
  SELECT posts.id, author, name FROM posts JOIN users ON users.id = author;
DROP TABLE posts;
ALTER TABLE new_posts RENAME TO posts;`,
      'ALTER TABLE posts DROP COLUMN who;',
    ),
    'migrations/003_c.sql': table('c'),
  }
  const later = {
    'migrations/004_d.sql': script(
      'CREATE TABLE likes (id INTEGER PRIMARY KEY, author INTEGER NOT NULL REFERENCES users (id));',
      'DROP TABLE likes;',
    ),
  }
  /** How many rows are lost: most where no row is known to have an author, else those whose author is gone. */
  const lossIn = async (settings: GenerateSettings): Promise<string | undefined> => {
    const { diagnostics } = await readAndProveHere(settings)
    const found = diagnostics.find(({ code: one }) => one === 'ROWS_LOST')
    return /loses (.*?) rows/.exec(found?.message ?? '')?.[1]
  }
  const [MOST, SOME] = ['6 of 10', '3 of 8']

  test('when it comes', async () => {
    const settings = replayed(before)
    expect(await lossIn(settings)).toBe(MOST)
    addFiles(settings.root, later)
    expect(await lossIn(settings)).toBe(SOME)
  })

  test('and when it goes', async () => {
    const settings = replayed({ ...before, ...later })
    expect(await lossIn(settings)).toBe(SOME)
    rmSync(join(settings.root, 'migrations/004_d.sql'))
    expect(await lossIn(settings)).toBe(MOST)
  })
})

test('a version that failed is tried again', async () => {
  const failing = code("if (!process.env['LOCKSTEP_TRIED']) throw new TypeError('not now')")
  const settings = replayed({
    'migrations/001_a.sql': table('a'),
    'migrations/002_b.ts': failing,
    'migrations/003_c.sql': table('c'),
  })
  const first = await readAndProveHere(settings)
  expect(first.ok).toBe(false)
  expect(read(memoryOf(settings)).versions.map(({ proof }) => proof.version)).toEqual([1])
  process.env['LOCKSTEP_TRIED'] = 'yes'
  try {
    const again = await readAndProveHere(settings)
    expect(again.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(again.proof?.complete).toBe(true)
  } finally {
    delete process.env['LOCKSTEP_TRIED']
  }
})

test('a folder that the configuration lists is a part of what is remembered, and no other', async () => {
  const settings = { ...project(), opens: true as const }
  const { root } = settings
  const config = `import { readdirSync } from 'node:fs'
import Database from 'better-sqlite3'
export default {
  open(path) {
    const db = new Database(path)
    for (const name of readdirSync(${JSON.stringify(join(root, 'functions'))})) db.function(name.at(0), () => 1)
    return db
  },
}
`
  addFiles(root, { [CONFIG]: config, 'functions/a.txt': 'a' })
  const known = async (): Promise<number> => (await readAndProve(settings)).known
  expect(await known()).toBe(0)
  addFiles(root, { 'other/b.txt': 'b', 'functions/a.txt': 'b' })
  expect(await known()).toBe(4)
  addFiles(root, { 'functions/b.txt': 'b' })
  expect(await known()).toBe(0)
})

describe('what is loaded of packages is a part of what is remembered', () => {
  const packaged = (name: string, text: string, version = '1.0.0'): Record<string, string> => ({
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version, main: 'main.js' }),
    [`node_modules/${name}/main.js`]: text,
    [`node_modules/${name}/unused.js`]: '',
  })
  const FIRST = packaged('first', "exports.sql = () => require('second').sql")
  const SECOND = packaged('second', "exports.sql = 'CREATE TABLE x (id INTEGER PRIMARY KEY)'")

  /** In processes, each of which loads the packages anew. */
  const packages = proven(
    () =>
      replayed({
        ...FIRST,
        ...SECOND,
        'migrations/001_a.ts': code('db.exec(sql())', "import { sql } from 'first'"),
      }),
    async (settings) => {
      const first = await readAndProve(settings)
      expect([first.ok, first.known]).toEqual([true, 0])
      expect(first.consulted.filter((file) => file.includes('better-sqlite3'))).toHaveLength(1)
      return first
    },
  )

  testSome<[string, (root: string) => void, number]>([
    ['nothing', () => {}, 1],
    [
      'a file that is not loaded',
      (root) => addFiles(root, { 'node_modules/first/unused.js': '//' }),
      1,
    ],
    [
      'its version',
      (root) => addFiles(root, packaged('first', FIRST['node_modules/first/main.js']!, '2.0.0')),
      0,
    ],
    [
      'what it exports',
      (root) => addFiles(root, packaged('first', "exports.sql = () => 'CREATE TABLE y (id)'")),
      0,
    ],
    [
      'a package that it loads',
      (root) => addFiles(root, packaged('second', "exports.sql = 'CREATE TABLE y (id)'")),
      0,
    ],
    [
      'a nearer package of its name',
      (root) => {
        const files = Object.entries(packaged('first', "exports.sql = () => 'CREATE TABLE y (id)'"))
        addFiles(join(root, 'migrations'), Object.fromEntries(files))
      },
      0,
    ],
    [
      'a link to another one',
      (root) => {
        rmSync(join(root, 'node_modules/first'), { recursive: true })
        addFiles(root, {
          'packages/first/package.json': '{"main":"main.js"}',
          'packages/first/main.js': "exports.sql = () => 'CREATE TABLE y (id)'",
        })
        symlinkSync(join(root, 'packages/first'), join(root, 'node_modules/first'))
      },
      0,
    ],
  ])('%s has changed', async (_what, change, known) => {
    const settings = await packages()
    change(settings.root)
    expect((await readAndProve(settings)).known).toBe(known)
  })

  test('of a linked one, the sources', async () => {
    const settings = replayed({
      'packages/linked/package.json': '{"main":"main.js"}',
      'packages/linked/main.js': "exports.sql = () => 'CREATE TABLE x (id)'",
      'migrations/001_a.ts': code('db.exec(sql())', "import { sql } from 'linked'"),
    })
    symlinkSync(join(settings.root, 'packages/linked'), join(settings.root, 'node_modules/linked'))
    expect((await readAndProve(settings)).ok).toBe(true)
    expect((await readAndProve(settings)).known).toBe(1)
    addFiles(settings.root, {
      'packages/linked/main.js': "exports.sql = () => 'CREATE TABLE y (id)'",
    })
    expect((await readAndProve(settings)).known).toBe(0)
  })
})
