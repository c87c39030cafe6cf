// An unchanged run must load neither the compiler nor the formatter, nor must one on a database: that is most of its time.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { generate } from '../../../codegen/generate.js'
import type { GenerateResult } from '../../../codegen/model/result.js'
import { projectRoot } from '../../support/project-root.js'
import { startBuiltProcesses } from '../../support/built-processes.js'
import { addFiles, settingsFor, temporaryProject } from '../../support/project.js'
import { testSome } from '../../support/some-of.js'

startBuiltProcesses()

const STATIC_IMPORT = /^(?:import|export) (?!type )(?:[^'"]*? from )?'([^']+)'/gm

/** Every module that loading `entry` loads, as written in the imports; paths of our own are absolute. */
function loadedBy(entry: string, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen
  seen.add(entry)
  for (const [, specifier = ''] of readFileSync(entry, 'utf8').matchAll(STATIC_IMPORT)) {
    if (specifier.startsWith('.')) {
      loadedBy(join(dirname(entry), specifier.replace(/\.js$/, '.ts')), seen)
    } else seen.add(specifier)
  }
  return seen
}

test('the door to generating loads only modules of Node', () => {
  const loaded = [...loadedBy(join(projectRoot, 'codegen/generate.ts'))]
  expect(loaded).toContain(join(projectRoot, 'codegen/project/fingerprint.ts'))
  expect(
    loaded.filter((name) => !name.startsWith(projectRoot) && !name.startsWith('node:')),
  ).toEqual([])
})

test('the process that opens databases loads neither, for any command', () => {
  const loaded = [...loadedBy(join(projectRoot, 'src/cli/worker/worker.ts'))]
  expect(loaded).toContain(join(projectRoot, 'src/cli/worker/do-edit.ts'))
  expect(loaded.filter((name) => /^(?:ts-morph|typescript|prettier)/.test(name))).toEqual([])
})

test('the work behind it does load the compiler, so the test above can see it', () => {
  expect(loadedBy(join(projectRoot, 'codegen/pipeline.ts'))).toContain('ts-morph')
})

testSome([
  ['without replay', { replay: false }],
  ['with it', { replay: true }],
])('an unchanged run %s goes no further than the door', async (_way, stated) => {
  const root = temporaryProject({
    'node_modules/.keep': '',
    'migrations/001_a.sql': '-- irreversible: no\nCREATE TABLE a (id INTEGER PRIMARY KEY);\n',
  })
  const settings = settingsFor(root, stated)
  const first = await generate(settings, { write: true })
  expect(first.ok).toBe(true)
  const generateAnew = vi.fn<() => Promise<GenerateResult>>(async () => first)
  const load = async () => ({ generateAnew })
  const result = await generate(settings, { write: true }, load)
  expect(result.files).toEqual(first.files.map((file) => ({ ...file, state: 'unchanged' })))
  expect(generateAnew).not.toHaveBeenCalled()
  addFiles(root, { 'migrations/001_a.sql': '' })
  await generate(settings, { write: true }, load)
  expect(generateAnew).toHaveBeenCalledOnce()
})
