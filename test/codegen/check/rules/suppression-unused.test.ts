// SUPPRESSION_UNUSED, and what the comments cover
import { describe, expect, test } from 'vitest'
import { checkFolder, placesIn, SOUND } from '../check-folder.js'

const IGNORE = '// lockstep-ignore IMPORT_BUILTIN: only ever runs on Node'
const IMPORT = `import { endianness } from 'node:os'`
const LIST_HEAD = `import { defineMigrations } from 'lockstep/better-sqlite3'\n`
const element = (version: number) =>
  `  { version: ${version}, sql: ['CREATE TABLE a${version} (b)'] },\n`

describe('valid', () => {
  test.each([
    ['above', `${IGNORE}\n${IMPORT}\n${SOUND}`],
    ['at the end of the line', `${IMPORT} ${IGNORE}\n${SOUND}`],
    ['anywhere in the file', `${IMPORT}\n${SOUND}\n${IGNORE}\n`],
    [
      'as a block',
      `/* lockstep-ignore IMPORT_BUILTIN: only ever runs on Node */ ${IMPORT}\n${SOUND}`,
    ],
    ['with Windows line ends', `${IGNORE}\r\n${IMPORT}\r\n${SOUND}`],
    ['once for two findings', `${IGNORE}\n${IMPORT}\nimport os from 'node:os'\n${SOUND}`],
    ['a text that only looks like one', `const text = '// lockstep-ignore DOWN_EMPTY'\n${SOUND}`],
  ])('%s', async (_, text) => expect(await placesIn({ '001_a.ts': text })).toEqual([]))

  test.each([
    [
      'an SQL file',
      {
        '001_a.sql':
          '-- lockstep-ignore DOWN_EMPTY: nothing to undo\n-- migrate:up\nANALYZE;\n-- migrate:down\n',
      },
    ],
    [
      'the first file of a pair, for the second',
      {
        '001_a.up.sql': '-- lockstep-ignore DOWN_EMPTY: nothing to undo\nANALYZE;\n',
        '001_a.down.sql': '--\n',
      },
    ],
    [
      'the second file of a pair',
      {
        '001_a.up.sql': 'ANALYZE;\n',
        '001_a.down.sql': '/* lockstep-ignore DOWN_EMPTY: nothing to undo */\n',
      },
    ],
    [
      'a helper',
      {
        '001_a.ts': SOUND,
        '_shared.ts': `${IGNORE}\n${IMPORT}\nexport const ids = [randomUUID]\n`,
      },
    ],
  ])('%s', async (_, folder) => expect(await placesIn(folder)).toEqual([]))

  test('several codes in one comment, in code and in SQL', async () => {
    const [code, sql] = ['// lockstep-ignore', '-- lockstep-ignore'].map(
      (mark) => `${mark} IMPORT_BUILTIN, DOWN_EMPTY : only ever runs on Node\n`,
    )
    const script = `${code}${IMPORT}\nexport default { up: 'ANALYZE', down: '' }\n`
    expect(await placesIn({ '001_a.ts': script })).toEqual([])
    const found = await placesIn({
      '001_a.sql': `${sql}-- migrate:up\nANALYZE;\n-- migrate:down\n`,
    })
    expect(found).toEqual(['001_a.sql:1:1 warning SUPPRESSION_UNUSED'])
  })

  test('an error that the settings made a warning', async () => {
    const text = `// lockstep-ignore MODULE_SIDE_EFFECT: harmless\nconsole.log(1)\n${SOUND}`
    expect(
      await placesIn({ '001_a.ts': text }, { rules: { MODULE_SIDE_EFFECT: 'warning' } }),
    ).toEqual([])
  })
})

describe('in a list', () => {
  const ignore = '// lockstep-ignore DOWN_MISSING: old history\n'
  test.each([
    [
      'before the list: all elements',
      `${LIST_HEAD}${ignore}export default defineMigrations([\n${element(1)}${element(2)}])\n`,
      [],
    ],
    [
      'before an element: that one',
      `${LIST_HEAD}export default defineMigrations([\n${element(1)}${ignore}${element(2)}])\n`,
      ['001-002_a.ts:3:3 warning DOWN_MISSING'],
    ],
    [
      'inside an element: that one',
      `${LIST_HEAD}export default defineMigrations([\n${element(1).replace('{', `{ ${ignore}`)}${element(2)}])\n`,
      ['001-002_a.ts:5:3 warning DOWN_MISSING'],
    ],
  ])('%s', async (_, text, places) =>
    expect(await placesIn({ '001-002_a.ts': text })).toEqual(places),
  )
})

describe('invalid', () => {
  test('nothing of that code is found', async () => {
    const [found, ...more] = await checkFolder({ '001_a.ts': `${SOUND}\n  ${IGNORE}\n` })
    expect(more).toEqual([])
    expect(found).toMatchObject({
      code: 'SUPPRESSION_UNUSED',
      severity: 'warning',
      line: 7,
      column: 3,
    })
    expect(found!.message).toContain('IMPORT_BUILTIN')
  })

  test.each([
    ['NO_SUCH_RULE', 'Remove the comment, or correct its code.'],
    ['DOWN_EMTPY', 'Did you mean DOWN_EMPTY? Remove the comment, or correct its code.'],
  ])('no rule has the code %s, whatever else is wrong', async (code, fix) => {
    const comment = `// lockstep-ignore ${code}: a test\n`
    const sound = await checkFolder({ '001_a.ts': `${comment}${SOUND}` })
    expect(sound).toMatchObject([
      {
        code: 'SUPPRESSION_UNUSED',
        message: `A comment in migrations/001_a.ts suppresses ${code}, but no rule has this code.`,
        fix,
      },
    ])
    const broken = await placesIn({ '001_a.ts': `${comment}export default make()\n` })
    expect(broken).toContain('001_a.ts:1:1 warning SUPPRESSION_UNUSED')
  })

  test('it is found in another migration only', async () => {
    const folder = { '001_a.ts': `${IGNORE}\n${SOUND}`, '002_b.ts': `${IMPORT}\n${SOUND}` }
    expect(await placesIn(folder)).toEqual([
      '001_a.ts:1:1 warning SUPPRESSION_UNUSED',
      '002_b.ts:1:28 warning IMPORT_BUILTIN',
    ])
  })

  test('a list element that has no such finding', async () => {
    const text = `${LIST_HEAD}export default defineMigrations([\n  // lockstep-ignore DOWN_EMPTY: no\n${element(1)}])\n`
    expect(await placesIn({ '001_a.ts': text })).toEqual([
      '001_a.ts:3:3 warning SUPPRESSION_UNUSED',
      '001_a.ts:4:3 warning DOWN_MISSING',
    ])
  })

  test('is not told where a finding may hide behind an error', async () => {
    expect(
      (await placesIn({ '001_a.ts': `${IGNORE}\nexport default make()\n` })).join(),
    ).not.toContain('SUPPRESSION')
  })
})

test('a name where the findings of the code are told apart by none', async () => {
  const comment = '// lockstep-ignore IMPORT_BUILTIN os: only ever runs on Node'
  const found = await checkFolder({ '001_a.ts': `${comment}\n${IMPORT}\n${SOUND}` })
  const unused = found.find(({ code }) => code === 'SUPPRESSION_UNUSED')
  expect(unused?.message).toContain('findings of this code have no subject')
  expect(unused?.fix).toContain('`lockstep-ignore IMPORT_BUILTIN: …` covers them all')
})
