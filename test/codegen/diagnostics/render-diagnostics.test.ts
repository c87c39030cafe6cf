// Diagnostics as text, JSON, GitHub annotations and SARIF.
import { describe, expect, test } from 'vitest'
import {
  renderGithub,
  renderJson,
  renderText,
} from '../../../codegen/diagnostics/render-diagnostics.js'
import { describedRules as rules } from '../../support/described-rules.js'
import { renderSarif } from '../../../codegen/diagnostics/render-sarif.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import { makeStyle } from '../../../src/cli/terminal/style.js'

const asynchronous: Diagnostic = {
  file: 'migrations/003_x.ts',
  line: 2,
  column: 3,
  code: 'UP_ASYNC',
  severity: 'error',
  message: 'The `up` is async.',
  fix: 'Remove `async`.',
}
const unused: Diagnostic = {
  ...asynchronous,
  line: 1,
  column: 1,
  code: 'SUPPRESSION_UNUSED',
  severity: 'warning',
}
const hint: Diagnostic = { ...unused, code: 'SOMETHING_NEW', severity: 'info' }

const sources = new Map([['migrations/003_x.ts', 'export default {\r\n\tasync up() {},\r\n}\r\n']])
const text = (diagnostics: Diagnostic[], source?: string): string =>
  renderText(
    diagnostics,
    source === undefined ? sources : new Map([['migrations/003_x.ts', source]]),
    makeStyle({ colors: 'off', listing: 'whole' }),
  ).join('\n')

describe('for people', () => {
  test('place, severity, code, line, mark, message, fix and the sum', () => {
    expect(text([unused, asynchronous])).toBe(
      `
migrations/003_x.ts:1:1 warning SUPPRESSION_UNUSED
  The \`up\` is async.
    1 | export default {
      | ^
  fix: Remove \`async\`.

migrations/003_x.ts:2:3 error UP_ASYNC
  The \`up\` is async.
    2 |  async up() {},
      |   ^
  fix: Remove \`async\`.

1 error, 1 warning`.trimStart(),
    )
  })

  test('the page of a code stands below its first finding', () => {
    const page = 'node_modules/lockstep/docs/rules/UP_ASYNC.md'
    const lines = text([
      unused,
      { ...asynchronous, page },
      { ...asynchronous, page, line: 3, message: 'Other.' },
    ])
    expect(lines.split('\n').filter((line) => line.includes(page))).toEqual([`  see: ${page}`])
    expect(lines.indexOf(page)).toBeLessThan(lines.indexOf(':3:3'))
    expect(JSON.parse(renderJson([{ ...asynchronous, page }])).diagnostics[0]).toMatchObject({
      page,
    })
  })

  test('nothing to say is an empty text', () => expect(text([])).toBe(''))

  describe('a flood of hints', () => {
    const many = (count: number, one: Diagnostic): Diagnostic[] =>
      Array.from({ length: count }, (_, index) => ({
        ...one,
        line: index + 1,
        message: `${one.message} ${index}`,
      }))
    const times = (code: string, found: string): number => found.split(`info ${code}`).length - 1

    test('shows ten of each code, counts the others, and keeps the sum', () => {
      const other = { ...hint, code: 'OTHER' }
      const found = text([...many(12, hint), ...many(11, other), asynchronous])
      expect([times('SOMETHING_NEW', found), times('OTHER', found)]).toEqual([10, 10])
      expect(found).toMatch(
        /\n\n… and 2 more of SOMETHING_NEW; `--json` shows them all\.\n… and 1 more of OTHER; `--json` shows them all\.\n\n1 error, 23 infos$/,
      )
    })

    test('ten are shown all', () => {
      const found = text(many(10, hint))
      expect(times('SOMETHING_NEW', found)).toBe(10)
      expect(found).not.toContain('more of')
    })

    test.each([asynchronous, unused])('errors and warnings are shown all', (one) => {
      const found = text(many(30, one))
      expect(found.split(`${one.severity} ${one.code}`).length - 1).toBe(30)
      expect(found).not.toContain('more of')
    })

    test('programs get them all', () => {
      const all = many(30, hint)
      expect(JSON.parse(renderJson(all)).diagnostics).toHaveLength(30)
      expect(renderGithub(all).split('\n')).toHaveLength(30)
      expect(JSON.parse(renderSarif(all, rules)).runs[0].results).toHaveLength(30)
    })
  })

  describe('what says the same of several places', () => {
    const inFile = (index: number, one: Diagnostic): Diagnostic => {
      const file = `migrations/00${index}_x.ts`
      return { ...one, file, message: `Version 00${index} in ${file}: it imports '../src/x.js'.` }
    }
    const all = (one: Diagnostic): Diagnostic[] => [1, 2, 3].map((index) => inFile(index, one))

    test('is shown once, with the other places', () => {
      const found = text(all(unused))
      expect(found).toContain(
        "  Version 001 in migrations/001_x.ts: it imports '../src/x.js'.\n" +
          '  fix: Remove `async`.\n' +
          '  and the same 2 more times: migrations/002_x.ts:1:1, migrations/003_x.ts:1:1\n\n3 warnings',
      )
      expect(found).not.toContain('Version 002')
    })

    test('is shown once for each file where it is an error, word for word the same', () => {
      expect(text(all(asynchronous)).split('error UP_ASYNC')).toHaveLength(4)
      const again = { ...asynchronous, line: asynchronous.line + 1 }
      expect(text([asynchronous, again])).toContain(
        `and the same 1 more time: ${again.file}:${again.line}:${again.column}\n\n2 errors`,
      )
      expect(text([asynchronous, { ...again, message: 'Other.' }])).not.toContain('the same')
      expect(text([asynchronous, { ...again, subject: 't' }])).not.toContain('the same')
    })

    test('is shown once for the columns of a table where it is an error at one place', () => {
      const dropped = (column: string): Diagnostic => ({
        ...asynchronous,
        subject: `t.${column}`,
        message: `Drops ${column} of t. In one row, this would be lost: a = 'a 1', b = 2, "c d" = 3.`,
        fix: `Ask for ${column}. If it may go: \`-- lockstep-ignore UP_ASYNC t.${column}: reason\`.`,
      })
      const found = text([dropped('a'), dropped('b'), dropped('B2')])
      expect(found.split('error UP_ASYNC')).toHaveLength(2)
      expect(found).toContain(
        'and the same 2 more times here, for t.b: `-- lockstep-ignore UP_ASYNC t.b: reason`, t.B2: `-- lockstep-ignore UP_ASYNC t.B2: reason`\n\n3 errors',
      )
      for (const more of [
        { ...dropped('b'), line: 1 },
        { ...dropped('b'), subject: 'u.b' },
        { ...dropped('b'), message: 'Drops a part of b of t.' },
        { ...dropped('b'), fix: 'Keep b.' },
      ])
        expect(text([dropped('a'), more]).split('error UP_ASYNC')).toHaveLength(3)
    })

    test('is shown once for the columns that a warning is about, whatever one row had in them', () => {
      const left = (column: string, value: string): Diagnostic => ({
        ...unused,
        subject: `t.${column}`,
        message: `Keeps nothing of ${column}: in one row that was ${value}.`,
        fix: `Name ${column}.`,
      })
      expect(text([left('a', "'a 1'"), left('b', '2')])).toContain('1 more time here, for t.b')
      const apart = text([left('a', "'a 1'"), { ...left('b', '2'), line: 9 }])
      expect(apart).not.toContain('the same')
    })

    test('is shown each time where it is not quite the same', () => {
      const other = { ...inFile(2, unused), message: "It imports '../src/y.js'." }
      expect(text([inFile(1, unused), other])).not.toContain('the same')
      expect(text([inFile(1, unused), inFile(2, hint)])).not.toContain('the same')
    })

    const about = (subject: string, one: Diagnostic): Diagnostic => ({
      ...one,
      subject,
      message: `The key ${subject} to p.`,
      fix: `Index ${subject}.`,
    })

    test('is a hint about one table, whatever it says, and a warning about other columns of it', () => {
      const hints = [about('t.a', hint), { ...about('t.b', hint), message: 'Other.' }]
      expect(text([...hints, about('T.c', hint), about('u.a', hint)])).toContain(
        'and the same 2 more times: t.b (migrations/003_x.ts:1:1), T.c (migrations/003_x.ts:1:1)\n\n',
      )
      expect(text([about('t.a', hint), { ...about('t.b', hint), fix: 'Drop it.' }])).toContain(
        'and 1 more time with another fix, which `--json` shows: t.b (migrations/003_x.ts:1:1)\n\n',
      )
      expect(text([about('t.a', unused), about('t.bb', unused)])).toContain(
        '1 more time here, for t.bb',
      )
      expect(text([about('t.a', unused), about('u.a', unused)])).not.toContain('the same')
      expect(text([about('index i', hint), about('index j', hint)])).not.toContain('the same')
    })

    test('names all places of a warning, ten of a hint', () => {
      const times = (one: Diagnostic) =>
        text(Array.from({ length: 30 }, (_, index) => ({ ...one, line: index + 1 })))
      expect(times(unused)).toContain('003_x.ts:30:1')
      expect(times(hint)).toContain('003_x.ts:11:1, and 19 that `--json` shows')
    })
  })

  test('several of a kind are counted, hints too', () => {
    expect(text([hint, asynchronous, asynchronous])).toMatch(/\n\n2 errors, 1 info$/)
  })

  test.each([
    ['a file whose text is not known', { ...asynchronous, file: 'migrations' }],
    ['a line that does not exist', { ...asynchronous, line: 99 }],
  ])('%s has no frame', (_, diagnostic) => expect(text([diagnostic])).not.toContain(' | '))

  test('a long line is cut around the place', () => {
    const source = `\n${'a'.repeat(5000)}!${'b'.repeat(5000)}`
    const [, , code = '', mark = ''] = text([{ ...asynchronous, column: 5001 }], source).split('\n')
    expect(code.length).toBeLessThan(120)
    expect(code[mark.indexOf('^')]).toBe('!')
    expect(code).toMatch(/\| …a+!b+…$/)
  })

  test('what a terminal would obey becomes visible, and wide characters keep the mark in place', () => {
    const lines = text([{ ...asynchronous, column: 5 }], '\n\u001b[漢字x').split('\n')
    expect(lines[2]).toBe('    2 | ·[漢字x')
    expect(lines[3]).toBe('      |       ^')
  })

  test('colours only when asked', () => {
    const style = makeStyle({ colors: 'on', listing: 'whole' })
    const colored = renderText([asynchronous], sources, style).map(style.print).join('\n')
    expect(colored).toContain('\u001b[31merror\u001b[39m')
    expect(text([asynchronous])).not.toContain('\u001b')
  })
})

describe('for programs', () => {
  test('ok without errors; the keys in their order', () => {
    expect(JSON.parse(renderJson([]))).toEqual({ ok: true, diagnostics: [] })
    expect(JSON.parse(renderJson([unused]))).toMatchObject({ ok: true })
    const parsed = JSON.parse(renderJson([asynchronous, unused]))
    expect(parsed).toEqual({ ok: false, diagnostics: [asynchronous, unused] })
    expect(Object.keys(parsed.diagnostics[0])).toEqual([
      'code',
      'severity',
      'message',
      'fix',
      'file',
      'line',
      'column',
    ])
  })

  test('GitHub annotations escape what would end them', () => {
    const odd = { ...asynchronous, file: 'a,b:c.ts', message: '100 %\nof it.', fix: 'Do: so, now.' }
    expect(renderGithub([odd, unused, hint])).toBe(
      [
        '::error file=a%2Cb%3Ac.ts,line=2,col=3,title=UP_ASYNC::100 %25%0Aof it. Do: so, now.',
        '::warning file=migrations/003_x.ts,line=1,col=1,title=SUPPRESSION_UNUSED::The `up` is async. Remove `async`.',
        '::notice file=migrations/003_x.ts,line=1,col=1,title=SOMETHING_NEW::The `up` is async. Remove `async`.',
      ].join('\n'),
    )
  })

  test('GitHub annotations are cut off where nobody reads on, between characters', () => {
    const [line = ''] = renderGithub([{ ...asynchronous, message: '💾'.repeat(10_000) }]).split(
      '\n',
    )
    expect(line.length).toBeLessThan(9_000)
    expect(line).toMatch(/💾…$/u)
  })

  test('SARIF 2.1.0 with one rule for each code', () => {
    const odd = { ...asynchronous, file: 'my migrations/003#x.ts' }
    const log = JSON.parse(renderSarif([odd, hint, asynchronous], rules))
    expect(log).toMatchObject({ version: '2.1.0', runs: [{ columnKind: 'utf16CodeUnits' }] })
    const [{ tool, results }] = log.runs
    expect(tool.driver.rules).toMatchObject([
      { id: 'SOMETHING_NEW' },
      { id: 'UP_ASYNC', defaultConfiguration: { level: 'error' } },
    ])
    expect(results).toMatchObject([
      { ruleId: 'UP_ASYNC', ruleIndex: 1, level: 'error' },
      { ruleId: 'SOMETHING_NEW', ruleIndex: 0, level: 'note' },
      { ruleId: 'UP_ASYNC', ruleIndex: 1 },
    ])
    expect(results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'my%20migrations/003%23x.ts', uriBaseId: 'SRCROOT' },
      region: { startLine: 2, startColumn: 3 },
    })
  })
})
