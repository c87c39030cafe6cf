// From which version on the same migrations make another schema.
import { expect, test } from 'vitest'
import type { Pins } from '../../../codegen/model/registry-item.js'
import { firstOtherSchema, pinsInText } from '../../../codegen/write/registry-pins.js'

type Row = readonly [checksum: string, schemaDigest: string | null, ...formerly: string[]]
const pins = (...rows: readonly Row[]): Pins =>
  new Map(
    rows.map(([checksum, schemaDigest, ...formerly], index) => [
      index + 1,
      { checksums: [checksum, ...formerly], schemaDigest, hasEffects: false },
    ]),
  )

const A: Row = ['1:a', '1:s']
const B: Row = ['1:b', '1:t']

test.each<[what: string, before: readonly Row[], now: readonly Row[], found: number | null]>([
  ['nothing differs', [A, B], [A, B], null],
  [
    'the first differs, and the second follows',
    [A, B],
    [
      ['1:a', '1:x'],
      ['1:b', '1:y'],
    ],
    1,
  ],
  ['only the second differs', [A, B], [A, ['1:b', '1:x']], 2],
  ['a new one follows', [A], [A, B], null],
  [
    'the first was edited',
    [A, B],
    [
      ['1:c', '1:x'],
      ['1:b', '1:y'],
    ],
    null,
  ],
  [
    'the first has another checksum now, which was the old one',
    [['1:o', '1:s'], B],
    [['1:a', '1:x', '1:o'], B],
    1,
  ],
  [
    'the registry was generated without replay',
    [
      ['1:a', null],
      ['1:b', null],
    ],
    [A, B],
    null,
  ],
  [
    'this one has no digests',
    [A, B],
    [
      ['1:a', null],
      ['1:b', null],
    ],
    null,
  ],
  ['digests are of another algorithm', [['1:a', '0:s'], B], [A, ['1:b', '1:x']], null],
  ['there is no registry', [], [A, B], null],
])('%s', (_, before, now, found) => {
  expect(firstOtherSchema(pins(...before), pins(...now))).toBe(found)
})

test('is read from the text of a registry, whatever formatted it', () => {
  const text = `export const registry = [{ version: 1, checksum: "1:a", formerly: ['1:o', "1:p",],
    schemaDigest: '1:s', schemaChanges: { 'table version': 'f0' }, effects: 'reads', source: { up: \`checksum: '1:z'\` } },
    { version: 2, checksum: '1:b', source }]
export type Version = 1 | 2`
  expect(pinsInText(text)).toEqual(
    new Map([
      [1, { checksums: ['1:a', '1:o', '1:p'], schemaDigest: '1:s', hasEffects: true }],
      [2, { checksums: ['1:b'], schemaDigest: null, hasEffects: false }],
    ]),
  )
})
