// Checksums tell meaning from looks: the example survives reformatting, and one digit of one statement is noticed.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Options, format } from 'prettier'
import { describe, expect, test } from 'vitest'
import { copyOfTheExample } from './temporary-project.js'

const registry = await copyOfTheExample().load()

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
    const project = copyOfTheExample()
    for (const file of readdirSync(join(project.root, 'migrations'))) {
      const path = `migrations/${file}`
      const text = project.read(path)
      const restyled = file.endsWith('.ts')
        ? await format(`// A new comment.\n${text}`, { ...options, parser: 'typescript' })
        : `${text}\n-- A new comment.\n`
      expect(restyled).not.toBe(text)
      project.write(path, restyled.replaceAll('\n', '\r\n'))
    }
    expect(digests(await project.load())).toEqual(digests(registry))
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
    const project = copyOfTheExample()
    const text = project.read(file)
    expect(text.split(was)).toHaveLength(2)
    project.write(file, text.replace(was, now))
    const changed = await project.load()
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
