// Constants that are made of one another grow without measure: where they become too large, and what is not looked at however large.
import { expect, test } from 'vitest'
import { readFolder, shown, unmark } from './read-folder.js'

const OURS = `import { sql } from 'lockstep/better-sqlite3'\n`

/** Sixty constants, each made of the one before. The mark of `make` stays in the `marked`-th. */
function doubled(first: string, make: (one: string) => string, marked: number): string {
  const rest = Array.from({ length: 60 }, (_, at) => {
    const value = make(`s${at}`)
    return `const s${at + 1} = ${at + 1 === marked ? value : value.replace('▸', '')}`
  })
  return [`const s0 = ${first}`, ...rest, 'export default { up: s60 }'].join('\n')
}

test.each([
  ['a sum', `'x'`, (one: string) => `▸${one} + ${one}`, 25],
  ['a template', `'x'`, (one: string) => `▸\`\${${one}}\${${one}}\``, 25],
  ['line ends in a template', `'\\n'`, (one: string) => `▸\`\${${one}}\${${one}}\``, 25],
  ['a joined list', `'x'`, (one: string) => `▸[${one}, ${one}].join('')`, 25],
  ['a spread list', `['SELECT 1']`, (one: string) => `▸[...${one}, ...${one}]`, 18],
  ['a sql template', `sql.raw('SELECT 1')`, (one: string) => `▸sql\`\${${one}} \${${one}}\``, 21],
] as const)('%s', (_, first, make, marked) => {
  const { folder, places } = unmark({ '001_a.ts': OURS + doubled(first, make, marked) })
  expect(readFolder(folder).diagnostics.map(shown)).toEqual([`${places[0]} READ_TOO_LARGE`])
})

test.each([`'a'.repeat(1e9)`, `'a'.padStart(1e9)`, `Array(1e9).fill('a').join()`])(
  'is not run: %s',
  (value) => {
    const { diagnostics } = readFolder({ '001_a.ts': `export default { up: ${value} }` })
    expect(diagnostics.map(({ code }) => code)).toEqual(['READ_CALL'])
  },
)

test('a problem in what sixty constants are made of is told once', () => {
  const text = doubled('make()', (one) => `${one} + ${one}`, 0)
  const { diagnostics } = readFolder({ '001_a.ts': text })
  expect(diagnostics.map(shown)).toEqual(['001_a.ts:1:12 READ_CALL'])
})
