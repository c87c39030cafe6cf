// A comment in the SQL of a text of code switches off what it would switch off in an SQL file.
import { expect, test } from 'vitest'
import { placesProven } from '../proven/prove-project.js'

const findings = (up: string): Promise<string[]> =>
  placesProven({
    '001_a.sql':
      '-- irreversible: a test\n-- migrate:up\nCREATE TABLE b (id INTEGER PRIMARY KEY, w INTEGER);\n',
    '002_b.ts': `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({
  irreversible: 'a test',
  up: ${up},
})
`,
  })

const DROP = 'ALTER TABLE b DROP COLUMN w;'

test.each([
  ['a line', `\`\n-- lockstep-ignore COLUMN_DROPPED b.w: never used\n${DROP}\``],
  ['a block', `\`${DROP} /* lockstep-ignore COLUMN_DROPPED b.w: never used */\``],
  [
    'in a list',
    `['SELECT 1', \`\n  -- lockstep-ignore COLUMN_DROPPED b.w: never used\n  ${DROP}\`]`,
  ],
  ['quotes', `'-- lockstep-ignore COLUMN_DROPPED b.w: it\\'s never used\\n${DROP}'`],
  [
    'a sum of texts',
    `"SELECT 1;\\n-- lockstep-ignore COLUMN_DROPPED b.w: never used\\n" + '${DROP}'`,
  ],
  ['an escape in a template', `\`-- lockstep-ignore COLUMN_DROPPED b.w: never used\\n${DROP}\``],
])('%s', async (_, up) => {
  expect((await findings(up)).filter((one) => /COLUMN_DROPPED|SUPPRESSION/.test(one))).toEqual([])
})

test('one that switches off nothing is told where it stands', async () => {
  const up = `\`\n-- lockstep-ignore COLUMN_DROPPED b.x: never used\n${DROP}\``
  expect(await findings(up)).toEqual([
    '002_b.ts:5:1 warning SUPPRESSION_UNUSED',
    '002_b.ts:6:1 error COLUMN_DROPPED',
  ])
})

test('also behind escapes, and behind a text that looks like it', async () => {
  const mark = 'lockstep-ignore COLUMN_DROPPED b.x: never used'
  const up = `"SELECT '-- ${mark}';\\n\\t-- ${mark}\\n${DROP}"`
  expect(await findings(up)).toContain(
    `002_b.ts:4:${up.lastIndexOf('-- lockstep') + 7} warning SUPPRESSION_UNUSED`,
  )
})

test('what stands in a text of SQL is no comment', async () => {
  const up = `\`${DROP} SELECT '-- lockstep-ignore COLUMN_DROPPED b.w: never used'\``
  expect((await findings(up)).join()).toContain('COLUMN_DROPPED')
})
