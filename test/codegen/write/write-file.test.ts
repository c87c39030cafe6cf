// Writing: complete or not at all, and nothing left behind.
import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeFile } from '../../../codegen/write/write-file.js'
import { temporaryProject } from '../generate/temporary-project.js'

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

test('clears away what a process that died left behind, and nothing else', async () => {
  const root = temporaryProject({
    '.registry.ts.lockstep-1-a.tmp': 'abandoned',
    '.registry.ts.lockstep-2-b.tmp': 'of a process at work',
    '.other.ts.lockstep-1-a.tmp': 'of another file',
  })
  for (const name of ['.registry.ts.lockstep-1-a.tmp', '.other.ts.lockstep-1-a.tmp']) {
    utimesSync(join(root, name), 0, 0)
  }
  await writeFile(join(root, 'registry.ts'), 'text')
  expect(readdirSync(root).sort()).toEqual([
    '.other.ts.lockstep-1-a.tmp',
    '.registry.ts.lockstep-2-b.tmp',
    'registry.ts',
  ])
})

test('several at once leave one of their texts, whole', async () => {
  const root = temporaryProject()
  const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(50_000))
  await Promise.all(texts.map((text) => writeFile(join(root, 'registry.ts'), text)))
  expect(texts).toContain(readFileSync(join(root, 'registry.ts'), 'utf8'))
  expect(readdirSync(root)).toEqual(['registry.ts'])
})
