// Comparing by tokens: what formatters do is no difference, everything else is, and each kind has its name.
import { format, type Options } from 'prettier'
import { describe, expect, test } from 'vitest'
import { compareRegistries } from '../../../codegen/write/compare-registries.js'
import { registryTokens } from '../../../codegen/write/registry-tokens.js'

const entry = (version: number, checksum = `1:${version}`): string =>
  `{ version: ${version}, name: 'it\\'s "${version}"', checksum: '${checksum}', downChecksum: '1:d', ` +
  `at: { up: ['7:5', '8:5'], down: ['9:1'] }, source: { up: \`SELECT \\\`a\\\`\n  FROM \\\${b}\`, down: 'x' } },`

const registry = (...entries: string[]): string =>
  `// Generated\nimport m001 from '../m/001_a.js'\n/** All. */\nexport type Version = 1 | 2\n` +
  `export const registry: Registry<Version> = [\n${entries.join('\n')}\n]\nexport const head = '2 a'\n`

const wanted = registry(entry(1), entry(2))

describe('formatting alone', () => {
  const styles: Options[] = [
    {},
    { semi: false, singleQuote: true },
    { trailingComma: 'none', tabWidth: 8, bracketSpacing: false },
    { printWidth: 20, useTabs: true },
    { printWidth: 320, quoteProps: 'consistent' },
    { endOfLine: 'crlf', experimentalOperatorPosition: 'start', objectWrap: 'collapse' },
  ]
  test.each(styles)('is no difference: %o', async (style) => {
    const formatted = await format(wanted, { ...style, parser: 'typescript' })
    expect(formatted).not.toBe(wanted)
    expect(compareRegistries(formatted, wanted)).toEqual({ kind: 'same' })
  })

  test('comments and a byte order mark do not count', () => {
    const commented = `\ufeff/* hello */ ${wanted.replaceAll(',', ', // note\n')}`
    expect(compareRegistries(commented, wanted)).toEqual({ kind: 'same' })
  })
})

test('every single token counts', () => {
  const { tokens } = registryTokens(wanted)
  const unnoticed = tokens.filter(({ text, offset }) => {
    const length = text.startsWith("'") ? 1 : text.length
    const changed = `${wanted.slice(0, offset)} zz ${wanted.slice(offset + length)}`
    return compareRegistries(changed, wanted).kind === 'same'
  })
  expect(tokens.length).toBeGreaterThan(100)
  expect(unnoticed).toEqual([])
})

test('a character more or less within a string counts', () => {
  expect(compareRegistries(wanted.replace('FROM', 'FROM '), wanted).kind).toBe('stale')
  expect(compareRegistries(wanted.replace('\n  FROM', '\n FROM'), wanted).kind).toBe('stale')
  expect(compareRegistries(wanted.replace("'x'", "'X'"), wanted).kind).toBe('stale')
})

test('a checksum that an older Lockstep gave to the same migration is no change of it', () => {
  const now = entry(2, '1:now').replace('downChecksum', "formerly: ['1:2', '1:0'], downChecksum")
  expect(compareRegistries(wanted, registry(entry(1), now)).kind).toBe('edited')
  expect(
    compareRegistries(registry(entry(1), entry(2, '1:3')), registry(entry(1), now)),
  ).toMatchObject({
    kind: 'stale',
    changes: { changed: [2] },
  })
})

test('moved positions have a kind of their own', () => {
  expect(compareRegistries(wanted.replace("'7:5'", "'9:1'"), wanted)).toEqual({ kind: 'moved' })
  expect(compareRegistries(wanted.replace(/at: \{.*?\}, /, ''), wanted)).toEqual({ kind: 'moved' })
})

test('moved positions do not cover up another difference', () => {
  const changed = wanted.replace("'7:5'", "'9:1'").replace("'x'", "'y'")
  expect(compareRegistries(changed, wanted).kind).toBe('stale')
})

describe('other migrations', () => {
  test('are named by version', () => {
    const onDisk = registry(entry(1, '1:other'), entry(3))
    expect(compareRegistries(onDisk, wanted)).toMatchObject({
      kind: 'stale',
      changes: { missing: [2], surplus: [3], changed: [1], remade: [], reworded: [] },
    })
  })

  test('are found in a file that is empty', () => {
    expect(compareRegistries('', wanted)).toMatchObject({
      kind: 'stale',
      offset: 0,
      changes: { missing: [1, 2], surplus: [], changed: [], remade: [], reworded: [] },
    })
  })

  test('are found in a file that goes on behind the wanted end', () => {
    const onDisk = `${wanted}export const more = 1\n`
    expect(compareRegistries(onDisk, wanted)).toEqual({ kind: 'edited', offset: wanted.length })
  })

  test('the offset points to the first difference', () => {
    const onDisk = wanted.replace("'x'", "'y'")
    expect(compareRegistries(onDisk, wanted)).toEqual({
      kind: 'stale',
      offset: onDisk.indexOf("'y'"),
      changes: { missing: [], surplus: [], changed: [], remade: [], reworded: [1] },
    })
  })

  test.each([
    ["downChecksum: '1:d'", "downChecksum: '1:e'"],
    ["downChecksum: '1:d'", 'reversible: false'],
  ])('an edited `down` is an edit of the migration: %s', (own, other) => {
    expect(compareRegistries(wanted.replace(own, other), wanted)).toMatchObject({
      kind: 'stale',
      changes: { changed: [], reworded: [1] },
    })
  })
})

describe('what only replay can tell', () => {
  const digests = (text: string, digest = '1:a'): string =>
    text.replace(
      /(version: (\d+),)/g,
      `$1 schemaDigest: '${digest}', schemaChanges: { 'table a$2': 'f0', 'index b': null, }, acknowledged: ['A', 'B',],`,
    )
  const proven = digests(wanted)

  test('does not matter where it is not wanted', () => {
    expect(compareRegistries(proven, wanted)).toEqual({ kind: 'same' })
    expect(compareRegistries(digests(wanted, '1:z'), wanted)).toEqual({ kind: 'same' })
    expect(compareRegistries(proven.replace("'x'", "'y'"), wanted).kind).toBe('stale')
  })

  test('is missed where it is, in a word of its own', () => {
    expect(compareRegistries(wanted, proven)).toEqual({
      kind: 'unproven',
      offset: wanted.indexOf('name:'),
    })
    expect(compareRegistries(wanted.replace("'7:5'", "'9:1'"), proven).kind).toBe('unproven')
  })

  test('is stale where it differs, at the first version', () => {
    expect(compareRegistries(digests(wanted, '1:z'), proven)).toMatchObject({
      kind: 'stale',
      changes: { missing: [], surplus: [], changed: [], remade: [1], reworded: [] },
    })
    const edited = digests(wanted, '1:z').replace("'1:1'", "'1:y'")
    expect(compareRegistries(edited, proven)).toMatchObject({ changes: { remade: [] } })
  })

  test('is edited where it is of another algorithm, or is missing from one version only', () => {
    expect(compareRegistries(digests(wanted, '0:z'), proven).kind).toBe('edited')
    const [first = ''] = /schemaDigest.*?\}, /.exec(proven) ?? []
    expect(compareRegistries(proven.replace(first, ''), proven).kind).toBe('edited')
  })

  test('does not cover up another difference', () => {
    expect(compareRegistries(wanted.replace("'x'", "'y'"), proven).kind).toBe('stale')
    expect(compareRegistries(registry(entry(1)), proven).kind).toBe('stale')
  })

  test('is told from names that look like it', () => {
    const named = wanted.replace("down: 'x'", "down: 'schemaDigest'")
    expect(compareRegistries(named, named)).toEqual({ kind: 'same' })
    expect(compareRegistries(digests(named), named)).toEqual({ kind: 'same' })
  })
})

describe('conflict markers', () => {
  const conflict = (ours: string, theirs: string): string =>
    `<<<<<<< HEAD\n${ours}=======\n${theirs}>>>>>>> branch\n`

  test('are a conflict', () => {
    const onDisk = conflict(wanted, registry(entry(1)))
    expect(compareRegistries(onDisk, wanted)).toEqual({ kind: 'conflict' })
  })

  test('are a conflict even around exactly the wanted text, and with CRLF', () => {
    expect(compareRegistries(conflict(wanted, ''), wanted)).toEqual({ kind: 'conflict' })
    const crlf = conflict(wanted, wanted).replaceAll('\n', '\r\n')
    expect(compareRegistries(crlf, wanted)).toEqual({ kind: 'conflict' })
  })

  test('within the text of a migration are none', () => {
    const hostile = registry(entry(1), entry(2)).replace(
      'FROM',
      '\n<<<<<<< a\n=======\n>>>>>>> b\n',
    )
    expect(compareRegistries(hostile, hostile)).toEqual({ kind: 'same' })
    expect(compareRegistries(hostile.replace("'x'", "'y'"), hostile).kind).toBe('stale')
  })
})

test('a file that does not scan is not the same, whatever its tokens', () => {
  expect(compareRegistries(`${wanted}/*`, wanted).kind).toBe('edited')
  expect(compareRegistries(wanted.slice(0, -4), wanted).kind).toBe('edited')
})
