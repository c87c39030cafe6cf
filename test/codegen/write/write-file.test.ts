// Writing: complete or not at all, and nothing left behind.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ownName } from '../../../codegen/project/owned-names.js'
import { writeFile } from '../../../codegen/write/write-file.js'
import { temporaryProject } from '../../support/project.js'

test('makes the folder and leaves only the file', async () => {
  const path = join(temporaryProject(), 'a/b/registry.ts')
  await writeFile(path, 'text')
  await writeFile(path, 'é')
  expect(readFileSync(path, 'utf8')).toBe('é')
  expect(readdirSync(join(path, '..'))).toEqual(['registry.ts'])
})

test('a failure leaves what was there, and no temporary file', async () => {
  const root = temporaryProject({ 'registry.ts/occupied': '' })
  await expect(writeFile(join(root, 'registry.ts'), 'text')).rejects.toThrow(/EISDIR|ENOTEMPTY/)
  expect(readdirSync(root)).toEqual(['registry.ts'])
  expect(existsSync(join(root, 'registry.ts/occupied'))).toBe(true)
})

test('clears away what killed processes left behind, and nothing else', async () => {
  const gone = spawnSync(process.execPath, ['-e', '']).pid
  const temporary = (file: string, pid: number): string =>
    `.${file}.lockstep-${ownName().replace(/\d+$/, String(pid))}-0123456789ab.tmp`
  const atWork = temporary('registry.ts', process.ppid)
  const theirs = '.registry.ts.lockstep-notes.tmp'
  const root = temporaryProject({
    [temporary('registry.ts', gone)]: 'abandoned',
    [temporary('schema.ts', gone)]: 'abandoned as well',
    [atWork]: 'of a process at work',
    [theirs]: 'not of Lockstep',
  })
  await writeFile(join(root, 'registry.ts'), 'text')
  expect(readdirSync(root).sort()).toEqual([atWork, theirs, 'registry.ts'].sort())
})

test('several at once leave one of their texts, whole', async () => {
  const root = temporaryProject()
  const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(50_000))
  await Promise.all(texts.map((text) => writeFile(join(root, 'registry.ts'), text)))
  expect(texts).toContain(readFileSync(join(root, 'registry.ts'), 'utf8'))
  expect(readdirSync(root)).toEqual(['registry.ts'])
})
