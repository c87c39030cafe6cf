// A renumbering that is killed at any moment, and the next one that puts its files in order.
import { spawn } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import type * as promises from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { discover } from '../../../codegen/discover/discover.js'
import { ownName } from '../../../codegen/project/owned-names.js'
import {
  concludeMoves,
  recoverMoves,
  moveFiles,
  type Move,
} from '../../../codegen/renumber/move-files.js'
import { failureOf } from '../../support/error-of.js'
import { testSome } from '../../support/some-of.js'

/** After so many changes of the file system nothing works any more, as after a kill. */
const life = vi.hoisted(() => ({ left: Infinity, spent: 0, only: false }))

vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof promises>()
  const spend = (): void => {
    life.spent += 1
    if (life.only ? life.spent === life.left + 1 : life.spent > life.left)
      throw new RangeError('killed')
  }
  return {
    ...real,
    rename: async (from: string, to: string) => (spend(), real.rename(from, to)),
    link: async (from: string, to: string) => (spend(), real.link(from, to)),
    rm: async (path: string, options: object) => (spend(), real.rm(path, options)),
    open: async (path: string, flags: string, mode: number) => {
      spend()
      const file = await real.open(path, flags, mode)
      const write = file.writeFile.bind(file)
      return Object.assign(file, {
        writeFile: async (text: string) => {
          await write(text.slice(0, 3))
          spend()
          return file.truncate(0).then(() => file.write(text, 0))
        },
      })
    },
  }
})

let root = ''
let folder = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lockstep-killed-'))
  folder = join(root, 'migrations')
  mkdirSync(folder)
  for (const name of BEFORE) writeFileSync(join(folder, name), `-- ${name}\n`)
})
afterEach(() => {
  Object.assign(life, { left: Infinity, spent: 0, only: false })
  rmSync(root, { recursive: true, force: true })
})

const BEFORE = [
  '001_a.sql',
  '002_mine.sql',
  '002_theirs.sql',
  '003_more.ts',
  '004_last.sql',
  '_rows.ts',
]
const move = (file: string, becomes: string, text: string | null = null): Move => ({
  path: join(folder, file),
  target: join(folder, becomes),
  file,
  becomes,
  text,
})
const moves = (): Move[] => [
  move('002_mine.sql', '003_mine.sql'),
  move('003_more.ts', '004_more.ts', '// four\n'),
  move('004_last.sql', '005_last.sql', '-- five\n'),
  move('_rows.ts', '_rows.ts', '// follows\n'),
]
/** As `renumber` does it; between the two it generates. */
async function moveAll(): Promise<void> {
  await moveFiles(moves())
  await concludeMoves(folder)
}
async function mendAll() {
  const fixed = await recoverMoves(folder)
  if (fixed !== null) await concludeMoves(folder)
  return fixed
}
/** Of this process, which lives: others clear such a file away once it does not. */
const DRAFT = /^\.renumber-undo\.json\.lockstep-/
const contents = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => !DRAFT.test(name))
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )
const AFTER = {
  '001_a.sql': '-- 001_a.sql\n',
  '002_theirs.sql': '-- 002_theirs.sql\n',
  '003_mine.sql': '-- 002_mine.sql\n',
  '004_more.ts': '// four\n',
  '005_last.sql': '-- five\n',
  '_rows.ts': '// follows\n',
}
const codes = async (): Promise<string[]> =>
  (await discover(root, folder)).diagnostics.map(({ code }) => code)
const isDone = (files: Record<string, string>): boolean =>
  JSON.stringify(files) === JSON.stringify(AFTER)

/** How many changes of the file system an action makes. */
async function changesOf(action: () => Promise<unknown>): Promise<number> {
  Object.assign(life, { left: Infinity, spent: 0, only: false })
  await action()
  return life.spent
}

async function killAfter(changes: number, action: () => Promise<unknown>): Promise<void> {
  Object.assign(life, { left: changes, spent: 0 })
  await action().catch(() => {})
  Object.assign(life, { left: Infinity, spent: 0, only: false })
}

/** Puts the folder back as it was at the beginning. */
function startAgain(): void {
  rmSync(folder, { recursive: true })
  mkdirSync(folder)
  for (const name of BEFORE) writeFileSync(join(folder, name), `-- ${name}\n`)
}

test('killed at any moment, it is undone or finished, and nothing hidden is left', async () => {
  const before = contents()
  const all = await changesOf(moveAll)
  expect(contents()).toEqual(AFTER)
  expect(all).toBeGreaterThan(12)
  const ends = new Set<string>()
  for (let changes = 0; changes < all; changes++) {
    startAgain()
    await killAfter(changes, moveAll)
    const hidden = Object.keys(contents()).some((name) => /^\.(?!renumber-generate)/.test(name))
    expect([changes, await codes()]).toEqual([changes, hidden ? ['RENUMBER_INTERRUPTED'] : []])
    const fixed = await mendAll()
    expect([changes, contents()]).toEqual([
      changes,
      fixed === null || fixed === 'undone' ? before : AFTER,
    ])
    expect(await codes()).toEqual([])
    ends.add(String(fixed))
  }
  expect(ends).toEqual(new Set(['null', 'undone', 'finished', 'moved']))
})

test('killed again while it is fixed, it can still be fixed', async () => {
  const before = contents()
  const all = await changesOf(moveAll)
  for (let changes = 0; changes < all; changes++) {
    for (let second = 0; second < 8; second++) {
      startAgain()
      await killAfter(changes, moveAll)
      await killAfter(second, mendAll)
      await mendAll()
      const found = contents()
      expect([changes, second, found]).toEqual([changes, second, isDone(found) ? AFTER : before])
    }
  }
})

test('a single failure puts everything back, or is cleared up later', async () => {
  const before = contents()
  const all = await changesOf(moveAll)
  for (let changes = 0; changes < all; changes++) {
    startAgain()
    life.only = true
    await killAfter(changes, moveAll)
    await mendAll()
    const found = contents()
    expect([changes, found]).toEqual([changes, isDone(found) ? AFTER : before])
  }
})

describe('what people did meanwhile is kept', () => {
  test('a file under the new name', async () => {
    await killAfter(9, moveAll)
    expect(readdirSync(folder)).toContain('.renumber-finish.json')
    writeFileSync(join(folder, '004_more.ts'), 'mine')
    const { code, message } = await failureOf(mendAll)
    expect(code).toBe('RENUMBER_FAILED')
    expect(message).toContain('004_more.ts exists already')
    expect(message).toContain('.003_more.ts.renumbering')
    expect(readFileSync(join(folder, '004_more.ts'), 'utf8')).toBe('mine')
    rmSync(join(folder, '004_more.ts'))
    expect(await mendAll()).toBe('finished')
    expect(contents()).toEqual(AFTER)
  })

  test('a file under the old name', async () => {
    await killAfter(5, moveAll)
    writeFileSync(join(folder, '002_mine.sql'), 'mine')
    expect((await failureOf(mendAll)).code).toBe('RENUMBER_FAILED')
    expect(readFileSync(join(folder, '002_mine.sql'), 'utf8')).toBe('mine')
  })
})

test('without a journal it is said what the hidden files are', async () => {
  writeFileSync(join(folder, '.003_more.ts.renumbering'), '')
  writeFileSync(join(folder, '.002_mine.sql.renumbering'), '')
  const [found] = (await discover(root, folder)).diagnostics
  expect(found?.message).toContain(
    'left migrations/.002_mine.sql.renumbering and 1 more hidden file;',
  )
  expect(found?.fix).toContain('old names back (002_mine.sql, 003_more.ts)')
  expect(await mendAll()).toBeNull()
})

testSome([
  '../../x',
  '..\\..\\001_x.sql',
  '.',
  '.git',
  '/001_x.sql',
  'package.json',
  '001_\u0000x.sql',
])('a journal that names %j is not obeyed', async (from) => {
  const moves = [{ from, to: '002_mine.sql', text: '' }]
  const journal = JSON.stringify({ owner: '', moves })
  writeFileSync(join(folder, '.renumber-finish.json'), journal)
  expect(await mendAll()).toBeNull()
  expect(contents()['002_mine.sql']).toBe('-- 002_mine.sql\n')
})

describe.each(['undo', 'finish'])('a journal of the phase %s that cannot be read', (phase) => {
  testSome([
    ['', 'it is empty'],
    ['{', 'it is cut off, or not JSON'],
    ['null', 'it does not say'],
    ['{"moves": [{"from": "../x", "to": "001_a.sql", "text": null}]}', 'it does not say'],
  ])('%j: what to look at, and that it is to be removed', async (text, fault) => {
    const file = join(folder, `.renumber-${phase}.json`)
    writeFileSync(file, text)
    const [found, ...more] = (await discover(root, folder)).diagnostics
    expect(more).toEqual([])
    expect(found?.code).toBe('RENUMBER_INTERRUPTED')
    for (const part of [`migrations/.renumber-${phase}.json cannot be read`, fault, 'git status'])
      expect(found?.fix).toContain(part)
    expect(found?.fix).toContain('No migration is hidden')
    expect(found?.fix).toMatch(/Then remove migrations\/\.renumber-\w+\.json/)
    writeFileSync(join(folder, '.003_more.ts.renumbering'), '')
    expect((await discover(root, folder)).diagnostics[0]?.fix).toContain(
      'its old name back (003_more.ts)',
    )
    rmSync(file)
    rmSync(join(folder, '.003_more.ts.renumbering'))
    expect(await codes()).toEqual([])
  })
})

describe('a renumbering of another process', () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  afterAll(() => void other.kill())
  const running = (): string => ownName().replace(/\d+$/, String(other.pid))

  testSome(['undo', 'finish', 'generate'])(
    'that is at work in the phase %s is not disturbed, and named',
    async (phase) => {
      const planned = moves()
      const file = join(folder, `.renumber-${phase}.json`)
      writeFileSync(file, JSON.stringify({ owner: running(), moves: [] }))
      const before = contents()
      const { code, message } = await failureOf(() => moveFiles(planned))
      expect({ code, named: message.includes(`process ${other.pid}`) }).toEqual({
        code: 'RENUMBER_CONCURRENT',
        named: true,
      })
      expect(contents()).toEqual(before)
      const found = (await discover(root, folder)).diagnostics.map(({ code }) => code)
      expect(found).toEqual(phase === 'generate' ? [] : ['RENUMBER_RUNNING'])
    },
  )

  test('that was faster has left nothing to do', async () => {
    await moveAll()
    const { code, message } = await failureOf(moveAll)
    expect(code).toBe('RENUMBER_CONCURRENT')
    expect(message).toContain('002_mine.sql no longer exists')
    expect(message).not.toContain('put back')
    expect(contents()).toEqual(AFTER)
  })

  test('of two at once one works, and the other says so', async () => {
    const ends = await Promise.allSettled([moveFiles(moves()), moveFiles(moves())])
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const lost = ends.find((end) => end.status === 'rejected')
    expect(lost?.reason).toMatchObject({ code: 'RENUMBER_CONCURRENT' })
    await concludeMoves(folder)
    expect(contents()).toEqual(AFTER)
  })

  test('that was killed while it wrote its journal leaves nothing for good', async () => {
    const draft = (pid: number): string =>
      `.renumber-undo.json.lockstep-${ownName().replace(/\d+$/, String(pid))}-0123456789ab.tmp`
    const names = [draft(99_999_999), draft(other.pid ?? 0)]
    for (const name of names) writeFileSync(join(folder, name), '{')
    expect(await mendAll()).toBeNull()
    expect(readdirSync(folder).filter((name) => DRAFT.test(name))).toEqual([names[1]])
  })

  test('that still runs is left to it; one that is dead, or from elsewhere, or old is not', async () => {
    const owners = [
      [ownName().replace(/\d+$/, String(other.pid)), 0, null],
      [ownName().replace(/\d+$/, String(other.pid)), 11 * 60_000, 'finished'],
      [ownName().replace(/^\w+/, '01234567'), 0, 'finished'],
      ['anybody', 0, 'finished'],
    ] as const
    for (const [owner, age, end] of owners) {
      startAgain()
      await killAfter(9, moveAll)
      const file = join(folder, '.renumber-finish.json')
      const { moves } = JSON.parse(readFileSync(file, 'utf8')) as { moves: unknown }
      writeFileSync(file, JSON.stringify({ owner, moves }))
      const written = new Date(Date.now() - age)
      utimesSync(file, written, written)
      expect([owner, await mendAll()]).toEqual([owner, end])
    }
  })
})
