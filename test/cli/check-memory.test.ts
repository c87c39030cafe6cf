// What earlier runs remember is believed by a check only where nobody else can have written it, or where one says so.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { testSome } from '../support/some-of.js'
import { openGenerateCache } from '../../codegen/generate-cache.js'
import { memoryFolder, readMemory, writeMemory } from '../../codegen/project/memory-file.js'
import { generate } from '../../codegen/generate.js'
import { withMemory } from '../../src/cli/generate/choose-memory.js'
import { buildSettings } from '../../src/cli/settings/build-settings.js'
import { loadSettings } from '../../src/cli/settings/load-settings.js'
import type { Sources } from '../../src/cli/settings/settings.js'
import { answerOf } from './support/sources.js'
import { addFiles } from '../support/project.js'
import { migrationProject } from './support/project.js'
import { processesApart, processesHere } from '../support/processes-here.js'

processesHere()

const USERS =
  '-- migrate:up\nCREATE TABLE users (id INTEGER PRIMARY KEY);\n-- migrate:down\nDROP TABLE users;\n'
/** Fails, which nothing but replaying it shows; the other one fails only where there are rows. */
const BROKEN =
  '-- migrate:up\nINSERT INTO nowhere VALUES (1);\n-- migrate:down\nDELETE FROM nowhere;\n'
const NARROW =
  '-- migrate:up\nCREATE TABLE t (a TEXT NOT NULL);\nINSERT INTO t SELECT NULL FROM users;\n-- migrate:down\nDROP TABLE t;\n'

const sourcesOf = (cwd: string): Sources => ({ flags: {}, cwd, environment: {} })

/** Says that everything is proven, in the words of an honest memory. */
async function forgeGeneration(root: string): Promise<void> {
  const settings = buildSettings(await loadSettings(sourcesOf(root)))
  const files = readdirSync(settings.out).map((name) => `generated/${name}`)
  const remembered = {
    diagnostics: [],
    migrations: 2,
    head: 2,
    files,
    replayed: true,
    drafts: [],
    made: { objects: {}, needs: [] },
    scaled: [],
  }
  openGenerateCache(settings).remember(remembered, [])
}

const memoriesOf = (root: string, kind: string): string[] => {
  const folder = memoryFolder(root)!
  return readdirSync(folder).flatMap((name) => (name.startsWith(kind) ? [join(folder, name)] : []))
}

/** Takes out of a proof that was remembered everything that speaks against the migrations. */
function forgeProof(root: string): void {
  for (const file of memoriesOf(root, 'proof-')) {
    const stored = readMemory(file) as { versions: { proof: { facts: unknown[] } }[] }
    expect(stored.versions.some(({ proof }) => proof.facts.length > 0)).toBe(true)
    for (const { proof } of stored.versions) proof.facts = []
    writeMemory(file, stored)
  }
}

/** Lets the configuration do what its file does not say; it is bundled here once more, since processes of tests have another build. */
async function forgeBundle(root: string): Promise<void> {
  await loadSettings(sourcesOf(root))
  for (const file of memoriesOf(root, 'bundle-')) {
    const stored = readMemory(file) as { code: string }
    writeMemory(file, { ...stored, code: "throw new TypeError('forged')" })
  }
}

const believed = (root: string, argv: readonly string[], environment = {}) =>
  answerOf(root, ['check', ...argv], environment)

/** The ways of not believing earlier runs; the last two are one way, spelled differently. */
const DISTRUST: readonly (readonly [readonly string[], Readonly<Record<string, string>>])[] = [
  [['--no-cache'], {}],
  [[], { CI: 'true' }],
  [[], { CI: '1' }],
]

describe('a forged memory', () => {
  test('of a whole generation is believed by those who trust it alone', async () => {
    const root = migrationProject({ '001_users.sql': USERS, '002_broken.sql': BROKEN })
    await answerOf(root, ['gen', '--no-replay'])
    mkdirSync(join(root, 'generated'), { recursive: true })
    await forgeGeneration(root)
    for (const [argv, environment] of [
      [[], {}],
      [['--cache'], { CI: 'true' }],
      [[], { CI: 'false' }],
      [[], { CI: '0' }],
      [[], { CI: '' }],
    ] as const) {
      const { exitCode, stdout } = await believed(root, argv, environment)
      expect(exitCode).toBe(0)
      expect(stdout).toContain('2 versions proven (none replayed now)')
    }
    for (const [argv, environment] of DISTRUST) {
      const { exitCode, stdout } = await believed(root, argv, environment)
      expect(exitCode).toBe(1)
      expect(stdout).toContain('REPLAY_UP_FAILED')
      expect(stdout).toContain('no earlier run trusted')
    }
    // To generate is to trust oneself, under CI as well.
    expect((await answerOf(root, ['gen', '--check'], { CI: 'true' })).exitCode).toBe(0)
  })

  test('of a proof is not believed under CI, nor where that is forbidden', async () => {
    const root = migrationProject({ '001_users.sql': USERS, '002_narrow.sql': NARROW })
    expect((await believed(root, [])).stdout).toContain('REPLAY_FAILS_ON_ROWS')
    forgeProof(root)
    expect((await believed(root, [])).stdout).not.toContain('REPLAY_FAILS_ON_ROWS')
    for (const [argv, environment] of DISTRUST.slice(0, 2)) {
      const { stdout } = await believed(root, argv, environment)
      expect(stdout).toContain('REPLAY_FAILS_ON_ROWS')
      expect(stdout).toContain('(all now), no earlier run trusted')
    }
  })

  test('of the configuration is not run', async () => {
    const root = migrationProject({ '001_users.sql': USERS })
    await answerOf(root, ['gen', '-q'])
    await forgeBundle(root)
    expect((await believed(root, [])).stderr).toContain('forged')
    for (const [argv, environment] of DISTRUST.slice(0, 2)) {
      const { stdout, stderr, exitCode } = await believed(root, argv, environment)
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
      expect(stdout).toContain('1 version proven (all replayed now), no earlier run trusted')
    }
  })
})

test('programs are told how much was only remembered', async () => {
  const root = migrationProject({ '001_users.sql': USERS })
  await answerOf(root, ['gen', '-q'])
  const answers = [[], ['--no-cache']].map(async (argv) =>
    JSON.parse((await believed(root, ['--json', ...argv])).stdout),
  )
  expect(await Promise.all(answers)).toMatchObject([
    { ok: true, proven: 1, remembered: 1 },
    { ok: true, proven: 1, remembered: 0 },
  ])
})

test('what a run has made itself it uses, and leaves nothing behind', async () => {
  const root = migrationProject({ '001_users.sql': USERS })
  await answerOf(root, ['gen', '-q'])
  const before = readdirSync(memoryFolder(root)!)
  let folder = ''
  await withMemory('this run', sourcesOf(root), async (sources) => {
    folder = sources.memory!
    const settings = buildSettings(await loadSettings(sources))
    const replayed = []
    for (let time = 0; time < 2; time++) {
      replayed.push((await generate(settings, { write: false })).replayedNow)
    }
    expect(replayed).toEqual([1, 0])
    expect(readdirSync(folder).map((name) => name.split('-')[0])).toEqual(
      expect.arrayContaining(['bundle', 'generate', 'proof']),
    )
  })
  expect(existsSync(folder)).toBe(false)
  const failing = withMemory('this run', sourcesOf(root), async ({ memory }) => {
    folder = memory!
    throw new RangeError('broken off')
  })
  await expect(failing).rejects.toThrow('broken off')
  expect(existsSync(folder)).toBe(false)
  expect(readdirSync(memoryFolder(root)!)).toEqual(before)
})

test('who says both is asked again', async () => {
  const root = migrationProject({ '001_users.sql': USERS })
  const { exitCode, stderr } = await believed(root, ['--cache', '--no-cache'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('--cache and --no-cache contradict each other')
})

testSome(['generate-', 'proof-'])(
  'a memory of the kind %s that gives objects another prototype gives it to none',
  async (kind) => {
    const root = migrationProject({ '001_users.sql': USERS })
    await answerOf(root, ['gen', '-q'])
    for (const file of memoriesOf(root, kind)) {
      const text = readFileSync(file, 'utf8').split('\n')[1]!
      const forged = text.replace(/^\{|(?<="proof":)\{/g, '{"__proto__":{"forged":true},')
      writeMemory(file, JSON.parse(forged))
    }
    if (kind === 'proof-') memoriesOf(root, 'generate-').forEach((file) => rmSync(file))
    const { exitCode, stdout } = await believed(root, [])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('1 version proven (none replayed now)')
    expect(({} as { forged?: true }).forged).toBeUndefined()
  },
)

describe('what the configuration reads while it is loaded', () => {
  // Where they are, what is read is noted.
  processesApart()

  /** A project whose configuration depends on what it does not import, and whose migration fails on a text `broken`. */
  const reading = (config: string): string => {
    const root = migrationProject({
      '001_t.sql':
        '-- migrate:up\nCREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, w TEXT);\n-- irreversible: a test\n',
      '002_uses.sql':
        "-- migrate:up\nCREATE TABLE n (v TEXT CHECK (v IS NOT 'broken'));\nINSERT INTO n SELECT v FROM t;\nINSERT INTO n SELECT fn(v) FROM t;\n-- irreversible: a test\n",
    })
    const beside = (name: string): string => JSON.stringify(join(root, name))
    addFiles(root, {
      'lockstep.config.ts': `import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import Database from 'better-sqlite3'
const from = (name) => ${beside('')} + '/' + name
${config}`,
    })
    return root
  }

  const isReplayed = async (root: string): Promise<boolean> => {
    const { stdout } = await believed(root, [])
    return !stdout.includes('(none replayed now)')
  }

  test('example rows and a function of its own are a part of what is remembered as failing', async () => {
    const root = reading(`const read = (name) => JSON.parse(readFileSync(from(name), 'utf8'))
export default {
  seeds: { t: read('rows.json') },
  open: (path, o) => { const db = new Database(path, o), v = read('fn.json'); db.function('fn', (_) => v); return db },
}
`)
    const given = (v: string, fn: string): void =>
      addFiles(root, {
        'rows.json': JSON.stringify([{ id: 1, v, w: 'x' }]),
        'fn.json': JSON.stringify(fn),
      })
    given('broken', 'a text')
    expect((await answerOf(root, ['gen'])).exitCode).toBe(1)
    given('a text', 'a text')
    expect(await answerOf(root, ['gen'])).toMatchObject({ exitCode: 0, stderr: '' })
    expect(await isReplayed(root)).toBe(false)
    for (const [v, fn] of [
      ['broken', 'a text'],
      ['a text', 'broken'],
    ] as const) {
      given(v, fn)
      expect((await believed(root, [])).exitCode, `${v}, ${fn}`).toBe(1)
    }
  })

  test('variables of the environment that are asked for, and a file that is read when it opens', async () => {
    const root = reading(`const loaded = process.env.TEST_LOADED
export default {
  open: async (path, o) => {
    const db = new Database(path, o), texts = [loaded, process.env.TEST_OPEN, await readFile(from('read.txt'), 'utf8')]
    db.function('fn', (_) => texts.includes('broken') ? 'broken' : texts.join())
    return db
  },
}
`)
    const given = (loaded: string | undefined, opens: string, read: string): void => {
      vi.stubEnv('TEST_LOADED', loaded)
      vi.stubEnv('TEST_OPEN', opens)
      addFiles(root, { 'read.txt': read })
    }
    try {
      given('a', 'b', 'c')
      expect(await answerOf(root, ['gen'])).toMatchObject({ exitCode: 0, stderr: '' })
      vi.stubEnv('TEST_OTHER', 'd')
      addFiles(root, { 'other.txt': 'e' })
      expect(await isReplayed(root)).toBe(false)
      for (const which of [0, 1, 2]) {
        const [loaded = '', opens = '', read = ''] = ['a', 'b', 'c'].with(which, 'broken')
        given(loaded, opens, read)
        expect((await believed(root, [])).exitCode, String(which)).toBe(1)
      }
      given('a', 'b', 'another')
      expect(await isReplayed(root)).toBe(true)
      given(undefined, 'b', 'c')
      expect(await isReplayed(root)).toBe(true)
    } finally {
      vi.unstubAllEnvs()
    }
  })
})

test('gen believes no earlier run where that is forbidden', async () => {
  const root = migrationProject({ '001_users.sql': USERS, '002_narrow.sql': NARROW })
  await answerOf(root, ['gen'])
  forgeProof(root)
  expect(await answerOf(root, ['gen', '--check', '--no-cache'])).toMatchObject({ exitCode: 1 })
  const { stdout, stderr } = await answerOf(root, ['gen', '--no-cache'])
  expect(stdout + stderr).toContain('REPLAY_FAILS_ON_ROWS')
  expect((await answerOf(root, ['gen'])).stderr).not.toContain('REPLAY_FAILS_ON_ROWS')
})
