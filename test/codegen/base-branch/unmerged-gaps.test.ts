// Which numbers are missing only because the base branch is not merged.
import { expect } from 'vitest'
import { unmergedGaps } from '../../../codegen/base-branch/unmerged-gaps.js'
import type { Discovery, MigrationFile } from '../../../codegen/model/migration.js'
import { testSome } from '../../support/some-of.js'

/** A folder with files of these numbers: `2`, or `2-4` for a list. */
const folder = (...numbers: readonly string[]): Discovery => ({
  files: numbers.map((number) => {
    const [from = 0, to = from] = number.split('-').map(Number)
    return { file: number, from, to } as MigrationFile
  }),
  helpers: new Map(),
  diagnostics: [],
})

const gaps = (here: Discovery, base: Discovery): string[] =>
  unmergedGaps(here, base).map(
    ({ after, filledBy }) => `${filledBy.map(({ file }) => file).join(' ')} before ${after.file}`,
  )

testSome([
  ['no gap', ['1', '2'], ['1', '2', '3'], []],
  ['one number', ['1', '3'], ['1', '2'], ['2 before 3']],
  ['several', ['1', '5'], ['1', '2', '3', '4'], ['2 3 4 before 5']],
  ['a list', ['1', '5'], ['1', '2-4'], ['2-4 before 5']],
  ['the first', ['2'], ['1'], ['1 before 2']],
  ['order of reading does not matter', ['4', '1'], ['3', '2', '1'], ['2 3 before 4']],
  ['a gap that the other branch fills in part stays a gap', ['1', '5'], ['1', '2', '4'], []],
  ['a list that reaches over the next file', ['1', '4'], ['1', '2-4'], []],
  ['a gap on both sides', ['1', '3'], ['1', '3'], []],
  ['two gaps', ['1', '3', '5'], ['1', '2', '4'], ['2 before 3', '4 before 5']],
])('%s', (_what, here, base, expected) => {
  expect(gaps(folder(...here), folder(...base))).toEqual(expected)
})
