// Literals: whatever the text contains, evaluating the literal gives the text back.
import { describe, expect, test } from 'vitest'
import { renderLiteral } from '../../../../codegen/render/registry/render-literal.js'

const evaluate = (literal: string): unknown => new Function(`return ${literal}`)()

/** The way a checkout with CRLF line ends, or an editor set to them, changes the file. */
const withCrlf = (text: string): string => text.replaceAll('\n', '\r\n')

const hostile: Record<string, string> = {
  nothing: '',
  'a plain line': 'CREATE TABLE a (id INTEGER PRIMARY KEY)',
  'both quotes': `it's "so"`,
  backslashes: 'C:\\temp\\new \\\\ \\',
  'a backslash before a line end': 'a\\\nb',
  backticks: "SELECT `a`\nFROM `b` WHERE c = '\\`'",
  holes: 'SELECT ${a}\n, $${b}, $\\{c}',
  'a hole in one line': '${1 + 1}',
  'carriage returns': 'a\rb\r\nc\n\rd',
  'line separators': 'a\u2028b\u2029\nc',
  'control characters': '\0\x01\x07\b\v\f\x1b\x7f\x85\n\0',
  'a NUL before a digit': '\u00001\n\u00002',
  'byte order marks': '\ufeffa\n\ufeff',
  'marks of direction': 'a\u202eb\u2066\u200f\n',
  emoji: 'a 👩‍👩‍👧 b\n🎉 é \u0301',
  'sides of surrogate pairs': '\ud83d a \udc00\n\udc00\ud83d',
  'tabs and trailing space': 'a\t \n\t\n  ',
  'the end of a comment and of a script': '*/ </script> --\n<!--',
}

describe.each(Object.entries(hostile))('%s', (_, text) => {
  test('comes back as it was', () => expect(evaluate(renderLiteral(text))).toBe(text))
  test('comes back from a checkout with CRLF', () => {
    expect(evaluate(withCrlf(renderLiteral(text)))).toBe(text)
  })
  test('holds nothing that must not stand raw in a source file', () => {
    expect(renderLiteral(text)).not.toMatch(/[^\P{C}\n\t\u200d]|[\u2028\u2029]/u)
  })
})

test('every single character comes back, alone and before a digit', () => {
  const texts = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).flatMap(
    (character) => [character, `\n${character}0`],
  )
  const values = evaluate(`[${texts.map(renderLiteral).join(',')}]`) as string[]
  expect(values).toHaveLength(texts.length)
  expect(texts.filter((text, index) => text !== values[index])).toEqual([])
})

test('one line is a string, several lines are a template', () => {
  expect(renderLiteral("it's")).toBe(String.raw`'it\'s'`)
  expect(renderLiteral('a\nb')).toBe('`a\nb`')
})
