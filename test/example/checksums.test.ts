// Checksums tell meaning from looks: the example survives reformatting, and one digit of one statement is noticed.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Options, format } from 'prettier'
import { describe, expect, test } from 'vitest'
import { addFiles } from '../support/project.js'
import { copyOfTheExample, loadRegistry } from './load-registry.js'

const registry = await loadRegistry(copyOfTheExample())
const textOf = (root: string, file: string): string => readFileSync(join(root, file), 'utf8')

const digests = (
  entries: readonly { checksum: string; lineage: string; downChecksum?: string }[],
) => entries.map(({ checksum, downChecksum, lineage }) => ({ checksum, downChecksum, lineage }))

const looks: readonly (readonly [string, Options])[] = [
  ['semicolons and double quotes', { semi: true, singleQuote: false }],
  ['narrow lines and tabs', { printWidth: 40, useTabs: true, trailingComma: 'none' }],
  [
    'wide lines, bare arrows, quoted keys',
    { printWidth: 200, arrowParens: 'avoid', quoteProps: 'consistent', bracketSpacing: false },
  ],
]

describe.each(looks)('written with %s, comments and CRLF', (_name, options) => {
  test('the example keeps every checksum', async () => {
    const root = copyOfTheExample()
    for (const file of readdirSync(join(root, 'migrations'))) {
      const path = `migrations/${file}`
      const text = textOf(root, path)
      const restyled = file.endsWith('.ts')
        ? await format(`// A new comment.\n${text}`, { ...options, parser: 'typescript' })
        : `${text}\n-- A new comment.\n`
      expect(restyled).not.toBe(text)
      addFiles(root, { [path]: restyled.replaceAll('\n', '\r\n') })
    }
    expect(digests(await loadRegistry(root))).toEqual(digests(registry))
  })
})

test.each([
  ['migrations/001_initial_schema.ts', '#808080', '#808081', 1],
  ['migrations/003_message_status.ts', "'queued', 'failed')`", "'queued', 'failee')`", 3],
  ['migrations/005_last_message.sql', 'LIMIT 1', 'LIMIT 2', 5],
  ['migrations/006_message_search.up.sql', 'remove_diacritics 2', 'remove_diacritics 1', 6],
  ['migrations/007-008_reminders.ts', "trim(first_name || ' '", "trim(first_name || '-'", 8],
])(
  'a change in %s from %s to %s changes this checksum and every later lineage',
  async (file, was, now, version) => {
    const root = copyOfTheExample()
    const text = textOf(root, file)
    expect(text.split(was)).toHaveLength(2)
    addFiles(root, { [file]: text.replace(was, now) })
    const changed = await loadRegistry(root)
    const differing = (key: 'checksum' | 'lineage'): number[] =>
      registry
        .filter((entry, index) => entry[key] !== changed[index]?.[key])
        .map((entry) => entry.version)
    expect(differing('checksum')).toEqual([version])
    expect(differing('lineage')).toEqual(
      registry.map((entry) => entry.version).filter((one) => one >= version),
    )
  },
)
