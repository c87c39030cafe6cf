// How a migration is written down does not change its checksum.
import { format, type Options } from 'prettier'
import { describe, expect, test } from 'vitest'
import { ts } from 'ts-morph'
import { fixtures, isScript, rewritten } from './fixtures.js'
import { checksumsOf } from './checksums-of.js'
import type { Folder } from '../parse/read-folder.js'
import { tokensOf } from './mutations/edit.js'

const unchanged = checksumsOf(fixtures)

const OPTIONS: Readonly<Record<string, Options>> = {
  "Prettier's defaults": {},
  'no semicolons, single quotes': { semi: false, singleQuote: true },
  'tabs, 40 columns': { useTabs: true, printWidth: 40 },
  '200 columns, no trailing commas': { printWidth: 200, trailingComma: 'none' },
  'commas where ES5 has them, no bracket spacing': { trailingComma: 'es5', bracketSpacing: false },
  'bare arrow parameters, consistent quotes of properties': {
    arrowParens: 'avoid',
    quoteProps: 'consistent',
  },
  'collapsed objects, quotes of properties kept': {
    objectWrap: 'collapse',
    quoteProps: 'preserve',
  },
  'eight spaces, operators in front': { tabWidth: 8, experimentalOperatorPosition: 'start' },
  'everything at once': {
    semi: false,
    singleQuote: true,
    printWidth: 60,
    arrowParens: 'avoid',
    experimentalTernaries: true,
    bracketSpacing: false,
    trailingComma: 'none',
    useTabs: true,
  },
}

async function formatted(options: Options): Promise<Folder> {
  const files = Object.entries(fixtures).map(async ([file, text]) => {
    const parser = file.endsWith('.json') ? 'json' : 'typescript'
    return [file, file.endsWith('.sql') ? text : await format(text, { ...options, parser })]
  })
  return Object.fromEntries(await Promise.all(files))
}

test('there are enough migrations, and no two are alike', () => {
  const all = unchanged.flatMap(({ up, down }) => (down === null ? [up] : [up, down]))
  expect(unchanged.length).toBeGreaterThanOrEqual(25)
  expect(new Set(all).size).toBe(all.length)
  expect(all.filter((one) => !/^1:[0-9a-f]{32}$/.test(one))).toEqual([])
})

describe.each(Object.entries(OPTIONS))('Prettier: %s', (_, options) => {
  const formatting = formatted(options)

  test('does not change any checksum', async () => {
    const texts = await formatting
    expect(texts).not.toEqual(fixtures)
    expect(checksumsOf(texts)).toEqual(unchanged)
  })

  test('nor with comments, CRLF and a byte order mark', async () => {
    const texts = Object.entries(await formatting).map(([file, text]) => [
      file,
      `\ufeff${isScript(file) ? insertComments(text) : text}`.replaceAll('\n', '\r\n'),
    ])
    expect(checksumsOf(Object.fromEntries(texts))).toEqual(unchanged)
  })
})

test('comments alone do not change any checksum', () => {
  const texts = rewritten((text, file) => (isScript(file) ? insertComments(text) : text))
  expect(checksumsOf(texts)).toEqual(unchanged)
})

/** A comment before every token, and one on a line of its own before every token that begins a line. */
function insertComments(text: string): string {
  const source = ts.createSourceFile('/a.ts', text, ts.ScriptTarget.Latest, true)
  let out = ''
  let end = 0
  for (const token of tokensOf(source)) {
    const start = token.getStart()
    const space = text.slice(end, start)
    out += space + (space.includes('\n') ? COMMENT_LINES : '/* "c" */ ')
    out += text.slice(start, token.end)
    end = token.end
  }
  return `${out}${text.slice(end)}// the end`
}

const COMMENT_LINES = "/** @type {it's} `a` */\n// 'b'; {\n"
