// What the configuration reads, by whatever way: files, the names in folders, variables; and that reading goes on as before.
import { execSync } from 'node:child_process'
import * as fs from 'node:fs'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { env } from 'node:process'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import {
  folderInput,
  inputDigest,
  UNKNOWN_INPUT,
  variableInput,
} from '../../../../codegen/project/fingerprint.js'
import { createRequire } from 'node:module'
import { noteReads } from '../../../../codegen/replay/process/note-reads.js'

const reads = noteReads(undefined)

/** What is noted while something reads, and what that answers: of a place that nobody has read yet. */
async function noted<T>(read: () => T | Promise<T>) {
  const before = new Set(reads.all())
  const answer = await reads.during(async () => read())
  return { answer, inputs: reads.all().filter((input) => !before.has(input)) }
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'lockstep-reads-'))

function newFile(): string {
  const file = join(newFolder(), 'read.txt')
  writeFileSync(file, 'a text')
  return file
}

test.each<[string, (file: string) => unknown]>([
  ['at once', (file) => fs.readFileSync(file, 'utf8')],
  ['by its address', (file) => fs.readFileSync(pathToFileURL(file)).toString()],
  ['by a promise', (file) => readFile(file, 'utf8')],
  ['by a promise of the module', (file) => fs.promises.readFile(file, 'utf8')],
  [
    'told later',
    (file) => new Promise((done) => fs.readFile(file, 'utf8', (_, text) => done(text))),
  ],
  [
    'where the environment is written to',
    (file) => (
      (env['TEST_NEW'] = 'x'),
      (env['TEST_NEW'] += ''),
      delete env['TEST_NEW'],
      fs.readFileSync(file, 'utf8')
    ),
  ],
])('a file that is read %s', async (_way, read) => {
  const file = newFile()
  const { answer, inputs } = await noted(() => read(file))
  expect(answer).toBe('a text')
  expect(inputs).toContain(file)
})

test.each<[string, (file: string) => unknown]>([
  ['that is asked for', (file) => fs.existsSync(file)],
  ['of which the size is read', (file) => fs.statSync(file).size],
  ['that is not there', (file) => fs.statSync(`${file}.txt`, { throwIfNoEntry: false })],
])('a file %s', async (_what, read) => {
  const [input, ...others] = (await noted(() => read(newFile()))).inputs
  expect(input).toMatch(/\.txt$/)
  expect(others).toEqual([])
})

test.each<[string, (folder: string) => unknown]>([
  ['listed', (folder) => fs.readdirSync(folder)],
  ['opened', (folder) => fs.opendirSync(folder).closeSync()],
])('a folder that is %s: its names', async (_way, read) => {
  const file = newFile()
  const [input, ...others] = (await noted(() => read(dirname(file)))).inputs
  expect([input, others]).toEqual([folderInput(dirname(file)), []])
  const before = inputDigest(input!)
  writeFileSync(file, 'another text')
  expect(inputDigest(input!)).toBe(before)
  writeFileSync(join(dirname(file), 'another.txt'), '')
  expect(inputDigest(input!)).not.toBe(before)
})

test('a folder that is only looked at: nothing that is in it', async () => {
  const folder = newFolder()
  const { inputs } = await noted(() => fs.statSync(folder))
  const before = inputs.map(inputDigest)
  writeFileSync(join(folder, 'another.txt'), '')
  expect(inputs.map(inputDigest)).toEqual(before)
})

test.each<[string, () => unknown]>([
  ['all that is below a folder', () => fs.readdirSync(newFolder(), { recursive: true })],
  ['what another process says', () => execSync('echo 1')],
])('%s is never the same again', async (_what, read) => {
  const own = noteReads(undefined)
  await own.during(async () => read())
  expect(own.all()).toContain(UNKNOWN_INPUT)
})

test.each<[string, (name: string) => unknown]>([
  ['by its name', (name) => process.env[name]],
  ['under another name of all', (name) => env[name]],
  ['looked for first', (name) => name in process.env && env[name]],
  [
    'taken out',
    (name) => {
      const { [name]: value } = process.env
      return value
    },
  ],
])('a variable %s', async (way, read) => {
  const name = `TEST_${way.replaceAll(' ', '_')}`
  process.env[name] = 'a value'
  const { answer, inputs } = await noted(() => read(name))
  expect(answer).toBe('a value')
  expect(inputs).toEqual([variableInput(name)])
})

test('what is read at another time is not noted, nor what is in a memory of Lockstep', async () => {
  const file = newFile()
  fs.readFileSync(file)
  expect(reads.all()).not.toContain(file)
  const others = noteReads(dirname(file))
  const before = others.all()
  await others.during(async () => fs.readFileSync(file))
  expect(others.all()).toEqual(before)
})

test('a file of a package is noted when it is loaded, whoever asks for it, and not when it is read', async () => {
  const folder = join(newFolder(), 'node_modules/some')
  fs.mkdirSync(folder, { recursive: true })
  const [loaded, read] = ['loaded.js', 'read.js'].map((name) => join(folder, name))
  for (const file of [loaded!, read!]) fs.writeFileSync(file, 'exports.a = 1')
  createRequire(loaded!)(loaded!)
  await reads.during(async () => fs.readFileSync(read!))
  expect(reads.all().filter((file) => file.startsWith(folder))).toEqual([loaded])
})
