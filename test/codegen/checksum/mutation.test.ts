// Every token that means something changes the checksum when it changes; not one may be missed.
//
// The tokens come from the compiler's full tree, not from the code under test, and every one of them must either have a
// change (`mutations/`) or be known as mere spelling. So a token that the checksum does not reach fails the test.
import { ts } from 'ts-morph'
import { describe, expect, test } from 'vitest'
import { checksum } from '../../../codegen/checksum/checksum.js'
import { fixtures, isScript } from './fixtures.js'
import { applied, tokensOf, type Edit } from './mutations/edit.js'
import { isMeant } from './mutations/meant.js'
import { mutateNode } from './mutations/mutate-node.js'
import { mutateSql } from './mutations/mutate-text.js'
import { mutateToken } from './mutations/mutate-token.js'
import { readFolder, type Folder } from '../parse/read-folder.js'
import { someOf } from '../../support/some-of.js'

/** The helpers of the fixtures that have some. */
const HELPERS: Readonly<Record<string, readonly string[]>> = {
  '011_helpers.ts': ['_shared.ts', '_more.ts'],
  '029_javascript.js': ['_rows.json'],
}

/** In these `up` is SQL that is read as a value: only its texts and lists are tokens of the migration. */
const READ_AS_VALUES = new Set(['002_sql_text.ts', '003_sql_list.ts', '008-010_list.ts'])

interface Changes {
  /** Tokens with a change. */
  readonly tokens: number
  readonly edits: readonly Edit[]
}

function changesOf(file: string): Changes {
  const text = fixtures[file]!
  const source = ts.createSourceFile(`/${file}`, text, ts.ScriptTarget.Latest, true)
  const values = READ_AS_VALUES.has(file)
  const perToken = tokensOf(source)
    .filter((token) => isMeant(token) && (!values || isText(token)))
    .map(mutateToken)
    .filter((edits) => edits !== 'spelling')
  const nodes = nodesOf(source).filter(
    (node) => isMeant(node) && (!values || ts.isArrayLiteralExpression(node)),
  )
  return { tokens: perToken.length, edits: [...perToken.flat(), ...nodes.flatMap(mutateNode)] }
}

const isText = (token: ts.Node): boolean =>
  ts.isStringLiteralLike(token) || token.kind === ts.SyntaxKind.TemplateHead

function nodesOf(node: ts.Node): ts.Node[] {
  const nodes = [node]
  ts.forEachChild(node, (child) => void nodes.push(...nodesOf(child)))
  return nodes.filter((one) => !ts.isSourceFile(one) && one.kind !== ts.SyntaxKind.EndOfFileToken)
}

/** The checksums of `up` in each file, by file name; a mutation that cannot be read is a mistake of the test. */
function upsOf(texts: Folder): Map<string, string> {
  const reading = readFolder(texts)
  expect(
    reading.diagnostics.map(
      ({ file, line, message }) => `${texts[file.slice(11)]}\n${line}: ${message}`,
    ),
  ).toEqual([])
  const ups = new Map<string, string>()
  for (const migration of reading.migrations) {
    const { file } = migration.file
    ups.set(file, `${ups.get(file) ?? ''} ${checksum(migration, reading.discovery).up}`)
  }
  return ups
}

/** The edits that leave the checksum of the migration as it was. */
function missedIn(file: string, edits: readonly Edit[]): string[] {
  const changed = edits.map((edit) => applied(fixtures[file]!, edit))
  const [unchanged, ...ups] = /^\d+-/.test(file)
    ? oneByOne(file, changed)
    : allAtOnce(file, changed)
  expect(ups.length).toBe(edits.length)
  return edits.filter((_, at) => ups[at] === unchanged).map(({ what }) => what)
}

/** The checksum of a migration as it is and of its changed copies. A list cannot be copied to other versions. */
const oneByOne = (file: string, changed: readonly string[]): string[] =>
  [fixtures[file]!, ...changed].map((text) => [...upsOf({ [file]: text }).values()].join())

function allAtOnce(file: string, changed: readonly string[]): string[] {
  const helpers = (HELPERS[file] ?? []).map((name) => [name, fixtures[name]!])
  const copies = [fixtures[file]!, ...changed].map((text, at) => [
    file.replace(/^\d+/, String(1_000 + at)),
    text,
  ])
  return [...upsOf(Object.fromEntries([...copies, ...helpers])).values()]
}

const scripts = Object.keys(fixtures).filter((file) => /^\d/.test(file) && isScript(file))

describe.each(scripts)('%s', (file) => {
  test('every change changes the checksum', () => {
    const { edits } = changesOf(file)
    expect(missedIn(file, someOf(edits, 4))).toEqual([])
    expect(edits.length).toBeGreaterThan(10)
  })
})

describe.each(
  Object.entries(HELPERS).flatMap(([file, names]) => names.map((name) => [file, name] as const)),
)('%s with %s', (file, name) => {
  test('every change of the helper changes the checksum', () => {
    const { edits } = changesOf(name)
    const upsWith = (text: string): string[] => [
      ...upsOf({
        [file]: fixtures[file]!,
        '_more.ts': fixtures['_more.ts']!,
        '_shared.ts': fixtures['_shared.ts']!,
        [name]: text,
      }).values(),
    ]
    const unchanged = upsWith(fixtures[name]!)
    const missed = someOf(edits, 4).filter(
      (edit) => upsWith(applied(fixtures[name]!, edit))[0] === unchanged[0],
    )
    expect(missed).toEqual([])
  })
})

test.each(['006_section.sql', '007_pair.up.sql'])(
  '%s: every change changes the checksum',
  (file) => {
    const text = fixtures[file]!
    const start = Math.max(0, text.indexOf('-- migrate:up') + '-- migrate:up'.length)
    const end = text.includes('-- migrate:down') ? text.indexOf('-- migrate:down') : text.length
    const section = text.includes('-- migrate:up') ? text.slice(start, end) : text
    const edits = mutateSql(section, text.includes('-- migrate:up') ? start : 0)
    expect(missedIn(file, someOf(edits, 4))).toEqual([])
    expect(edits.length).toBeGreaterThan(50)
  },
)

test('the fixtures hold enough to try', () => {
  const all = [...scripts, ...Object.values(HELPERS).flat()].map(changesOf)
  expect(all.reduce((total, { tokens }) => total + tokens, 0)).toBeGreaterThan(850)
  expect(all.flatMap(({ edits }) => edits).length).toBeGreaterThan(2_500)
})
