// The rules of the house hold in the project, and each is proven by a planted violation.
import { describe, expect, test } from 'vitest'
import * as rules from './house-rules.js'
import { type Sources, sourcesIn } from './source-files.js'

type Judge = (sources: Sources) => string[]

const mark = (...pieces: readonly string[]): string => pieces.join('')

/** Rule, a violation, its finding, and something similar that is allowed. */
const cases: readonly (readonly [
  name: string,
  judge: Judge,
  wrong: string,
  finding: string,
  right: string,
])[] = [
  [
    'errors have a code',
    rules.bareErrors,
    "throw new Error('no')",
    'codegen/a.ts:1 makes an Error without a code',
    "throw new LockstepError(problem) // new Error('no')",
  ],
  [
    'no unfinished work',
    rules.unfinishedWork,
    mark('// TO', 'DO: later'),
    mark('codegen/a.ts:1 "TO', 'DO" is a mark of unfinished work'),
    'const todos = 1',
  ],
  [
    'no compiler check is off',
    rules.unfinishedWork,
    mark('// @ts-', 'nocheck'),
    mark('codegen/a.ts:1 "@ts-', 'nocheck" is a mark of unfinished work'),
    '// ts-check',
  ],
  [
    'no path of one machine',
    rules.machinePaths,
    mark("const a = '/ho", "me/me/a'"),
    mark('codegen/a.ts:1 "\'/ho', 'me/" is a path of one machine'),
    "const a = 'pages/home/a'",
  ],
  [
    'no table shadows a function',
    rules.shadowedFunctions,
    "'SELECT 1 FROM main.pragma_table_info(?)'",
    'codegen/a.ts:1 "pragma_table_info" can be shadowed; write unshadowed. before it',
    "db.pragma('x'); 'SELECT json_each_x FROM unshadowed.pragma_table_info(?)'",
  ],
  [
    'names are quoted in one place',
    rules.quotedByHand,
    `const a = name.replaceAll('"', '""')`,
    `codegen/a.ts:1 "replaceAll('"', '""')" quotes by hand; ask src/sql/names.ts`,
    `const a = text.replaceAll('"', "'")`,
  ],
  [
    'names are compared by a collation',
    rules.replaceableFunctions,
    "'SELECT 1 FROM t WHERE lower(name) = ?'",
    'codegen/a.ts:1 "WHERE lower(" may be another function; write COLLATE NOCASE',
    '// Of `lower(name)`, everything.',
  ],
  [
    'files say what they are for',
    rules.withoutPurpose,
    'export const a = 1',
    'codegen/a.ts does not begin with a comment that says what it is for',
    '#!/usr/bin/env node\n// Counts.\nlet a',
  ],
  [
    'exports are documented',
    rules.undocumentedExports,
    '// Counts.\nexport const a = 1',
    'codegen/a.ts:2 exports a without a doc comment',
    '/** One. */\nexport const a = 1\nconst b = 2',
  ],
  [
    'no inner barrels',
    rules.innerBarrels,
    "export * from './b.js'",
    'codegen/a.ts only re-exports; import from the files themselves',
    "export type { A } from './b.js'\nexport const a = 1",
  ],
  [
    'exported functions take no booleans',
    rules.booleanParameters,
    'export const a = (b: boolean) => b',
    'codegen/a.ts:1 has the boolean parameter b',
    'const a = (b: boolean) => b\nexport const c = (d: string): boolean => a(!d)',
  ],
  [
    'no module uses the compiler while it loads',
    rules.compilerAtLoad,
    "import { ts } from 'ts-morph'\nconst A = new Set([ts.SyntaxKind.Block])",
    'codegen/a.ts:2 uses the compiler while it loads; make it with once',
    "import { ts } from 'ts-morph'\nconst a = (node: ts.Node): boolean => ts.isBlock(node)",
  ],
]

describe.each(cases)('%s', (_name, judge, wrong, finding, right) => {
  test('in the project', () => expect(judge(sourcesIn('src', 'codegen', '.ci'))).toEqual([]))
  test('and a violation is found', () => {
    expect(judge(new Map([['codegen/a.ts', wrong]]))).toEqual([finding])
  })
  test('and what only looks like one is not', () => {
    expect(judge(new Map([['codegen/a.ts', right]]))).toEqual([])
  })
})

describe('names', () => {
  test('in the project', () => {
    expect(rules.emptyNames(sourcesIn('src', 'codegen', '.ci', 'test'))).toEqual([])
  })
  test.each(['codegen/utils.ts', 'src/run/sql-helpers.ts', 'src/helpers/a.ts'])(
    '%s is found',
    (file) => expect(rules.emptyNames(new Map([[file, '']]))).toHaveLength(1),
  )
  test.each(['codegen/parse/evaluate.ts', 'src/utility.ts'])('%s is not', (file) => {
    expect(rules.emptyNames(new Map([[file, '']]))).toEqual([])
  })
})

test('tests and benchmarks hold no unfinished work and no path of one machine', () => {
  const sources = sourcesIn('test', 'bench')
  expect([...rules.unfinishedWork(sources), ...rules.machinePaths(sources)]).toEqual([])
})

describe('no test replaces a file of the project', () => {
  test('in the project', () => expect(rules.mockedFiles(sourcesIn('test'))).toEqual([]))
  test.each([
    ['mock', "'../a.js'", 1],
    ['doMock', '"./a.js"', 1],
    ['mock', "'node:fs'", 0],
  ] as const)('vi.%s(%s)', (way, path, count) => {
    expect(rules.mockedFiles(new Map([['test/a.test.ts', `vi.${way}(${path})`]]))).toHaveLength(
      count,
    )
  })
})
