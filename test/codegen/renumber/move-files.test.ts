// Renaming several files, all or none.
import { chmodSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { moveFiles, type Move } from '../../../codegen/renumber/move-files.js'
import { failureOf } from '../../support/error-of.js'
import { testSome } from '../../support/some-of.js'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-move-'))
})

const move = (file: string, becomes: string, text: string | null = null): Move => ({
  path: join(folder, file),
  target: join(folder, becomes),
  file,
  becomes,
  text,
})

const write = (...names: readonly string[]): void => {
  for (const name of names) writeFileSync(join(folder, name), `text of ${name}`)
}

const contents = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name !== '.renumber-generate.json')
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )

test('a file may take the name that another leaves, in either direction', async () => {
  write('1', '2', '3')
  await moveFiles([move('1', '2'), move('2', '3', 'new'), move('3', '1')])
  expect(contents()).toEqual({ 1: 'text of 3', 2: 'text of 1', 3: 'new' })
})

test('rights and a byte order mark stay', async () => {
  writeFileSync(join(folder, 'a'), '\uFEFFold')
  chmodSync(join(folder, 'a'), 0o640)
  await moveFiles([move('a', 'b', 'new')])
  expect(contents()).toEqual({ b: '\uFEFFnew' })
  expect(statSync(join(folder, 'b')).mode & 0o777).toBe(0o640)
})

testSome([
  ['that is gone', null],
  ['that is edited', 'new'],
])('everything is put back when a name is taken meanwhile, by a file %s', async (_, text) => {
  write('1', '2', '3', 'taken')
  const before = contents()
  const failure = await failureOf(() =>
    moveFiles([move('1', '2', 'edited'), move('2', '4'), move('3', 'taken', text)]),
  )
  expect(failure.code).toBe('RENUMBER_FAILED')
  expect(failure.message).toContain('Everything was put back')
  expect(contents()).toEqual(before)
})

test('everything is put back when a file has gone', async () => {
  write('1')
  const before = contents()
  const { code } = await failureOf(() => moveFiles([move('1', '2'), move('gone', '3')]))
  expect(code).toBe('RENUMBER_CONCURRENT')
  expect(contents()).toEqual(before)
})
