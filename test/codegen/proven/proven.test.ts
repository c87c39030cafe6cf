// Whole histories: each of the defective ones has one defect, which is found and nothing else; nothing is found in those
// that are written as real projects write them.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { projectRoot } from '../../support/project-root.js'
import { findings, replayed } from '../replay/project.js'
import { proveFolder } from './prove-folder.js'

const folder = join(projectRoot, 'test/fixtures/proven')
const named = (kind: string): string[] => readdirSync(join(folder, kind)).sort()

/** Only a process of its own maps lines of code back to the source. */
const MAPPED = new Set([
  'check-by-second-rebuild',
  'code-needs-json',
  'not-null-among-others-in-code',
  'up-fails-in-code',
  'view-of-view-broken-by-rebuild',
])

function migrationsIn(root: string): Record<string, string> {
  const files = readdirSync(join(root, 'migrations')).map((file) => `migrations/${file}`)
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
}

/** `severity CODE file:line` of each finding, the folder's name left out. */
async function found(root: string): Promise<string> {
  const diagnostics = MAPPED.has(basename(root))
    ? await findings(replayed(migrationsIn(root)))
    : await proveFolder(root)
  return diagnostics
    .map(({ severity, code, file, line }) => {
      return `${severity} ${code} ${file.replace(/^migrations\//, '')}:${line}\n`
    })
    .join('')
}

describe('exactly the planted defect is found:', () => {
  test('there are at least forty', () => expect(named('defects').length).toBeGreaterThan(39))

  test.each(named('defects'))('%s', async (name) => {
    const root = join(folder, 'defects', name)
    const expected = readFileSync(join(root, 'expected.txt'), 'utf8')
    expect(expected).not.toBe('')
    expect(await found(root)).toBe(expected)
  })
})

describe('nothing is found:', () => {
  test('there are at least ten', () => expect(named('clean').length).toBeGreaterThan(9))

  test.each(named('clean'))('%s', async (name) => {
    expect(await found(join(folder, 'clean', name))).toBe('')
  })
})
