// The printer obeys its own marks and nothing else, and prints what is legible as it is.
import { describe, expect, test } from 'vitest'
import { codeFrame } from '../../codegen/diagnostics/code-frame.js'
import { renderGithub } from '../../codegen/diagnostics/render-diagnostics.js'
import { jsonText, visibleText } from '../../codegen/diagnostics/visible-text.js'
import type { CommandResult } from '../../src/cli/command/command.js'
import { makePrinter } from '../../src/cli/printer.js'
import { columns, makeStyle, printedWidth } from '../../src/cli/terminal/style.js'
import { sourcesIn } from '../architecture/source-files.js'
import { testSome } from '../support/some-of.js'

const colored = makeStyle({ colors: 'on', listing: 'whole' })
const plain = makeStyle({ colors: 'off', listing: 'whole' })

describe('visible text', () => {
  testSome([
    ['a\nb\tc\rd', String.raw`a\nb\x09c\x0dd`],
    ['\x1b[31m\x9b1m\x7f\x00', String.raw`\x1b[31m\x9b1m\x7f\x00`],
    ['\u202ab\u2066c\u2069\u200e\u200f\u061c', String.raw`\u202ab\u2066c\u2069\u200e\u200f\u061c`],
    ['us\u200bers\u2060\ufeff\u00ad', String.raw`us\u200bers\u2060\ufeff\xad`],
    ['us\u200cers\u200dx\ufe0f', String.raw`us\u200cers\u200dx\ufe0f`],
    ['\u{e0041}\u{e007f}', String.raw`\u{e0041}\u{e007f}`],
    ['\u3164\u115f\u2028\u2029\ufff9\ufdd0', String.raw`\u3164\u115f\u2028\u2029\ufff9\ufdd0`],
    ['\ud800a\udc00', String.raw`\ud800a\udc00`],
  ])('%j is written out', (text, shown) => expect(visibleText(text)).toBe(shown))

  testSome([
    'Übersicht, E\u0301te\u0301, Пользователи, 用户, ユーザー, שם, اسم',
    'می\u200cخواهم, क\u094d\u200dष, क\u094d\u200cष',
    '👩\u200d👩\u200d👧 🏳\ufe0f\u200d🌈 👨🏽\u200d💻 ❤\ufe0f 1\ufe0f\u20e3 🇩🇪',
    '葛\u{e0100}',
    String.raw`C:\x1b\new "quoted" 'names' $a ~ %`,
  ])('%s stays as it is', (text) => expect(visibleText(text)).toBe(text))
})

describe('a line', () => {
  test('has the colours that it was given, and those alone', () => {
    const line = `${colored.green('✓')} \x1b[32mforged\x1b[39m`
    expect(colored.print(line)).toBe('\x1b[32m✓\x1b[39m ' + String.raw`\x1b[32mforged\x1b[39m`)
    expect(plain.print(plain.green('✓'))).toBe('✓')
  })

  test('has the links that it was given, where the terminal can follow them, and those alone', () => {
    const linked = makeStyle({ colors: 'on', links: 'on', listing: 'whole' })
    const url = 'file:///docs/a b\u202e\x1b.md#c'
    const forged = '\x1b]8;;file:///x\x1b\\y'
    expect(linked.print(`${linked.link('page', url)} ${forged}`)).toBe(
      '\x1b]8;;file:///docs/a%20b%E2%80%AE%1B.md#c\x1b\\page\x1b]8;;\x1b\\ ' +
        String.raw`\x1b]8;;file:///x\x1b\y`,
    )
    expect(colored.print(colored.link('page', url))).toBe('page')
    expect(printedWidth(linked.link(linked.dim('page'), url))).toBe(4)
  })

  test('takes no marks from who does not know this run', () => {
    const forged = makeStyle({ colors: 'on', listing: 'whole' }).green('forged')
    expect(colored.print(forged)).not.toContain('\x1b')
    expect(plain.print(forged)).toContain(String.raw`\ufdd0`)
  })

  testSome([
    ['::error::x', String.raw`\x3a:error::x`],
    ['  ::warning file=a::x', String.raw`  \x3a:warning file=a::x`],
    ['a ##[error]x', String.raw`a \x23#[error]x`],
    ['##vso[task.complete]x', String.raw`\x23#vso[task.complete]x`],
    ['a::b # ## c', 'a::b # ## c'],
  ])('%s gives a CI service no command', (line, shown) => expect(plain.print(line)).toBe(shown))

  describe('of prose', () => {
    const narrow = makeStyle({ colors: 'on', listing: 'whole', width: 40 })
    const said = '  one two three four five six seven eight nine ten eleven twelve'

    test('is broken between words where the stream is narrower, and indented as it began', () => {
      expect(narrow.wrap(said)).toEqual([
        '  one two three four five six seven',
        '  eight nine ten eleven twelve',
      ])
      expect(narrow.wrap(said).every((line) => printedWidth(line) <= 40)).toBe(true)
    })

    test('stays whole where the width is unknown, or too small for prose', () => {
      expect(plain.wrap(said)).toEqual([said])
      expect(makeStyle({ colors: 'off', listing: 'whole', width: 20 }).wrap(said)).toEqual([said])
    })

    test('keeps together what is to be copied, however wide it is', () => {
      const sql = '`SELECT name, count(*) FROM users GROUP BY name HAVING count(*) > 1`'
      const [first, second, third] = narrow.wrap(`Find the rows with ${sql}, and change them.`)
      expect([first, second, third]).toEqual(['Find the rows with', `${sql},`, 'and change them.'])
      expect(narrow.wrap('a ` b').join('|')).toBe('a ` b')
    })

    test('is measured as it is printed', () => {
      const line = `${narrow.red('✗ CODE')}  ${'word '.repeat(5)}end`
      expect(narrow.wrap(line)).toEqual([line])
    })

    test('is whole in a pipe', () => {
      const lines: string[] = []
      const stdout = { write: (text: string) => lines.push(text), columns: 40 }
      const streams = { stdin: {}, stdout, stderr: stdout, environment: {} }
      const failure = { code: 'X', message: said, fix: said, stacks: [] }
      makePrinter({}, streams).printFailure(failure)
      makePrinter({}, { ...streams, stderr: { ...stdout, isTTY: true } }).printFailure(failure)
      expect(lines[0]).toContain(`${said}\n→ ${said}\n`)
      expect(lines[1]).toContain('\neight nine ten')
    })
  })

  test('of a table is padded for what is printed of it', () => {
    const lines = columns([
      [colored.bold('a\x1b'), 'x'],
      ['a\nb\nc', 'y'],
    ]).map(plain.print)
    expect(lines[1]).toBe(String.raw`a\nb\nc  y`)
    expect(
      columns([
        ['a\x1b', 'x'],
        ['abcdef', 'y'],
      ]).map(plain.print)[0],
    ).toBe(String.raw`a\x1b   x`)
  })
})

describe('documents', () => {
  const odd = 'a\u2028b\u202ec\x9bd\x7f##[error]\u{e0041}👩\u200d👧\ud800'
  const diagnostic = {
    code: 'ODD',
    severity: 'error',
    message: 'a\x1b[1m\r\n::error::b',
    fix: 'c',
    file: 'd\u202e',
    line: 1,
    column: 1,
  } as const

  test('in JSON say the same without anything that is obeyed', () => {
    const text = jsonText({ [odd]: [odd] })
    expect(JSON.parse(text)).toEqual({ [odd]: [odd] })
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Zl}\p{Bidi_C}]|##\[/u)
    expect(text).toContain('👩\u200d👧')
  })

  test('for GitHub are one line for each finding', () => {
    expect(renderGithub([diagnostic])).toBe(
      String.raw`::error file=d\u202e,line=1,col=1,title=ODD::a\x1b[1m\x0d%0A::error::b c`,
    )
  })
})

test('the mark of a code frame stands below the place, whatever is before it', () => {
  const source = 'e\u0301\u3164\u200b\t漢x'
  const frame = codeFrame(source, 1, source.indexOf('x') + 1)
  expect(frame?.code).toBe('e\u0301·· 漢x')
  expect(plain.print(frame!.code)).toBe(frame?.code)
  expect(frame?.mark).toBe(`${' '.repeat(6)}^`)
})

test('an end of a line within a line is not one of the answer', () => {
  let text = ''
  const output = { write: (part: string) => (text += part) }
  const printer = makePrinter({}, { stdin: {}, stdout: output, stderr: output, environment: {} })
  const result: CommandResult = { exitCode: 0, json: null, text: () => ['a\nb', 'c'] }
  printer.printResult(result)
  printer.terminal.say('d\ne')
  expect(text).toBe('a\\nb\nc\nd\\ne\n')
})

test('nothing else writes to the streams of the process', () => {
  const writers = [...sourcesIn('src', 'codegen')]
    .filter(([, text]) => /process\.std(?:out|err)|@inquirer|cli-progress/.test(text))
    .map(([file]) => file)
    .sort()
  expect(writers).toEqual([
    // Takes what is written there, for the printer.
    'src/cli/command/speak-aside.ts',
    // Hands the streams to the printer.
    'src/cli/main.ts',
    // Escapes its questions.
    'src/cli/terminal/confirm.ts',
    // Escapes its titles, and prints lines in the printer's style.
    'src/cli/terminal/progress-bar.ts',
  ])
})
