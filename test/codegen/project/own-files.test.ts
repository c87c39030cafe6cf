// A file of the memory is believed and written only where nobody else has put something in its place.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chownSync,
  existsSync,
  lstatSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { openBundleCache } from '../../../codegen/bundle/bundle-cache.js'
import { isRunningBeside, ownName } from '../../../codegen/project/owned-names.js'
import { readMemory, readOwnFile, writeMemory } from '../../../codegen/project/memory-file.js'
import { temporaryProject } from '../../support/project.js'

afterEach(() => vi.restoreAllMocks())

const folder = (): string => temporaryProject({ 'node_modules/.keep': '' })

test('what was written is read; nothing else stays', () => {
  const root = folder()
  writeMemory(join(root, 'a.json'), { one: [1] })
  expect(readMemory(join(root, 'a.json'))).toEqual({ one: [1] })
  expect(readdirSync(root).filter((name) => name.includes('tmp'))).toEqual([])
})

test('a link is not read, and what it points at is not written', () => {
  const root = folder()
  writeMemory(join(root, 'mine.json'), { mine: true })
  const before = readFileSync(join(root, 'mine.json'))
  symlinkSync(join(root, 'mine.json'), join(root, 'link.json'))
  expect(readMemory(join(root, 'link.json'))).toBeNull()
  writeMemory(join(root, 'link.json'), { other: true })
  expect(readFileSync(join(root, 'mine.json'))).toEqual(before)
  expect(lstatSync(join(root, 'link.json')).isFile()).toBe(true)
  expect(readMemory(join(root, 'link.json'))).toEqual({ other: true })
})

test('a pipe, which would never end, is not read', () => {
  const pipe = join(folder(), 'pipe.json')
  execFileSync('mkfifo', [pipe])
  expect(readMemory(pipe)).toBeNull()
})

test('a folder in its place is left alone', () => {
  const root = temporaryProject({ 'a.json/inside': '' })
  expect(readMemory(join(root, 'a.json'))).toBeNull()
  writeMemory(join(root, 'a.json'), {})
  expect(existsSync(join(root, 'a.json', 'inside'))).toBe(true)
  expect(readdirSync(root)).toEqual(['a.json'])
})

test("another user's file is not believed", () => {
  const file = join(folder(), 'a.json')
  writeMemory(file, {})
  expect(readOwnFile(file).length).toBeGreaterThan(0)
  if (process.getuid?.() === 0) chownSync(file, 4242, 4242)
  else vi.spyOn(process as { getuid(): number }, 'getuid').mockReturnValue(4242)
  expect(() => readOwnFile(file)).toThrow('no file of this user')
})

test.each([
  ['cut off', (file: string) => truncateSync(file, 100)],
  [
    'changed',
    (file: string) => writeFileSync(file, readFileSync(file, 'utf8').replace('ok', 'no')),
  ],
  ['of something else', (file: string) => writeFileSync(file, '{"code":"ok"}')],
])('a bundle that is %s is made anew', (_what, damage) => {
  const root = folder()
  openBundleCache(join(root, 'a.ts'), root).remember('ok', [])
  expect(openBundleCache(join(root, 'a.ts'), root).recall()).toMatchObject({ code: 'ok' })
  const memories = join(root, 'node_modules/.cache/lockstep')
  damage(join(memories, readdirSync(memories)[0]!))
  expect(openBundleCache(join(root, 'a.ts'), root).recall()).toBeNull()
})

test.runIf(process.platform === 'linux')(
  'a process that was killed and that nobody asks for its end runs no more',
  async () => {
    const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'])
    try {
      const [pid] = (await once(parent.stdout, 'data')) as [Buffer]
      const name = ownName().replace(/\d+$/, String(pid).trim())
      await expect.poll(() => isRunningBeside(name, Date.now(), 60_000)).toBe(false)
      const living = ownName().replace(/\d+$/, String(parent.pid))
      expect(isRunningBeside(living, Date.now(), 60_000)).toBe(true)
    } finally {
      parent.kill('SIGKILL')
    }
  },
)
